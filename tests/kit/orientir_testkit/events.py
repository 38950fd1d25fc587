"""A plan of an event, and short words for its times, that tests of the calendar begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orientir_calendar.plans import EventPlan, Times
from orientir_testkit.cast import TIMEZONE

ZONE = ZoneInfo(TIMEZONE)


def at(day: date, hour: int = 10, minutes: int = 60, **repeat: Any) -> Times:
    """Return hours of one day; `repeat` are the further fields of `Times`."""
    begins = datetime.combine(day, time(hour), ZONE)
    return Times(begins, begins + timedelta(minutes=minutes), **repeat)


def whole(day: date, days: int = 1, **repeat: Any) -> Times:
    """Return whole days from `day` on."""
    begins = datetime.combine(day, time(), ZONE)
    return Times(begins, datetime.combine(day + timedelta(days=days), time(), ZONE), is_all_day=True, **repeat)


MEETING = EventPlan(
    title="Встреча с инженером",
    kind="meeting",
    times=at(date(2026, 5, 20)),
    audiences=("students",),
    first_grade=8,
    last_grade=11,
    place="Актовый зал",
    about="Расскажет о **работе** на заводе.",
)


def plan(times: Times | None = None, **values: Any) -> EventPlan:
    return replace(MEETING, times=times or MEETING.times, **values)
