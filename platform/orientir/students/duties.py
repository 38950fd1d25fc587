"""What schools owe their year: the questions that panels, lists of whom to call and reminders ask alike.

Each answer takes the same number of statements in any region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.class_names import ClassName
from orientir.organisations.headcounts import headcount_on, latest_date
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, SchoolClass
from orientir.organisations.queries import is_open
from orientir.students.counting_days import (
    CountingDay,
    days_begun,
    is_asked,
    is_unanswered,
    lacking_day,
    lacks_number,
)
from orientir.students.models import Student


@dataclass(frozen=True)
class Place:
    """An organisation that owes something: what a page or a reminder needs to know of it."""

    organisation_id: int
    name: str
    kind: str
    municipality_id: int
    municipality: str
    region_id: int

    @property
    def scope(self) -> Scope:
        return Scope(self.region_id, self.municipality_id, self.organisation_id)

    @property
    def is_school(self) -> bool:
        return self.kind == OrganisationKind.SCHOOL


@dataclass(frozen=True)
class ClassState:
    """A class as its school must keep it: `lacks` is the day it has no number for, `people` its headcount of today."""

    class_id: int
    lacks: CountingDay | None
    people: int | None
    numbers: int

    @property
    def differs(self) -> bool:
        """Whether the list has other numbers than the headcount says; an empty list was never begun."""
        return self.people is not None and self.numbers != 0 and self.numbers != self.people


@dataclass(frozen=True)
class PlaceState:
    """An organisation as its coordinator must see it; only schools are asked for classes and for an account."""

    place: Place
    classes: int
    uncounted: int
    has_account: bool


LACKS: dict[str, Callable[[PlaceState], bool]] = {
    "classes": lambda one: one.place.is_school and not one.classes,
    "headcounts": lambda one: one.uncounted > 0,
    "accounts": lambda one: one.place.is_school and not one.has_account,
}


def class_states(organisation_id: int, today: date) -> list[ClassState]:
    """Return this year's classes of a school."""
    year = AcademicYear.of(today)
    numbers = (
        select(func.count())
        .where(Student.class_id == SchoolClass.id, Student.closed_on.is_(None))
        .correlate(SchoolClass)
        .scalar_subquery()
    )
    name = (SchoolClass.grade, SchoolClass.last_grade, SchoolClass.letter)
    counted = (latest_date(SchoolClass.id), headcount_on(today, SchoolClass.id))
    rows = select(SchoolClass.id, *name, *counted, numbers).where(
        SchoolClass.organisation_id == organisation_id, SchoolClass.year == year.start
    )
    days = days_begun(year, today)
    return [
        ClassState(class_id, lacking_day(days, ClassName(grade, last_grade, letter), latest), people, seats)
        for class_id, grade, last_grade, letter, latest, people, seats in db.session.execute(rows)
    ]


def place_states(scope: Scope, today: date) -> list[PlaceState]:
    """Return the open schools and kindergartens of a branch by their names, with what is missing in each."""
    year = AcademicYear.of(today)
    lacks = lacks_number(days_begun(year, today))
    classes = (
        select(
            SchoolClass.organisation_id,
            func.count().label("classes"),
            func.count().filter(lacks).label("uncounted"),
        )
        .where(SchoolClass.year == year.start)
        .group_by(SchoolClass.organisation_id)
        .subquery()
    )
    counts = (func.coalesce(classes.c.classes, 0), func.coalesce(classes.c.uncounted, 0))
    rows = _places(*counts, _has_account()).outerjoin(classes, classes.c.organisation_id == Organisation.id)
    kinds = Organisation.kind.in_([kind for kind in OrganisationKind if kind.has_classes])
    found = db.session.execute(_in_order(rows.where(_is_open_in(scope, today), kinds)))
    return [
        PlaceState(Place(*place), classes=entered, uncounted=uncounted, has_account=has_account)
        for *place, entered, uncounted, has_account in found
    ]


def uncounted_classes(day: CountingDay, scope: Scope, today: date) -> dict[Place, list[str]]:
    """Return the open organisations of a branch with the titles of their classes that have no number for the day."""
    name = (SchoolClass.grade, SchoolClass.last_grade, SchoolClass.letter)
    rows = _places(*name).join(SchoolClass, SchoolClass.organisation_id == Organisation.id)
    year = SchoolClass.year == AcademicYear.of(day.on).start
    found: dict[Place, list[ClassName]] = defaultdict(list)
    for *place, grade, last_grade, letter in db.session.execute(
        _in_order(rows.where(_is_open_in(scope, today), year, is_asked(day), is_unanswered(day)))
    ):
        found[Place(*place)].append(ClassName(grade, last_grade, letter))
    return {place: [one.title for one in sorted(names)] for place, names in found.items()}


def schools_without_classes(scope: Scope, year: AcademicYear, today: date) -> list[Place]:
    """Return the open schools of a branch that have no class of the academic year."""
    return _schools(scope, today, _has_no_classes(year))


def count_schools_without_classes(scope: Scope, year: AcademicYear, today: date) -> int:
    """Return how many `schools_without_classes` there are."""
    schools = select(func.count(Organisation.id)).join(Municipality, Municipality.id == Organisation.municipality_id)
    return db.session.scalar(schools.where(_is_open_school(scope, today), _has_no_classes(year))) or 0


def schools_without_account(scope: Scope, today: date) -> list[Place]:
    """Return the open schools of a branch nobody of which can be reminded: no administrator has a working account."""
    return _schools(scope, today, ~_has_account())


def municipalities_without(role: Role, region_id: int, today: date) -> list[str]:
    """Return the names of the open municipalities where nobody holds the role."""
    rows = select(Municipality.name).where(
        Municipality.region_id == region_id,
        or_(Municipality.closed_on.is_(None), Municipality.closed_on > today),
        ~_is_held(Grant.municipality_id == Municipality.id, Grant.role == role.value),
    )
    return sorted(db.session.scalars(rows))


def _schools(scope: Scope, today: date, condition: ColumnElement[bool]) -> list[Place]:
    rows = _in_order(_places().where(_is_open_school(scope, today), condition))
    return [Place(*row) for row in db.session.execute(rows)]


def _places(*columns: Any) -> Any:  # noqa: ANN401 - the type of a SELECT names its columns one by one
    place = (
        Organisation.id,
        Organisation.name,
        Organisation.kind,
        Municipality.id,
        Municipality.name,
        Municipality.region_id,
    )
    return select(*place, *columns).join(Municipality, Organisation.municipality_id == Municipality.id)


def _in_order(places: Any) -> Any:  # noqa: ANN401 - as above
    return places.order_by(Organisation.search_key, Organisation.id)


def _is_open_school(scope: Scope, today: date) -> ColumnElement[bool]:
    return and_(_is_open_in(scope, today), Organisation.kind == OrganisationKind.SCHOOL)


def _is_open_in(scope: Scope, today: date) -> ColumnElement[bool]:
    here = (
        Municipality.id == scope.municipality_id if scope.municipality_id else Municipality.region_id == scope.region_id
    )
    return and_(here, is_open(today))


def _has_no_classes(year: AcademicYear) -> ColumnElement[bool]:
    entered = select(SchoolClass.id).where(
        SchoolClass.organisation_id == Organisation.id, SchoolClass.year == year.start
    )
    return ~entered.exists()


def _has_account() -> ColumnElement[bool]:
    return _is_held(Grant.organisation_id == Organisation.id, Grant.role == Role.SCHOOL_ADMIN.value)


def _is_held(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that somebody with a working account holds a role."""
    return select(Grant.id).join(User, User.id == Grant.user_id).where(User.disabled_at.is_(None), *conditions).exists()
