"""Reads for whoever books classes: which classes fit a slot, what a branch has booked, who is before a booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import BATCH, db
from orientir.organisations.headcounts import headcount_on
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.organisations.queries import PAGE_ROWS, within
from orientir.organisations.search import search_words
from orientir.students.models import Student

MOST_CLASSES = 60


@dataclass(frozen=True)
class FittingClasses:
    """Classes to choose from by school; `more`: there are more than the page names."""

    classes: list[SchoolClass]
    more: bool

    @property
    def by_school(self) -> dict[Organisation, list[SchoolClass]]:
        found: dict[Organisation, list[SchoolClass]] = {}
        for one in sorted(self.classes, key=lambda one: (one.organisation.search_key, one.class_name)):
            found.setdefault(one.organisation, []).append(one)
        return found


@dataclass(frozen=True)
class QueuePlace:
    """Where a booking stands in the queue: entries and people before it."""

    before: int
    people_before: int


def fitting_classes(slot: Slot, scopes: Sequence[Scope], typed: str = "") -> FittingClasses:
    """Return the classes of `scopes` in the slot's region, year and grades; `typed` narrows schools by name."""
    named = [Organisation.search_key.contains(word, autoescape=True) for word in search_words(typed)]
    wanted = (
        select(SchoolClass)
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            within(scopes),
            Municipality.region_id == slot.organisation.municipality.region_id,
            SchoolClass.year == AcademicYear.of(slot.day).start,
            SchoolClass.last_grade >= slot.first_grade,
            SchoolClass.grade <= slot.last_grade,
            *named,
        )
        .order_by(Organisation.search_key, SchoolClass.grade, SchoolClass.letter)
        .limit(MOST_CLASSES + 1)
    )
    found = list(db.session.scalars(wanted))
    return FittingClasses(found[:MOST_CLASSES], more=len(found) > MOST_CLASSES)


def open_numbers_of(class_id: int) -> list[Student]:
    """Return the seats of the class that are not closed, by number."""
    seats = select(Student).where(Student.class_id == class_id, Student.closed_on.is_(None)).order_by(Student.number)
    return list(db.session.scalars(seats))


def headcount_of(slot: Slot, class_id: int) -> int | None:
    """Return how many people the class has on the slot's day, or None where nobody wrote it."""
    return db.session.scalar(select(headcount_on(slot.day, class_id)))


def queue_place(booking: Booking) -> QueuePlace:
    """Return who is before a waiting booking."""
    before = select(func.count(), func.coalesce(func.sum(Booking.people), 0)).where(
        Booking.slot_id == booking.slot_id, Booking.state == BookingState.WAITING, Booking.place < booking.place
    )
    entries, people = db.session.execute(before).one()
    return QueuePlace(entries, people)


def bookings_of_class(slot_id: int, class_id: int) -> list[Booking]:
    """Return what the class has booked for the slot already, cancelled ones and pupils' own left out."""
    wanted = select(Booking).where(
        Booking.slot_id == slot_id,
        Booking.class_id == class_id,
        Booking.own.is_(False),
        Booking.state != BookingState.CANCELLED,
    )
    return list(db.session.scalars(wanted.order_by(Booking.id)))


@dataclass(frozen=True)
class BookingFilter:
    """What the list of bookings is narrowed to; `past`: occasions that have ended, else those to come."""

    past: bool = False
    school: str = ""
    class_id: int | None = None
    state: str = ""


@dataclass(frozen=True)
class BookingPage:
    """One page of the list: its bookings, its number from 1, how many pages and bookings there are."""

    bookings: list[Booking]
    number: int
    pages: int
    total: int


def list_bookings(scopes: Sequence[Scope], wanted: BookingFilter, page: int = 1, rows: int = PAGE_ROWS) -> BookingPage:
    """Return the bookings of the classes in `scopes`, the next occasion first, of past ones the latest."""
    conditions = _conditions(scopes, wanted)
    base = select(Booking).join(Slot, Slot.id == Booking.slot_id).join(SchoolClass, SchoolClass.id == Booking.class_id)
    base = base.join(Organisation, Organisation.id == SchoolClass.organisation_id)
    base = base.join(Municipality, Municipality.id == Organisation.municipality_id).where(*conditions)
    total = db.session.scalar(base.with_only_columns(func.count(Booking.id))) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    order = Slot.starts_at.desc() if wanted.past else Slot.starts_at
    home = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
    found = base.order_by(order, Booking.id).limit(rows).offset((number - 1) * rows).options(home)
    return BookingPage(list(db.session.scalars(found)), number, pages, total)


def seat_numbers(bookings: Sequence[Booking]) -> dict[int, list[int]]:
    """Return which numbers of the list each booking holds, by its id; groups told by number are left out."""
    found: dict[int, list[int]] = {}
    ids = [one.id for one in bookings]
    for start in range(0, len(ids), BATCH):
        rows = (
            select(BookingSeat.booking_id, Student.number)
            .join(Student, Student.id == BookingSeat.student_id)
            .where(BookingSeat.booking_id.in_(ids[start : start + BATCH]))
            .order_by(Student.number)
        )
        for booking_id, number in db.session.execute(rows):
            found.setdefault(booking_id, []).append(number)
    return found


def _conditions(scopes: Sequence[Scope], wanted: BookingFilter) -> list[ColumnElement[bool]]:
    now = clock.now()
    found = [within(scopes), Slot.ends_at < now if wanted.past else Slot.ends_at >= now]
    found += [Organisation.search_key.contains(word, autoescape=True) for word in search_words(wanted.school)]
    if wanted.class_id is not None:
        found.append(Booking.class_id == wanted.class_id)
    if wanted.state:
        found.append(Booking.state == wanted.state)
    return found
