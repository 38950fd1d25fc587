"""Indicator 6.2 (domain.md C.4): of the pupils with ОВЗ of grades 6–11, how many were at a trial.

Nobody's health is written beside a number of the list, so a door says of a group «из них с ОВЗ», and nothing tells
whether two groups of a class had the same children. A class therefore counts by its largest occasion: a lower bound
that counts nobody twice. Groups at one and the same hour are different children and add up.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import CTE, ColumnElement, Subquery, case, func, select

from orientir.bookings.models import Booking, Slot
from orientir.contracts import Scope
from orientir.coverage.activities import base_date, base_year, find_activity
from orientir.coverage.bases import of_grades
from orientir.coverage.shares import Share
from orientir.db import db
from orientir.organisations.headcounts import headcount_on
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.organisations.queries import within
from orientir_trials.models import ACTIVITY


def ovz_share(scope: Scope, year: int, dates: Sequence[ColumnElement[bool]]) -> Share:
    """Return the share of a branch over the slots `dates` leaves; one statement."""
    classes = _classes(scope, year, _came_by_class(dates))
    unknown = classes.c.people.is_(None)
    base, missing, covered, uncounted, all_came = db.session.execute(
        select(
            func.sum(classes.c.people),
            func.count(case((unknown, 1))),
            func.coalesce(func.sum(case((~unknown, classes.c.came))), 0),
            func.coalesce(func.sum(case((unknown, classes.c.came))), 0),
            func.coalesce(func.sum(classes.c.participations), 0),
        )
    ).one()
    return Share(
        covered=int(covered if base is not None else uncounted),
        base=None if base is None else int(base),
        missing_classes=missing,
        uncounted=int(uncounted) if base is not None else 0,
        participations=int(all_came),
    )


def _came_by_class(dates: Sequence[ColumnElement[bool]]) -> Subquery:
    at_once = (
        select(Booking.class_id, func.sum(Booking.came_ovz).label("came"))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(*dates, Booking.came_ovz > 0)
        .group_by(Booking.class_id, Slot.starts_at)
        .subquery()
    )
    return (
        select(
            at_once.c.class_id,
            func.max(at_once.c.came).label("came"),
            func.sum(at_once.c.came).label("participations"),
        )
        .group_by(at_once.c.class_id)
        .subquery()
    )


def _classes(scope: Scope, year: int, came: Subquery) -> CTE:
    activity = find_activity(ACTIVITY)
    return (
        select(
            headcount_on(base_date(activity, year), SchoolClass.id, Headcount.ovz).label("people"),
            func.coalesce(came.c.came, 0).label("came"),
            func.coalesce(came.c.participations, 0).label("participations"),
        )
        .select_from(SchoolClass)
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .outerjoin(came, came.c.class_id == SchoolClass.id)
        .where(
            SchoolClass.year == base_year(activity, year),
            of_grades(activity),
            within([scope]),
            Organisation.merged_into_id.is_(None),
        )
        .cte()
        .prefix_with("MATERIALIZED")  # SQLite would look the headcount up again for every sum it enters
    )
