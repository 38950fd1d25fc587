"""Which number of people a class had on a day, as a part of any query."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from orientir.organisations.models import Headcount


def headcount_on(
    day: date, class_id: int | InstrumentedAttribute[int], of: InstrumentedAttribute[int] = Headcount.total
) -> ColumnElement[int]:
    """Return one class's headcount for `day`: the latest not after it, or else the earliest after it (NULL: none).

    `of`: the total, or a part of it such as `Headcount.ovz`.

    Two look-ups that follow the index of (class, date) are half the price of one that sorts.
    """
    own = select(of).where(Headcount.class_id == class_id).limit(1)
    latest = own.where(Headcount.on_date <= day).order_by(Headcount.on_date.desc())
    earliest = own.where(Headcount.on_date > day).order_by(Headcount.on_date)
    return func.coalesce(latest.scalar_subquery(), earliest.scalar_subquery())


def latest_date(class_id: InstrumentedAttribute[int]) -> ColumnElement[date]:
    """Return the date of the last number a class has (NULL: none)."""
    return select(func.max(Headcount.on_date)).where(Headcount.class_id == class_id).scalar_subquery()
