"""What the seats of one card are booked for, and where in the queue they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.db import db, on_rows, table_of
from orientir.organisations.models import Municipality, Organisation, Region

MOST = 200
BOOKINGS, SEATS, SLOTS = table_of(Booking), table_of(BookingSeat), table_of(Slot)
ALREADY = (
    select(BOOKINGS.c.id)
    .join_from(BOOKINGS, SEATS, SEATS.c.booking_id == BOOKINGS.c.id)
    .where(SEATS.c.student_id.in_(bindparam("seats", expanding=True)), BOOKINGS.c.slot_id == bindparam("slot_id"))
    .where(BOOKINGS.c.state != BookingState.CANCELLED)
    .order_by(BOOKINGS.c.id)
    .limit(1)
)
HOSTS, PLACES, REGIONS = (table_of(one) for one in (Organisation, Municipality, Region))
ANNOUNCED = (
    select(SLOTS.c.starts_at, PLACES.c.region_id, REGIONS.c.timezone)
    .join_from(SLOTS, HOSTS, HOSTS.c.id == SLOTS.c.organisation_id)
    .join(PLACES, PLACES.c.id == HOSTS.c.municipality_id)
    .join(REGIONS, REGIONS.c.id == PLACES.c.region_id)
    .where(SLOTS.c.id == bindparam("slot_id"), SLOTS.c.state != SlotState.DRAFT)
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


def day_of(slot_id: int, regions: Collection[int]) -> date | None:
    """Return the day of an announced slot in one of `regions`, or None where there is no such slot."""
    found = on_rows(ANNOUNCED, {"slot_id": slot_id}).one_or_none()
    if found is None or found.region_id not in regions:
        return None
    starts_at: datetime = found.starts_at
    return starts_at.astimezone(ZoneInfo(found.timezone)).date()


def booked_already(seats: Collection[int], slot_id: int) -> int | None:
    """Return the id of the booking by which one of `seats` has, or waits for, a place in the slot."""
    return on_rows(ALREADY, {"seats": list(seats), "slot_id": slot_id}).scalar()


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
