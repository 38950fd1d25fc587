"""Places of one slot: held, taken, given back, waited for. Every change of a booking holds its slot first.

Whoever books has held the class before (docs/decisions/0014): class, slot, counters of coverage, in this order.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from orientir.bookings.held import AnySlot, HeldSlot
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.db import db, note_written, table_of
from orientir.errors import MissingError
from orientir.organisations.queries import LARGEST_ID
from orientir.prepared import Asking

# Said for each booking, so put together once.
HELD = (
    select(Slot)
    .where(Slot.id == bindparam("slot_id"))
    .with_for_update(of=Slot, key_share=True)
    .execution_options(populate_existing=True)
)
SLOTS = table_of(Slot)
TAKEN = (
    update(SLOTS)
    .where(SLOTS.c.id == bindparam("slot_id"), SLOTS.c.state == SlotState.PUBLISHED)
    .where(SLOTS.c.taken + bindparam("people") <= SLOTS.c.capacity)
    .values(taken=SLOTS.c.taken + bindparam("people"))
    .returning(SLOTS.c.taken)
)
TAKING, TAKING_IN_ORDER = Asking(int, TAKEN), Asking(int, TAKEN.where(SLOTS.c.waiting == 0))
QUEUEING = Asking(
    int,
    update(SLOTS)
    .where(SLOTS.c.id == bindparam("slot_id"))
    .values(tail=SLOTS.c.tail + 1, waiting=SLOTS.c.waiting + 1)
    .returning(SLOTS.c.tail),
)


def hold_slot(slot_id: int) -> Slot:
    """Return the slot as it is now and keep it so until the transaction ends; raises MissingError.

    On SQLite a writer is alone anyway; what the session has not written yet must be there before it is read anew.
    """
    db.session.flush()
    found = db.session.scalars(HELD, {"slot_id": slot_id}).one_or_none() if 0 < slot_id <= LARGEST_ID else None
    if found is None:
        raise MissingError
    return found


def take_places(slot: AnySlot, people: int) -> bool:
    """Take places for a newcomer, all or none, and tell whether they were there; the queue is not overtaken.

    The condition stands in the statement too, so that even a caller who forgot to hold the slot cannot overbook it.
    """
    return _change(slot, TAKING_IN_ORDER if slot.strict else TAKING, people)


def seat_from_queue(slot: Slot, booking: Booking) -> bool:
    """Take places for somebody who waited."""
    if not _change(slot, TAKING, booking.people):
        return False
    leave_queue(slot, booking)
    return True


def give_back(slot: Slot, people: int) -> None:
    slot.taken -= people


def join_queue(slot_id: int) -> int:
    """Return the number under which a newcomer waits."""
    return QUEUEING.made(slot_id=slot_id)


def leave_queue(slot: Slot, booking: Booking) -> None:
    slot.waiting -= 1
    booking.place = None


def in_queue(slot_id: int) -> list[Booking]:
    """Return who waits, first come first."""
    waiting = select(Booking).where(Booking.slot_id == slot_id, Booking.state == BookingState.WAITING)
    return list(db.session.scalars(waiting.order_by(Booking.place)))


def _change(slot: AnySlot, taking: Asking[int], people: int) -> bool:
    db.session.flush()
    taken = taking.one(slot_id=slot.id, people=people)
    if isinstance(slot, HeldSlot):
        return taken is not None
    if taken is None:
        db.session.refresh(slot, ["taken"])
        return False
    note_written(slot, taken=taken)
    return True
