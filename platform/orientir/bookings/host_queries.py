"""Reads for whoever holds sessions: which there are, and who comes to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from orientir import clock
from orientir.bookings.models import HOLDING, Booking, BookingSeat, BookingState, Slot
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.organisations.queries import PAGE_ROWS, within
from orientir.organisations.search import search_words


class When(StrEnum):
    """Which sessions a list shows."""

    TODAY = "today"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True)
class SlotPage:
    """One page of the list: its slots, its number from 1, how many pages and slots there are."""

    slots: list[Slot]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Visitors:
    """Who is booked (who came and who did not among them), who waits in order, who has cancelled."""

    booked: list[Booking]
    waiting: list[Booking]
    cancelled: list[Booking]

    @property
    def people(self) -> int:
        return sum(one.people for one in self.booked)

    @property
    def ovz(self) -> int:
        return sum(one.ovz for one in self.booked)

    @property
    def unmarked(self) -> list[Booking]:
        return [one for one in self.booked if one.came is None]

    @property
    def came(self) -> int:
        return sum(one.came or 0 for one in self.booked)


def list_slots(
    scopes: Sequence[Scope], when: When, timezone: str, typed: str = "", page: int = 1, rows: int = PAGE_ROWS
) -> SlotPage:
    """Return the slots of the organisations in `scopes`, the next first, of past ones the latest.

    «Today» is the calendar day in `timezone`; what begins later is coming, what ended before is past.
    """
    named = [Organisation.search_key.contains(word, autoescape=True) for word in search_words(typed)]
    base = select(Slot).join(Organisation, Organisation.id == Slot.organisation_id)
    base = base.join(Municipality, Municipality.id == Organisation.municipality_id)
    base = base.where(within(scopes), _in_time(when, timezone), *named)
    total = db.session.scalar(base.with_only_columns(func.count(Slot.id))) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    order = Slot.starts_at.desc() if when is When.PAST else Slot.starts_at
    found = db.session.scalars(base.order_by(order, Slot.id).limit(rows).offset((number - 1) * rows))
    return SlotPage(list(found), number, pages, total)


def visitors_of(slot_ids: Sequence[int]) -> list[Booking]:
    """Return all bookings of the slots with their classes, schools and numbers, by slot, school and class."""
    home = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
    numbers = selectinload(Booking.seats).joinedload(BookingSeat.student, innerjoin=True)
    wanted = select(Booking).where(Booking.slot_id.in_(slot_ids)).options(home, numbers)
    return sorted(db.session.scalars(wanted), key=_by_school)


def visitors(slot_id: int) -> Visitors:
    """Return who comes to a slot, who waits and who does not come."""
    every = visitors_of([slot_id])
    waiting = [one for one in every if one.state == BookingState.WAITING]
    return Visitors(
        [one for one in every if one.state in HOLDING],
        sorted(waiting, key=lambda one: one.place or 0),
        [one for one in every if one.state == BookingState.CANCELLED],
    )


def _by_school(booking: Booking) -> tuple[int, str, object, int]:
    home = booking.school_class
    return booking.slot_id, home.organisation.search_key, home.class_name, booking.id


def _in_time(when: When, timezone: str) -> ColumnElement[bool]:
    zone = ZoneInfo(timezone)
    today = datetime.combine(clock.today(timezone), time(), zone)
    tomorrow = datetime.combine(clock.today(timezone) + timedelta(days=1), time(), zone)
    if when is When.PAST:
        return Slot.starts_at < today
    if when is When.COMING:
        return Slot.starts_at >= tomorrow
    return (Slot.starts_at >= today) & (Slot.starts_at < tomorrow)
