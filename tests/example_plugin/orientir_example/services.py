"""Write an hour down, take it back. Each does so in coverage too, in the same transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update

from orientir import clock
from orientir.audit import services as audit
from orientir.coverage import services as coverage
from orientir.coverage.evidence import ClassHome, Entry, Party, Source
from orientir.db import db
from orientir_example.models import Hour

ACTIVITY = "example.hour"
LENGTH = timedelta(minutes=45)


def add_hour(class_id: int, held_on: date, people: int, *, actor: int | None) -> Hour:
    """Return the hour written down; raises what `coverage.record` raises (too many people, a day of another year)."""
    hour = Hour(class_id=class_id, held_on=held_on, people=people, noted_by=actor)
    db.session.add(hour)
    db.session.flush()
    starts_at = datetime.combine(held_on, time(8), UTC)
    entry = Entry(
        activity=ACTIVITY,
        period=clock.AcademicYear.of(held_on).start,
        on_date=held_on,
        evidence=Party(people, starts_at, starts_at + LENGTH),
        source=_source(hour),
        home=ClassHome(class_id),
    )
    coverage.record(entry)
    audit.write("example.add", "example_hour", hour.id, actor=actor, people=people)
    return hour


def take_back(hour: Hour, *, actor: int | None) -> None:
    """Undo an hour by a reversing entry; twice is once."""
    hour.is_taken_back = True
    coverage.reverse(_source(hour))
    audit.write("example.take_back", "example_hour", hour.id, actor=actor)


def forget_author(user_id: int) -> None:
    db.session.execute(update(Hour).where(Hour.noted_by == user_id).values(noted_by=None))


def _source(hour: Hour) -> Source:
    return Source("example", f"hour:{hour.id}")
