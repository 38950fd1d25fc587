"""What the seats of one card are booked for, and where in the queue they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from orientir.bookings.models import ALIVE, Booking, BookingSeat, BookingState
from orientir.db import db

MOST = 200
ALREADY = (
    select(Booking.id)
    .join(BookingSeat, BookingSeat.booking_id == Booking.id)
    .where(BookingSeat.student_id.in_(bindparam("seats", expanding=True)), Booking.slot_id == bindparam("slot_id"))
    .where(Booking.state.in_(ALIVE))
    .order_by(Booking.id)
    .limit(1)
)


def bookings_of_seats(seats: Collection[int]) -> list[Booking]:
    """Return the bookings with one of `seats` among their numbers, the latest occasion first."""
    found = (
        select(Booking)
        .join(BookingSeat, BookingSeat.booking_id == Booking.id)
        .where(BookingSeat.student_id.in_(seats))
        .options(selectinload(Booking.seats))
        .limit(MOST)
    )
    return sorted(db.session.scalars(found), key=lambda one: (one.slot.starts_at, one.id), reverse=True)


def booked_already(seats: Collection[int], slot_id: int) -> int | None:
    """Return the id of the booking by which one of `seats` has, or waits for, a place in the slot."""
    return db.session.scalar(ALREADY, {"seats": list(seats), "slot_id": slot_id})


def places_in_queue(bookings: Iterable[Booking]) -> dict[int, int]:
    """Return where each booking that waits stands now, from 1: numbers given out once have gaps by now."""
    waiting = [one for one in bookings if one.state == BookingState.WAITING]
    if not waiting:
        return {}
    queues = select(Booking.slot_id, Booking.place).where(
        Booking.slot_id.in_({one.slot_id for one in waiting}), Booking.state == BookingState.WAITING
    )
    taken = db.session.execute(queues).all()
    return {
        one.id: sum(slot_id == one.slot_id and place <= one.place for slot_id, place in taken)  # type: ignore[operator]  # who waits has a number
        for one in waiting
    }
