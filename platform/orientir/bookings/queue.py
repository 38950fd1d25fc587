"""The waiting list: places that come free go on in the transaction that frees them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from orientir import clock
from orientir.bookings.models import Booking, BookingState, Slot
from orientir.bookings.places import give_back, hold_slot, in_queue, seat_from_queue
from orientir.bookings.telling import tell_promoted
from orientir.bookings.tickets import give_ticket
from orientir.db import db
from orientir.i18n import _


def promote_waiting(slot: Slot) -> list[Booking]:
    """Give free places to whoever waits, and return them; the slot is held.

    In strict order the first who does not fit stops all behind; otherwise the next who fits goes in. Once the occasion
    has begun nobody is called any more.
    """
    promoted: list[Booking] = []
    if not slot.is_open or slot.starts_at <= clock.now():
        return promoted
    for entry in in_queue(slot.id):
        if slot.free == 0:
            break
        if entry.people <= slot.free and seat_from_queue(slot, entry):
            _let_in(slot, entry)
            promoted.append(entry)
        elif slot.strict:
            break
    db.session.flush()
    tell_promoted(slot, promoted)
    return promoted


def lapse_unconfirmed() -> None:
    """Give away the places nobody confirmed in time; run by the clock."""
    late = select(Booking.id, Booking.slot_id).where(
        Booking.state == BookingState.PENDING, Booking.confirm_until < clock.now()
    )
    for booking_id, slot_id in db.session.execute(late.order_by(Booking.slot_id, Booking.id)).all():
        slot = hold_slot(slot_id)
        entry = db.session.get_one(Booking, booking_id, populate_existing=True)
        if entry.state == BookingState.PENDING:
            entry.state, entry.confirm_until = BookingState.CANCELLED, None
            entry.reason = _("Место не подтвердили вовремя.")
            give_back(slot, entry.people)
            promote_waiting(slot)


def _let_in(slot: Slot, entry: Booking) -> None:
    """The place is theirs at once, or for as many hours as the slot keeps it, though never after the beginning."""
    if slot.confirm_hours:
        entry.state = BookingState.PENDING
        entry.confirm_until = min(clock.now() + timedelta(hours=slot.confirm_hours), slot.starts_at)
    else:
        entry.state = BookingState.CONFIRMED
        give_ticket(entry.id, slot)
