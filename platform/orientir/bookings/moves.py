"""What was handed out for a session follows it to its new time: tickets, doors with their PINs, places kept.

Whoever is booked did not choose the new time or place, so it is never too late to say no to it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from orientir import clock
from orientir.bookings.door_models import Door
from orientir.bookings.doors import AFTER, DOOR, last_day_of
from orientir.bookings.models import Booking, BookingState, Slot
from orientir.bookings.tickets import REMEMBERED, TICKET
from orientir.codes import services as codes
from orientir.db import db

TO_SAY_NO = timedelta(days=1)


def follow_move(slot: Slot) -> None:
    """Let all that was given for the held slot last as long as its present times ask; what is dead stays dead."""
    db.session.flush()
    if slot.taken and slot.cancel_until < clock.now() + TO_SAY_NO:
        slot.cancel_until = slot.starts_at
    given = select(Booking.id).where(
        Booking.slot_id == slot.id, Booking.state.in_((BookingState.CONFIRMED, BookingState.ATTENDED))
    )
    codes.prolong(TICKET, [str(one) for one in db.session.scalars(given)], slot.last_day + REMEMBERED)
    kept = update(Booking).where(Booking.slot_id == slot.id, Booking.confirm_until > slot.starts_at)
    db.session.execute(kept.values(confirm_until=slot.starts_at))
    doors = db.session.scalars(select(Door).where(Door.slot_id == slot.id, Door.revoked_at.is_(None))).all()
    for door in doors:
        door.ends_at = slot.ends_at + AFTER
    if doors:
        codes.prolong(DOOR, [str(door.id) for door in doors], last_day_of(doors[0]))
    db.session.flush()
