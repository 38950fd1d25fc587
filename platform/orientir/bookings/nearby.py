"""What is on for a class in its municipality: what it can still book, and what all plugins announce for its pupils."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from orientir import clock
from orientir.bookings.models import ALIVE, Booking, Slot, SlotState
from orientir.clock import AcademicYear
from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.plugins import current_plugins

AHEAD = timedelta(days=60)
MOST_ENTRIES = 6


@dataclass(frozen=True)
class Coming:
    """An occasion of the calendar; `opens_at` is when booking opens, None where it is open or nobody books."""

    entry: CalendarEntry
    opens_at: datetime | None


def bookable_nearby(school_class: SchoolClass, besides: int) -> list[Slot]:
    """Return the nearest slots but `besides` that the class may book, now or once booking opens.

    Full ones are among them, for they have a queue; those the class has booked, or waits for, are not.
    """
    municipality = school_class.organisation.municipality
    zone, year = ZoneInfo(municipality.region.timezone), AcademicYear(school_class.year)
    booked = select(Booking.slot_id).where(
        Booking.class_id == school_class.id, Booking.own.is_(False), Booking.state.in_(ALIVE)
    )
    wanted = select(Slot).where(
        *_announced_in(municipality),
        Slot.closes_at > clock.now(),
        Slot.starts_at >= datetime.combine(year.first_day, time(), zone),
        Slot.starts_at < datetime.combine(AcademicYear(year.start + 1).first_day, time(), zone),
        Slot.first_grade <= school_class.last_grade,
        Slot.last_grade >= school_class.grade,
        Slot.id != besides,
        Slot.id.not_in(booked),
    )
    return list(db.session.scalars(wanted.order_by(Slot.starts_at, Slot.id).limit(MOST_ENTRIES)))


def coming_nearby(school_class: SchoolClass, known: Collection[tuple[datetime, str]]) -> list[Coming]:
    """Return the nearest public occasions but the `known` (start, title); a комплект is shown those of all grades.

    What is booked on this site and no longer can be is left out.
    """
    now, municipality = clock.now(), school_class.organisation.municipality
    grade = school_class.grade if school_class.grade == school_class.last_grade else None
    filters = CalendarFilter(region_id=municipality.region_id, municipality_id=municipality.id, grade=grade)
    entries = current_plugins().calendar_entries(now, now + AHEAD, filters)
    opens, closed = _not_open(municipality)
    return [
        Coming(one, opens.get((one.starts_at, one.url)))
        for one in entries
        if (one.starts_at, str(one.title)) not in known and (one.starts_at, one.url) not in closed
    ][:MOST_ENTRIES]


def _not_open(municipality: Municipality) -> tuple[dict[tuple[datetime, str], datetime], set[tuple[datetime, str]]]:
    """Return the slots nobody can book now, by start and page: when booking opens, and those that are closed."""
    now = clock.now()
    asked = select(Slot.starts_at, Slot.page, Slot.opens_at, Slot.closes_at).where(
        *_announced_in(municipality), or_(Slot.closes_at <= now, Slot.opens_at > now)
    )
    rows = db.session.execute(asked).all()
    opens = {(one.starts_at, one.page): one.opens_at for one in rows if one.closes_at > now}
    return opens, {(one.starts_at, one.page) for one in rows if one.closes_at <= now}


def _announced_in(municipality: Municipality) -> tuple[ColumnElement[bool], ...]:
    """The slots of hosts in the municipality that are announced and begin soon."""
    now = clock.now()
    hosts = select(Organisation.id).where(Organisation.municipality_id == municipality.id)
    return (
        Slot.organisation_id.in_(hosts),
        Slot.state == SlotState.PUBLISHED,
        Slot.starts_at > now,
        Slot.starts_at < now + AHEAD,
    )
