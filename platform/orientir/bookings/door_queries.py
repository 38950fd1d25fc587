"""What a door lists: who is booked, who was marked and when, and how much it has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from orientir.bookings.door_models import Door, Scan, Verdict
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot
from orientir.db import db
from orientir.organisations.models import SchoolClass

DONE = (Verdict.ACCEPTED, Verdict.UNDONE, Verdict.GROUP)


@dataclass(frozen=True)
class Line:
    """A booking in the list of a door; `at` is when it was marked."""

    booking: Booking
    at: datetime | None


@dataclass(frozen=True)
class Tally:
    """People who came, of those booked; readings of this door, and how many of them were refused."""

    came: int
    booked: int
    read: int
    refused: int


@dataclass(frozen=True)
class DoorLine:
    """A door as the organiser sees it; `read` counts its readings, `last` is the moment of the last one."""

    door: Door
    read: int
    last: datetime | None


def lines_of(slot: Slot) -> list[Line]:
    """Return the bookings of the slot by school, class and number; those without a place come last."""
    home = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
    seats = selectinload(Booking.seats).joinedload(BookingSeat.student, innerjoin=True)
    found = db.session.scalars(select(Booking).where(Booking.slot_id == slot.id).options(home, seats))
    marked = _marks_of([one.id for one in doors_of(slot)])
    return [Line(one, marked.get(one.id)) for one in sorted(found, key=_order)]


def doors_of(slot: Slot) -> Sequence[Door]:
    return db.session.scalars(select(Door).where(Door.slot_id == slot.id).order_by(Door.id)).all()


def door_lines(slot: Slot) -> list[DoorLine]:
    """Return all doors of the slot, revoked ones too."""
    counted = (
        select(Scan.door_id, func.count(Scan.id), func.max(Scan.read_at))
        .join(Door, Door.id == Scan.door_id)
        .where(Door.slot_id == slot.id)
        .group_by(Scan.door_id)
    )
    read = {row[0]: (row[1], row[2]) for row in db.session.execute(counted)}
    return [DoorLine(one, *read.get(one.id, (0, None))) for one in doors_of(slot)]


def tally_of(door: Door) -> Tally:
    came = select(func.coalesce(func.sum(Booking.came), 0)).where(Booking.slot_id == door.slot_id)
    refused = func.count(Scan.id).filter(Scan.verdict.not_in(DONE))
    read = db.session.execute(select(func.count(Scan.id), refused).where(Scan.door_id == door.id)).one()
    return Tally(int(db.session.scalar(came) or 0), door.slot.taken, read[0], read[1])


def find_scan(door: Door, scan_id: int | None) -> Scan | None:
    """Return a reading of this very door."""
    return db.session.scalar(select(Scan).where(Scan.id == scan_id, Scan.door_id == door.id)) if scan_id else None


def _marks_of(doors: list[int]) -> dict[int | None, datetime]:
    marks = select(Scan.booking_id, Scan.read_at).where(
        Scan.door_id.in_(doors), Scan.verdict == Verdict.ACCEPTED, Scan.undone_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(marks.order_by(Scan.id))}


def _order(booking: Booking) -> tuple[bool, str, int, str, int]:
    without = booking.state in (BookingState.CANCELLED, BookingState.WAITING)
    home = booking.school_class
    number = booking.seats[0].student.number if booking.own else 0
    return without, home.organisation.name, home.grade, home.title, number
