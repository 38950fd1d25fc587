"""What stands in the feed of one class or one pupil: what they are booked for, and what is on for them nearby.

No name, no number and no code is in it: a calendar is shared with a family, and lies in somebody's cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select

from orientir import clock
from orientir.bookings.ics import booking_occasion
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.own_queries import bookings_of_seats
from orientir.contracts import CalendarFilter
from orientir.db import db
from orientir.i18n import _
from orientir.ics.occasions import Occasion
from orientir.ics.writing import Face, write_calendar
from orientir.organisations.models import Region, SchoolClass
from orientir.organisations.queries import find_class, today_of
from orientir.plugins import current_plugins
from orientir.students.queries import present_seat, seats_of
from orientir.web.links import site_address
from orientir_calendar.feeds import CANCELLED_KEPT, COLOR, PAST, entry_occasion
from orientir_calendar.models import FeedLink

AHEAD = timedelta(days=120)


def personal_calendar(link: FeedLink) -> bytes | None:
    """Return the calendar of a link, None where its class or pupil is gone."""
    if link.class_id is not None:
        school_class = find_class(link.class_id)
        return _calendar(school_class, _of_class(school_class.id)) if school_class else None
    seats = seats_of(link.student_id or 0)
    if not seats:
        return None
    return _calendar(present_seat(seats).school_class, bookings_of_seats([one.id for one in seats]))


def _calendar(school_class: SchoolClass, bookings: list[Booking]) -> bytes:
    region = school_class.organisation.municipality.region
    name = _("Ориентир, %(title)s", title=school_class.title)
    face = Face(name, region.timezone, site_address() + url_for("calendar.index"), color=COLOR)
    return write_calendar(face, [*_booked(bookings), *_nearby(school_class, region, bookings)])


def _of_class(class_id: int) -> list[Booking]:
    """Return what the class as such is booked for; what its pupils book by themselves is theirs."""
    wanted = select(Booking).where(Booking.class_id == class_id, Booking.own.is_(False)).order_by(Booking.id)
    return list(db.session.scalars(wanted))


def _booked(bookings: list[Booking]) -> Iterator[Occasion]:
    since = clock.now() - PAST
    for booking in sorted(bookings, key=lambda one: one.id):
        if booking.slot.ends_at > since:
            url = site_address() + (booking.slot.page or url_for("front.home"))
            yield booking_occasion(booking, str(BookingState(booking.state).title), url)


def _nearby(school_class: SchoolClass, region: Region, bookings: list[Booking]) -> Iterator[Occasion]:
    """Yield what is public for the class in its municipality, but for what it is booked for already."""
    first = datetime.combine(today_of(region), time(), ZoneInfo(region.timezone))
    grade = school_class.grade if school_class.grade == school_class.last_grade else None
    place = school_class.organisation.municipality_id
    filters = CalendarFilter(region.id, place, grade, cancelled_since=clock.now() - CANCELLED_KEPT)
    booked = {(one.slot.starts_at, one.slot.title) for one in bookings}
    for entry in current_plugins().calendar_entries(first, first + AHEAD, filters):
        if (entry.starts_at, str(entry.title)) not in booked:
            yield entry_occasion(entry, region)
