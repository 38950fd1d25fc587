"""The two sums of a share as SQL: people there are and people reached, by class and by organisation.

Only classes, headcounts and roll-ups are read, never facts: the cost does not grow with what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from orientir.contracts import Activity, Audience, Scope
from orientir.coverage.activities import base_date, base_year, period_bounds
from orientir.coverage.models import Counter, Total
from orientir.organisations.headcounts import headcount_on, is_counted_on
from orientir.organisations.models import Headcount, Municipality, Organisation, OrganisationKind, SchoolClass


def of_grades(activity: Activity) -> ColumnElement[bool]:
    """Return the condition on classes of the base: any grade of a комплект counts."""
    if not activity.grades:
        return true()
    return or_(
        *[and_(SchoolClass.grade <= last, SchoolClass.last_grade >= first) for first, last in _spans(activity.grades)]
    )


def _spans(grades: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last grade of each unbroken row: one comparison for 6–11 instead of six."""
    known = set(grades)
    firsts = sorted(one for one in known if one - 1 not in known)
    lasts = sorted(one for one in known if one + 1 not in known)
    return list(zip(firsts, lasts, strict=True))


def classes_of_base(activity: Activity, period: int, scope: Scope) -> CTE:
    """Return one row per class of a branch's base: people (the headcount on the base date, NULL: none), ovz, covered.

    `ovz` are those of the people with ОВЗ. Made once: SQLite would look the headcount up again for every sum it enters.
    """
    return (
        select(
            SchoolClass.organisation_id,
            Headcount.total.label("people"),
            Headcount.ovz,
            func.coalesce(Counter.covered, 0).label("covered"),
        )
        .select_from(SchoolClass)
        .outerjoin(Headcount, is_counted_on(base_date(activity, period), SchoolClass.id))
        .outerjoin(Counter, counter_of_class(activity, period))
        .where(
            SchoolClass.year == base_year(activity, period),
            of_grades(activity) if activity.audience is Audience.STUDENTS else ~true(),
            within_branch(SchoolClass.organisation_id, scope),
            SchoolClass.organisation_id.not_in(second_entries()),
        )
        .cte()
        .prefix_with("MATERIALIZED")
    )


def class_rows(activity: Activity, period: int, organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Return the classes of one organisation that are in the base or were reached, with headcount and figures."""
    in_base = and_(SchoolClass.year == base_year(activity, period), of_grades(activity))
    return (
        select(
            SchoolClass,
            headcount_on(base_date(activity, period), SchoolClass.id).label("people"),
            func.coalesce(Counter.covered, 0).label("covered"),
            func.coalesce(Counter.participations, 0).label("participations"),
        )
        .outerjoin(Counter, counter_of_class(activity, period))
        .where(SchoolClass.organisation_id == organisation_id, or_(in_base, Counter.participations > 0))
        .order_by(SchoolClass.grade, SchoolClass.last_grade, SchoolClass.letter, SchoolClass.year)
    )


@lru_cache(maxsize=64)  # to put the statement together takes as long as a municipality's answer
def organisation_rows(activity: Activity, period: int, scope: Scope) -> Select[Any]:
    """Return one row per organisation of a branch that has a base, people reached, or classes still to be entered.

    Columns: id, municipality_id, name, kind, and the figures a share is made of: people (the base, NULL: none), ovz (of
    them with ОВЗ), missing_classes (without a headcount), missing_organisations (1: no class entered), covered and
    participations (all), uncounted (covered in classes without a headcount).
    """
    classes = classes_of_base(activity, period, scope)
    unknown = classes.c.people.is_(None)
    bases = (
        select(
            classes.c.organisation_id,
            func.sum(classes.c.people).label("people"),
            func.sum(classes.c.ovz).label("ovz"),
            func.sum(case((unknown, 1), else_=0)).label("missing"),
            func.sum(case((unknown, classes.c.covered), else_=0)).label("uncounted"),
        )
        .group_by(classes.c.organisation_id)
        .subquery()
    )
    reached = reached_by_organisation(activity, period, scope)
    return (
        select(
            Organisation.id,
            Organisation.municipality_id,
            Organisation.name,
            Organisation.kind,
            bases.c.people,
            bases.c.ovz,
            func.coalesce(bases.c.missing, 0).label("missing_classes"),
            case((bases.c.organisation_id.is_(None), 1), else_=0).label("missing_organisations"),
            func.coalesce(bases.c.uncounted, 0).label("uncounted"),
            func.coalesce(reached.c.covered, 0).label("covered"),
            func.coalesce(reached.c.participations, 0).label("participations"),
        )
        .outerjoin(bases, bases.c.organisation_id == Organisation.id)
        .outerjoin(reached, reached.c.organisation_id == Organisation.id)
        .where(
            within_branch(Organisation.id, scope),
            or_(
                bases.c.organisation_id.is_not(None),
                reached.c.organisation_id.is_not(None),
                _still_to_enter(activity, period),
            ),
        )
    )


def summed_rows(rows: Select[Any], *keys: str) -> Select[Any]:
    """Return the sums of `organisation_rows` by `keys`, in the same columns of figures.

    People of organisations without any base become `uncounted`, so that both numbers of a share speak of the same.
    """
    one = rows.subquery()
    strays = case((one.c.people.is_(None), one.c.covered), else_=one.c.uncounted)
    plain = ("people", "ovz", "missing_classes", "missing_organisations", "covered", "participations")
    return select(
        *[one.c[key] for key in keys],
        *[func.sum(one.c[name]).label(name) for name in plain],
        func.sum(strays).label("uncounted"),
    ).group_by(*[one.c[key] for key in keys])


@lru_cache(maxsize=64)
def municipality_rows(activity: Activity, period: int, scope: Scope) -> Select[Any]:
    """Return all municipalities of the region, silent ones too, closed ones only while they have data.

    Columns: id, name, kind, and the figures of `organisation_rows` summed, without the organisation's id and name.
    """
    summed = summed_rows(organisation_rows(activity, period, scope), "municipality_id").subquery()
    figures = [column for column in summed.c if column.key != "municipality_id"]
    first, _last = period_bounds(activity, period)
    return (
        select(Municipality.id, Municipality.name, Municipality.kind, *figures)
        .outerjoin(summed, summed.c.municipality_id == Municipality.id)
        .where(
            Municipality.region_id == scope.region_id,
            or_(
                Municipality.closed_on.is_(None),
                Municipality.closed_on >= first,
                summed.c.municipality_id.is_not(None),
            ),
        )
    )


@lru_cache(maxsize=64)
def total_rows(wanted: tuple[tuple[Activity, int], ...], scope: Scope) -> CompoundSelect[Any]:
    """Return the sums of a branch for several activities and periods; `place` tells which row is whose."""
    return union_all(
        *[
            summed_rows(organisation_rows(activity, period, scope)).add_columns(literal(place).label("place"))
            for place, (activity, period) in enumerate(wanted)
        ]
    )


def reached_by_organisation(activity: Activity, period: int, scope: Scope) -> Subquery:
    """Return people reached and participations by organisation of a branch.

    People told by class and people told by level may be the same: the larger counts. So may the people of two academic
    years within one calendar year: the larger year counts.
    """
    larger = case((Total.in_classes >= Total.at_large, Total.in_classes), else_=Total.at_large)
    of_year = (
        select(
            Total.organisation_id,
            func.sum(larger).label("covered"),
            func.sum(Total.participations).label("participations"),
        )
        .where(Total.activity == activity.key, Total.period == period, within_branch(Total.organisation_id, scope))
        .group_by(Total.organisation_id, Total.year)
        .subquery()
    )
    return (
        select(
            of_year.c.organisation_id,
            func.max(of_year.c.covered).label("covered"),
            func.sum(of_year.c.participations).label("participations"),
        )
        .group_by(of_year.c.organisation_id)
        .subquery()
    )


def within_branch(organisation_id: InstrumentedAttribute[int], scope: Scope) -> ColumnElement[bool]:
    """Return the condition that an organisation lies in a branch; on every part of a query, so that all stay small."""
    if scope.organisation_id is not None:
        return organisation_id == scope.organisation_id
    inside = select(Organisation.id).correlate(None)
    if scope.municipality_id is not None:
        return organisation_id.in_(inside.where(Organisation.municipality_id == scope.municipality_id))
    return organisation_id.in_(
        inside.join(Municipality, Municipality.id == Organisation.municipality_id).where(
            Municipality.region_id == scope.region_id
        )
    )


def second_entries() -> Select[int]:
    """Return the organisations that were entered twice: a class left in one stands in the other too (decision 8)."""
    return select(Organisation.id).where(Organisation.merged_into_id.is_not(None)).correlate(None)


def counter_of_class(activity: Activity, period: int) -> ColumnElement[bool]:
    return and_(Counter.activity == activity.key, Counter.period == period, Counter.class_id == SchoolClass.id)


def _still_to_enter(activity: Activity, period: int) -> ColumnElement[bool]:
    """Schools (for grade 0: kindergartens) open in the period whose classes nobody has entered: «нет данных»."""
    if activity.audience is not Audience.STUDENTS:
        return ~true()
    kinds = [
        *([OrganisationKind.KINDERGARTEN.value] if not activity.grades or 0 in activity.grades else []),
        *([OrganisationKind.SCHOOL.value] if not activity.grades or max(activity.grades) > 0 else []),
    ]
    entered = (
        select(SchoolClass.id)
        .where(SchoolClass.organisation_id == Organisation.id, SchoolClass.year == base_year(activity, period))
        .exists()
    )
    first, last = period_bounds(activity, period)
    return and_(
        Organisation.kind.in_(kinds),
        Organisation.merged_into_id.is_(None),
        ~entered,
        or_(Organisation.opened_on.is_(None), Organisation.opened_on <= last),
        or_(Organisation.closed_on.is_(None), Organisation.closed_on >= first),
    )
