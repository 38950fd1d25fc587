"""Indicator 6.2: how many pupils with ОВЗ of grades 6–11 were at a trial, of how many there are (domain.md C.4).

No health is written beside a number of the list, so a door says of a group «из них с ОВЗ», and nothing tells
whether two groups of a class had the same children. A class therefore counts by its largest occasion: a lower bound
that counts nobody twice. Groups at one and the same hour are different children and add up.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, select

from orientir.bookings.models import Booking, Slot
from orientir.contracts import Scope
from orientir.coverage.activities import base_year, find_activity
from orientir.coverage.bases import of_grades
from orientir.coverage.shares import Share
from orientir.db import db
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.organisations.queries import within
from orientir_trials.models import ACTIVITY


def ovz_share(whole: Share, scope: Scope, year: int, dates: Sequence[ColumnElement[bool]]) -> Share:
    """Return the share of a branch over the slots `dates` leaves; one statement.

    `whole` is the share of all its pupils: the same classes, whose headcounts were looked up for it already.
    """
    covered, uncounted, all_came = _came(scope, year, dates)
    base = whole.base_ovz
    return Share(
        covered=covered if base is not None else uncounted,
        base=base,
        missing_classes=whole.missing_classes,
        uncounted=uncounted if base is not None else 0,
        participations=all_came,
    )


def _came(scope: Scope, year: int, dates: Sequence[ColumnElement[bool]]) -> tuple[int, int, int]:
    """Return how many came of classes with a headcount, how many of those without, and how often they all did.

    Each class counts by its largest occasion.
    """
    activity = find_activity(ACTIVITY)
    at_once = (
        select(Booking.class_id, func.sum(Booking.came_ovz).label("came"))
        .join(Slot, Slot.id == Booking.slot_id)
        .where(*dates, Booking.came_ovz > 0)
        .group_by(Booking.class_id, Slot.starts_at)
        .subquery()
    )
    by_class = (
        select(func.max(at_once.c.came).label("most"), func.sum(at_once.c.came).label("times"), _is_counted())
        .join(SchoolClass, SchoolClass.id == at_once.c.class_id)
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            SchoolClass.year == base_year(activity, year),
            of_grades(activity),
            within([scope]),
            Organisation.merged_into_id.is_(None),
        )
        .group_by(SchoolClass.id)
        .subquery()
    )
    sums = (
        func.sum(case((by_class.c.is_counted, by_class.c.most), else_=0)),
        func.sum(case((by_class.c.is_counted, 0), else_=by_class.c.most)),
        func.sum(by_class.c.times),
    )
    covered, uncounted, times = db.session.execute(select(*[func.coalesce(one, 0) for one in sums])).one()
    return int(covered), int(uncounted), int(times)


def _is_counted() -> ColumnElement[bool]:
    """Whether anybody wrote how many the class has: the earliest number stands in for a later day too."""
    return select(Headcount.id).where(Headcount.class_id == SchoolClass.id).exists().label("is_counted")
