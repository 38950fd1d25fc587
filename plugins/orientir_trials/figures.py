"""Indicators of trials (domain.md C.4: 6.1–6.4, 7.4, 3.4) for a college, a school, a municipality or the region.

Home counts people, host counts what was offered (C.4, rule 4); nothing here is a mean of percentages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import Line, shares, totals
from orientir.coverage.shares import Share
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.organisations.queries import within
from orientir_trials.models import ACTIVITY, PLUGIN
from orientir_trials.ovz_share import ovz_share
from orientir_trials.results import Quality, quality_of

HOSTS = (OrganisationKind.COLLEGE, OrganisationKind.UNIVERSITY)
BOOKED = (BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.ABSENT, BookingState.PENDING)


@dataclass(frozen=True)
class Taken:
    """What the pupils of a branch did: `share` is 6.1, `ovz` 6.2; the rest 6.3, of dates that are over."""

    share: Share
    ovz: Share
    people: int
    booked: int

    @property
    def average(self) -> Fraction | None:
        """Trials for each pupil who was at one at least."""
        return Fraction(self.share.participations, self.share.covered) if self.share.covered else None

    @property
    def turnout(self) -> Fraction | None:
        """How many came of those who were booked."""
        return Fraction(self.people, self.booked) if self.booked else None


@dataclass(frozen=True)
class Given:
    """What the organisations of a branch held: dates, hours and places; 3.4 and 7.4."""

    dates: int
    accessible: int
    minutes: int
    places: int
    people: int
    hosts: int
    all_hosts: int

    @property
    def hours(self) -> Fraction:
        return Fraction(self.minutes, 60)

    @property
    def accessible_share(self) -> Fraction | None:
        return Fraction(self.accessible, self.dates) if self.dates else None

    @property
    def host_share(self) -> Fraction | None:
        return Fraction(self.hosts, self.all_hosts) if self.all_hosts else None


@dataclass(frozen=True)
class Figures:
    """All figures of a branch; `lines` are 6.1 of its parts, none for an organisation."""

    taken: Taken
    given: Given
    quality: Quality
    lines: tuple[Line, ...]


def figures_of(scope: Scope, year: int) -> Figures:
    """Return the figures of a branch in the academic year that starts in `year`; a constant number of statements."""
    share, lines = _shares(scope, year)
    taken = _taken(share, scope, year)
    return Figures(taken, _given(scope, year), quality_of(_cards_of(scope, year), year), lines)


def _shares(scope: Scope, year: int) -> tuple[Share, tuple[Line, ...]]:
    """Return 6.1 of a branch, and of each part of one that is wider than an organisation."""
    activity = find_activity(ACTIVITY)
    if scope.organisation_id is not None:
        return totals([(activity, year)], scope)[0], ()
    found = shares(activity, year, scope)
    return found.total, found.lines


def _taken(share: Share, scope: Scope, year: int) -> Taken:
    came = func.coalesce(Booking.came, 0)
    row = db.session.execute(
        select(
            func.coalesce(func.sum(came), 0),
            func.coalesce(func.sum(Booking.people), 0),
        )
        .join(Slot, Slot.id == Booking.slot_id)
        .join(SchoolClass, SchoolClass.id == Booking.class_id)
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(_of_year(scope, year), Slot.ends_at <= clock.now(), Booking.state.in_(BOOKED), within([scope]))
    ).one()
    return Taken(share, ovz_share(share, scope, year, [_of_year(scope, year)]), int(row[0]), int(row[1]))


def _given(scope: Scope, year: int) -> Given:
    """Dates at the same hours are told together: most of the time went into reading their moments one by one."""
    held = _held(scope, year)
    at_once = db.session.execute(
        select(Slot.starts_at, Slot.ends_at, func.count(), func.sum(Slot.capacity), func.sum(_has_conditions()))
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(held)
        .group_by(Slot.starts_at, Slot.ends_at)
    ).all()
    people = db.session.scalar(
        select(func.coalesce(func.sum(func.coalesce(Booking.came, 0)), 0))
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(held)
    )
    hosts, all_hosts = _count_hosts(scope, year)
    return Given(
        dates=sum(dates for _start, _end, dates, _places, _accessible in at_once),
        accessible=sum(accessible for *_rest, accessible in at_once),
        minutes=sum(round((end - start).total_seconds() / 60) * dates for start, end, dates, *_rest in at_once),
        places=sum(places for *_rest, places, _accessible in at_once),
        people=int(people or 0),
        hosts=hosts,
        all_hosts=all_hosts,
    )


def _count_hosts(scope: Scope, year: int) -> tuple[int, int]:
    """Return how many open colleges and universities held a date, and how many there are; 7.4 counts no employers."""
    held = (
        select(Slot.id)
        .where(Slot.organisation_id == Organisation.id, _is_held(scope, year))
        .correlate(Organisation)
        .exists()
    )
    wanted = (
        select(func.count(case((held, 1))), func.count())
        .select_from(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            Organisation.kind.in_(HOSTS),
            Organisation.closed_on.is_(None),
            Organisation.merged_into_id.is_(None),
            within([scope]),
        )
    )
    hosts, all_hosts = db.session.execute(wanted).one()
    return hosts, all_hosts


def _cards_of(scope: Scope, year: int) -> Sequence[int]:
    """Return the cards with a date in the year whose organiser lies in the branch."""
    return list(
        db.session.scalars(
            select(Slot.owner_id)
            .join(Organisation, Organisation.id == Slot.organisation_id)
            .join(Municipality, Municipality.id == Organisation.municipality_id)
            .where(_of_year(scope, year), within([scope]))
            .distinct()
        )
    )


def _held(scope: Scope, year: int) -> ColumnElement[bool]:
    """The dates of a branch's organisations that were held."""
    return and_(_is_held(scope, year), within([scope]))


def _is_held(scope: Scope, year: int) -> ColumnElement[bool]:
    """A date was held when it is said so, or when somebody came: a door may have forgotten to close it."""
    any_booking = aliased(Booking)
    marked = any_booking.state == BookingState.ATTENDED
    came = select(any_booking.id).where(any_booking.slot_id == Slot.id, marked).correlate(Slot).exists()
    return and_(_of_year(scope, year), or_(Slot.state == SlotState.HELD, came))


def _has_conditions() -> ColumnElement[int]:
    return case((cast(Slot.conditions, String) == "[]", 0), else_=1)


def _of_year(scope: Scope, year: int) -> ColumnElement[bool]:
    """The dates of trials that begin within an academic year by the clock of the region."""
    zone = ZoneInfo(db.session.get_one(Region, scope.region_id).timezone)
    first, after = (datetime.combine(AcademicYear(one).first_day, time(), zone) for one in (year, year + 1))
    return and_(Slot.owner == PLUGIN, Slot.starts_at >= first, Slot.starts_at < after)
