"""Indicators of trials (domain.md C.4: 6.1–6.4, 7.4, 3.4) for a college, a school, a municipality or the region.

Home counts people, host counts what was offered (C.4, rule 4); nothing here is a mean of percentages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import totals
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
    taken: Taken
    given: Given
    quality: Quality


def figures_of(scope: Scope, year: int) -> Figures:
    """Return the figures of a branch in the academic year that starts in `year`; a constant number of statements."""
    return Figures(_taken(scope, year), _given(scope, year), quality_of(_cards_of(scope, year), year))


def _taken(scope: Scope, year: int) -> Taken:
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
    share = totals([(find_activity(ACTIVITY), year)], scope)[0]
    return Taken(share, ovz_share(scope, year, [_of_year(scope, year)]), int(row[0]), int(row[1]))


def _given(scope: Scope, year: int) -> Given:
    held = _held(scope, year)
    dates = db.session.execute(
        select(Slot.id, Slot.organisation_id, Slot.starts_at, Slot.ends_at, Slot.capacity, _has_conditions())
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(held)
    ).all()
    people = db.session.scalar(
        select(func.coalesce(func.sum(func.coalesce(Booking.came, 0)), 0))
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(held)
    )
    return Given(
        dates=len(dates),
        accessible=sum(row[5] for row in dates),
        minutes=sum(round((row.ends_at - row.starts_at).total_seconds() / 60) for row in dates),
        places=sum(row.capacity for row in dates),
        people=int(people or 0),
        hosts=_count_hosts(scope, {row.organisation_id for row in dates}),
        all_hosts=_count_hosts(scope, None),
    )


def _count_hosts(scope: Scope, among: set[int] | None) -> int:
    """Return how many colleges and universities are open, or are so and `among`; 7.4 does not count employers."""
    wanted = (
        select(func.count(Organisation.id))
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            Organisation.kind.in_(HOSTS),
            Organisation.closed_on.is_(None),
            Organisation.merged_into_id.is_(None),
            within([scope]),
            Organisation.id.in_(among) if among is not None else true(),
        )
    )
    return db.session.scalar(wanted) or 0


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
    """A date was held when it is said so, or when somebody came: a door may have forgotten to close it."""
    any_booking = aliased(Booking)
    marked = any_booking.state == BookingState.ATTENDED
    came = select(any_booking.id).where(any_booking.slot_id == Slot.id, marked).correlate(Slot).exists()
    return and_(_of_year(scope, year), or_(Slot.state == SlotState.HELD, came), within([scope]))


def _has_conditions() -> ColumnElement[int]:
    return case((cast(Slot.conditions, String) == "[]", 0), else_=1)


def _of_year(scope: Scope, year: int) -> ColumnElement[bool]:
    """The dates of trials that begin within an academic year by the clock of the region."""
    zone = ZoneInfo(db.session.get_one(Region, scope.region_id).timezone)
    first, after = (datetime.combine(AcademicYear(one).first_day, time(), zone) for one in (year, year + 1))
    return and_(Slot.owner == PLUGIN, Slot.starts_at >= first, Slot.starts_at < after)
