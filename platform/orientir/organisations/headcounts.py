"""Which number of people a class had on a day, as a part of any query."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from orientir.organisations.models import Headcount


def headcount_on(day: date, class_id: int | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Return one class's headcount for `day`: the latest not after it, or else the earliest after it (NULL: none)."""
    return _nearest(Headcount.total, day, class_id)


def is_counted_on(day: date, class_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that the row of `Headcount` is the class's for `day`: one look-up for all its numbers."""
    return Headcount.id == _nearest(Headcount.id, day, class_id)


def _nearest(
    column: InstrumentedAttribute[int], day: date, class_id: int | InstrumentedAttribute[int]
) -> ColumnElement[int]:
    """Two look-ups that follow the index of (class, date) are half the price of one that sorts.

    Headcounts stand in them under another name, so that they stay apart from a row joined outside.
    """
    one = aliased(Headcount)
    own = select(getattr(one, column.key)).where(one.class_id == class_id).limit(1)
    latest = own.where(one.on_date <= day).order_by(one.on_date.desc())
    earliest = own.where(one.on_date > day).order_by(one.on_date)
    return func.coalesce(latest.scalar_subquery(), earliest.scalar_subquery())


def latest_date(class_id: InstrumentedAttribute[int]) -> ColumnElement[date]:
    """Return the date of the last number a class has (NULL: none)."""
    return select(func.max(Headcount.on_date)).where(Headcount.class_id == class_id).scalar_subquery()
