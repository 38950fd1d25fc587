"""What the seats of one card are booked for, and where in the queue they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from orientir.bookings.held import FIRST_IN_SLOT
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.db import db, table_of
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.prepared import Asking

MOST = 200
SLOTS = table_of(Slot)
ALREADY: Asking[int | None] = Asking(lambda found: found, FIRST_IN_SLOT)


class Announced(NamedTuple):
    """When a slot begins, and where: its region and the time there."""

    starts_at: datetime
    region_id: int
    timezone: str


HOSTS, PLACES, REGIONS = (table_of(one) for one in (Organisation, Municipality, Region))
ANNOUNCED = Asking(
    Announced,
    select(SLOTS.c.starts_at, PLACES.c.region_id, REGIONS.c.timezone)
    .join_from(SLOTS, HOSTS, HOSTS.c.id == SLOTS.c.organisation_id)
    .join(PLACES, PLACES.c.id == HOSTS.c.municipality_id)
    .join(REGIONS, REGIONS.c.id == PLACES.c.region_id)
    .where(SLOTS.c.id == bindparam("slot_id"), SLOTS.c.state != SlotState.DRAFT),
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
    found = ANNOUNCED.one(slot_id=slot_id)
    if found is None or found.region_id not in regions:
        return None
    return found.starts_at.astimezone(ZoneInfo(found.timezone)).date()


def booked_already(seats: Collection[int], slot_id: int) -> int | None:
    """Return the id of the booking by which one of `seats` has, or waits for, a place in the slot."""
    return ALREADY.one(seats=list(seats), slot_id=slot_id) if seats else None


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
