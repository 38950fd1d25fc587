"""What waits for people, as questions to the tables: each answer takes the same number of statements in any region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.coverage.homes import headcount_on
from orientir.db import db
from orientir.jobs.models import Job, JobState
from orientir.mail.models import MailState, OutgoingMail
from orientir.organisations.histories import Contact
from orientir.organisations.models import Headcount, Municipality, Organisation, OrganisationKind, SchoolClass
from orientir.students.models import Student

AHEAD = timedelta(days=10)  # how long before a date its headcounts begin to wait


@dataclass(frozen=True)
class ClassState:
    """A class as its school must keep it: has it the headcount that is due, do numbers and headcount agree."""

    class_id: int
    is_counted: bool
    people: int | None
    numbers: int

    @property
    def differs(self) -> bool:
        """Whether the list has other numbers than the headcount says; an empty list was never begun."""
        return self.people is not None and self.numbers != 0 and self.numbers != self.people


@dataclass(frozen=True)
class SchoolState:
    """A school as its coordinator must see it."""

    organisation_id: int
    name: str
    classes: int
    uncounted: int
    has_account: bool


LACKS: dict[str, Callable[[SchoolState], bool]] = {
    "classes": lambda one: not one.classes,
    "headcounts": lambda one: one.uncounted > 0,
    "accounts": lambda one: not one.has_account,
}


def due_date(today: date) -> date:
    """Return the date whose headcounts are due: 20 September, from ten days before 1 May on that."""
    year = AcademicYear.of(today)
    spring = year.on(5, 1)
    return spring if today >= spring - AHEAD else year.on(9, 20)


def is_due(today: date) -> bool:
    """Tell whether schools are asked for headcounts now; not in the first days of September."""
    return today >= due_date(today) - AHEAD


def class_states(organisation_id: int, today: date) -> list[ClassState]:
    """Return this year's classes of a school."""
    numbers = (
        select(func.count())
        .where(Student.class_id == SchoolClass.id, Student.closed_on.is_(None))
        .correlate(SchoolClass)
        .scalar_subquery()
    )
    rows = select(SchoolClass.id, _counted(today), headcount_on(today, SchoolClass.id), numbers).where(
        SchoolClass.organisation_id == organisation_id, SchoolClass.year == AcademicYear.of(today).start
    )
    return [ClassState(*row) for row in db.session.execute(rows)]


def school_states(scope: Scope, today: date) -> list[SchoolState]:
    """Return the open schools of a branch in the order of their names, with what is missing in each."""
    classes = (
        select(
            SchoolClass.organisation_id,
            func.count().label("classes"),
            func.count().filter(~_counted(today)).label("uncounted"),
        )
        .where(SchoolClass.year == AcademicYear.of(today).start)
        .group_by(SchoolClass.organisation_id)
        .subquery()
    )
    rows = (
        select(
            Organisation.id,
            Organisation.name,
            func.coalesce(classes.c.classes, 0),
            func.coalesce(classes.c.uncounted, 0),
            _held(Grant.organisation_id == Organisation.id),
        )
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .outerjoin(classes, classes.c.organisation_id == Organisation.id)
        .where(*_open_schools(scope))
        .order_by(Organisation.search_key, Organisation.id)
    )
    return [SchoolState(*row) for row in db.session.execute(rows)]


def municipalities_without(role: Role, region_id: int) -> list[str]:
    """Return the names of the open municipalities where nobody holds the role."""
    rows = select(Municipality.name).where(
        Municipality.region_id == region_id,
        Municipality.closed_on.is_(None),
        ~_held(Grant.municipality_id == Municipality.id, Grant.role == role.value),
    )
    return sorted(db.session.scalars(rows))


def schools_without_classes(region_id: int, today: date) -> int:
    """Return how many open schools of a region have no class of this academic year."""
    entered = select(SchoolClass.id).where(
        SchoolClass.organisation_id == Organisation.id, SchoolClass.year == AcademicYear.of(today).start
    )
    counted = (
        select(func.count(Organisation.id))
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(*_open_schools(Scope(region_id)), ~entered.exists())
    )
    return db.session.scalar(counted) or 0


def failed_work(region_id: int) -> tuple[int, int]:
    """Return how many jobs of a region failed and how many letters did not go; those of no region count everywhere."""
    jobs = select(func.count(Job.id)).where(Job.state == JobState.FAILED, _of_region(Job.region_id, region_id))
    letters = select(func.count(OutgoingMail.id)).where(
        OutgoingMail.state == MailState.FAILED, _of_region(OutgoingMail.region_id, region_id)
    )
    row = db.session.execute(select(jobs.scalar_subquery(), letters.scalar_subquery())).one()
    return row[0], row[1]


def has_contact(organisation_id: int) -> bool:
    """Tell whether somebody is named who answers for the organisation."""
    named = select(Contact.organisation_id).where(Contact.organisation_id == organisation_id)
    return db.session.scalar(named) is not None


def _counted(today: date) -> ColumnElement[bool]:
    """Return the condition that a class has the headcount that is due, or that none is due yet."""
    if not is_due(today):
        return SchoolClass.id.is_not(None)
    return (
        select(Headcount.id)
        .where(Headcount.class_id == SchoolClass.id, Headcount.on_date == due_date(today))
        .correlate(SchoolClass)
        .exists()
    )


def _held(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that somebody with a working account holds a role."""
    return select(Grant.id).join(User, User.id == Grant.user_id).where(User.disabled_at.is_(None), *conditions).exists()


def _open_schools(scope: Scope) -> list[ColumnElement[bool]]:
    here = (
        Municipality.id == scope.municipality_id if scope.municipality_id else Municipality.region_id == scope.region_id
    )
    return [here, Organisation.kind == OrganisationKind.SCHOOL, Organisation.closed_on.is_(None)]


def _of_region(column: Any, region_id: int) -> ColumnElement[bool]:  # noqa: ANN401 - a column of either table
    condition: ColumnElement[bool] = (column == region_id) | column.is_(None)
    return condition
