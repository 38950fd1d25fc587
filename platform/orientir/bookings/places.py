"""Places of one slot: held, taken, given back, waited for. Every change of a booking holds its slot first.

Whoever books has held the class before (docs/decisions/0014): class, slot, counters of coverage, in this order.
"""

from __future__ import annotations

from sqlalchemy import CursorResult, select, true, update
from sqlalchemy.sql.selectable import ForUpdateArg

from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.queries import LARGEST_ID


def hold_slot(slot_id: int) -> Slot:
    """Return the slot as it is now and keep it so until the transaction ends; raises MissingError.

    On SQLite a writer is alone anyway; what the session has not written yet must be there before it is read anew.
    """
    db.session.flush()
    lock = ForUpdateArg(of=Slot, key_share=True)
    found = (
        db.session.get(Slot, slot_id, populate_existing=True, with_for_update=lock)
        if 0 < slot_id <= LARGEST_ID
        else None
    )
    if found is None:
        raise MissingError
    return found


def take_places(slot: Slot, people: int) -> bool:
    """Take places for a newcomer, all or none, and tell whether they were there; the queue is not overtaken.

    The condition stands in the statement too, so that even a caller who forgot to hold the slot cannot overbook it.
    """
    nobody_before = Slot.waiting == 0 if slot.strict else true()
    return _change(slot, nobody_before, people)


def seat_from_queue(slot: Slot, booking: Booking) -> bool:
    """Take places for somebody who waited."""
    if not _change(slot, true(), booking.people):
        return False
    leave_queue(slot, booking)
    return True


def give_back(slot: Slot, people: int) -> None:
    slot.taken -= people


def join_queue(slot: Slot, booking: Booking) -> None:
    slot.tail += 1
    slot.waiting += 1
    booking.state, booking.place = BookingState.WAITING, slot.tail


def leave_queue(slot: Slot, booking: Booking) -> None:
    slot.waiting -= 1
    booking.place = None


def in_queue(slot_id: int) -> list[Booking]:
    """Return who waits, first come first."""
    waiting = select(Booking).where(Booking.slot_id == slot_id, Booking.state == BookingState.WAITING)
    return list(db.session.scalars(waiting.order_by(Booking.place)))


def _change(slot: Slot, condition: object, people: int) -> bool:
    db.session.flush()
    taking = (
        update(Slot)
        .where(
            Slot.id == slot.id,
            Slot.state == SlotState.PUBLISHED,
            Slot.taken + people <= Slot.capacity,
            condition,  # type: ignore[arg-type]  # a comparison or TRUE, which share no base in the stubs
        )
        .values(taken=Slot.taken + people)
        .execution_options(synchronize_session=False)
    )
    outcome = db.session.execute(taking)
    db.session.refresh(slot, ["taken"])
    return isinstance(outcome, CursorResult) and outcome.rowcount == 1
