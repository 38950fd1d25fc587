"""What becomes of slots and bookings when the two entries of one organisation are merged (decision 8)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot
from orientir.db import db


def hand_over(double_id: int, original_id: int, twins: Mapping[int, int], seats: Mapping[int, int]) -> int:
    """Let the original hold the slots of the second entry, and its classes the bookings; return how many slots.

    Classes that went over whole took theirs along. The caller holds the classes. A mark on numbers of the list stays
    with the old class: its facts are known by those seats, and coverage says them once more of the twin by itself. One
    pupil booked by both entries at a time is told by `orientir bookings verify`; only people know which it is.
    """
    held = select(Slot.id).where(Slot.organisation_id == double_id).order_by(Slot.id).with_for_update(key_share=True)
    slots = list(db.session.scalars(held))
    db.session.execute(update(Slot).where(Slot.id.in_(slots)).values(organisation_id=original_id))
    for booking in _movable(twins):
        booking.class_id = twins[booking.class_id]
        booking.seats = [BookingSeat(student_id=seats[one.student_id], came=one.came) for one in booking.seats]
    db.session.flush()
    return len(slots)


def _movable(twins: Mapping[int, int]) -> list[Booking]:
    """Return the bookings of the classes but for those whose marked seats the ledger knows."""
    found = db.session.scalars(select(Booking).where(Booking.class_id.in_(twins)).order_by(Booking.id))
    return [one for one in found if one.is_by_number or one.state != BookingState.ATTENDED]
