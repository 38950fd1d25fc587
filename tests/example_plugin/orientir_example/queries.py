"""What pages ask about hours."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir_example.models import Hour


def hours_in(scopes: Sequence[Scope]) -> list[Hour]:
    """Return the latest hours of the branches, newest first."""
    hours = select(Hour).join(Hour.school_class).join(SchoolClass.organisation).join(Organisation.municipality)
    return list(db.session.scalars(hours.where(_in(scopes), _ALIVE).order_by(Hour.held_on.desc()).limit(50)))


def count_hours(scopes: Sequence[Scope], year: int | None = None) -> int:
    """Return how many hours the branches held, in the academic year starting in `year` if one is named."""
    hours = select(func.count(Hour.id)).join(SchoolClass).join(Organisation).join(Municipality)
    in_year = [SchoolClass.year == year] if year is not None else []
    return db.session.scalar(hours.where(_in(scopes), _ALIVE, *in_year)) or 0


def classes_in(scopes: Sequence[Scope]) -> list[SchoolClass]:
    classes = select(SchoolClass).join(SchoolClass.organisation).join(Organisation.municipality).where(_in(scopes))
    return list(db.session.scalars(classes.order_by(SchoolClass.year.desc(), SchoolClass.grade, SchoolClass.letter)))


def hours_noted_by(user_id: int) -> list[dict[str, object]]:
    hours = db.session.scalars(select(Hour).where(Hour.noted_by == user_id))
    return [{"class": hour.class_id, "on": hour.held_on.isoformat(), "people": hour.people} for hour in hours]


_ALIVE = Hour.is_taken_back.is_(False)


def _in(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    return or_(False, *(_inside(scope) for scope in scopes))


def _inside(scope: Scope) -> ColumnElement[bool]:
    narrower = [
        column == wanted
        for column, wanted in (
            (Municipality.id, scope.municipality_id),
            (Organisation.id, scope.organisation_id),
        )
        if wanted is not None
    ]
    return and_(Municipality.region_id == scope.region_id, *narrower)
