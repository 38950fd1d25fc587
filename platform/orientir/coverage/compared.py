"""A share beside others of its kind: by levels of education, and with the period before by the same definition.

Asked for by whoever wants them, because each costs the sum over all classes once more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, select, union

from orientir.contracts import Activity, Audience, Scope
from orientir.coverage.activities import base_date, base_year, period_title
from orientir.coverage.bases import counter_of_class, of_grades, second_entries, within_branch
from orientir.coverage.levels import LAST_GRADES, Level
from orientir.coverage.models import Counter, Total
from orientir.coverage.queries import Line, made_share, target_of, targets_of, totals
from orientir.db import db
from orientir.organisations.headcounts import is_counted_on
from orientir.organisations.models import Headcount, SchoolClass


def level_lines(activity: Activity, period: int, scope: Scope) -> list[Line]:
    """Return the share of each level of education that is in the base or was reached, the youngest first.

    Two statements. Grown-ups belong to no level, so what counts them has no lines.
    """
    if activity.audience is not Audience.STUDENTS:
        return []
    target = target_of(scope, targets_of([(activity, period)], scope.region_id)[activity.key, period])
    found = {row.level: row for row in db.session.execute(_level_rows(activity, period, scope))}
    return [
        Line(str(level.title), made_share(found[level], target))
        for level in Level
        if level in found and level is not Level.NONE
    ]


def period_lines(activity: Activity, period: int, scope: Scope) -> list[Line]:
    """Return the total of the branch in a period and in the one before, by the same rule. Two statements."""
    pair = [(activity, period), (activity, period - 1)]
    found = zip(pair, totals(pair, scope), strict=True)
    return [Line(period_title(activity, one), share) for (_activity, one), share in found]


def _level_rows(activity: Activity, period: int, scope: Scope) -> Select[Any]:
    """Return one row a level, in the columns of figures of `bases.organisation_rows`.

    An organisation counts in each of its levels apart: where it has no base there, those it reached are `uncounted`.
    """
    bases, reached = _bases(activity, period, scope), _reached(activity, period, scope)
    places = union(
        select(bases.c.organisation_id, bases.c.level), select(reached.c.organisation_id, reached.c.level)
    ).subquery()
    of_bases = and_(bases.c.organisation_id == places.c.organisation_id, bases.c.level == places.c.level)
    of_reached = and_(reached.c.organisation_id == places.c.organisation_id, reached.c.level == places.c.level)
    uncounted = case((bases.c.people.is_(None), reached.c.covered), else_=bases.c.uncounted)
    return (
        select(
            places.c.level,
            func.sum(bases.c.people).label("people"),
            func.sum(bases.c.ovz).label("ovz"),
            func.sum(bases.c.missing).label("missing_classes"),
            literal(0).label("missing_organisations"),
            func.coalesce(func.sum(uncounted), 0).label("uncounted"),
            func.sum(reached.c.covered).label("covered"),
            func.sum(reached.c.participations).label("participations"),
        )
        .outerjoin(bases, of_bases)
        .outerjoin(reached, of_reached)
        .group_by(places.c.level)
    )


def _bases(activity: Activity, period: int, scope: Scope) -> CTE:
    """Return the people of each organisation and level, and what is not known of them."""
    classes = (
        select(
            SchoolClass.organisation_id,
            _level_of_class().label("level"),
            Headcount.total.label("people"),
            Headcount.ovz,
            func.coalesce(Counter.covered, 0).label("covered"),
        )
        .select_from(SchoolClass)
        .outerjoin(Headcount, is_counted_on(base_date(activity, period), SchoolClass.id))
        .outerjoin(Counter, counter_of_class(activity, period))
        .where(
            SchoolClass.year == base_year(activity, period),
            of_grades(activity),
            within_branch(SchoolClass.organisation_id, scope),
            SchoolClass.organisation_id.not_in(second_entries()),
        )
        .cte()
    )
    unknown = classes.c.people.is_(None)
    return (
        select(
            classes.c.organisation_id,
            classes.c.level,
            func.sum(classes.c.people).label("people"),
            func.sum(classes.c.ovz).label("ovz"),
            func.sum(case((unknown, 1), else_=0)).label("missing"),
            func.sum(case((unknown, classes.c.covered), else_=0)).label("uncounted"),
        )
        .group_by(classes.c.organisation_id, classes.c.level)
        .cte()
    )


def _reached(activity: Activity, period: int, scope: Scope) -> CTE:
    """Return who was reached of each organisation and level; of two academic years the larger counts."""
    larger = case((Total.in_classes >= Total.at_large, Total.in_classes), else_=Total.at_large)
    return (
        select(
            Total.organisation_id,
            Total.level,
            func.max(larger).label("covered"),
            func.sum(Total.participations).label("participations"),
        )
        .where(Total.activity == activity.key, Total.period == period, within_branch(Total.organisation_id, scope))
        .group_by(Total.organisation_id, Total.level)
        .cte()
    )


def _level_of_class() -> ColumnElement[str]:
    """Return the level a class stands on: a комплект-класс goes by its lowest grade, as its facts do."""
    known = [(SchoolClass.grade <= last, literal(level.value)) for last, level in LAST_GRADES]
    return case(*known, else_=literal(Level.SECONDARY.value))
