"""What coverage counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orientir.contracts.texts import Text
from orientir.errors import PluginError


class Audience(StrEnum):
    STUDENTS = "students"
    PARENTS = "parents"
    TEACHERS = "teachers"


class Period(StrEnum):
    ACADEMIC_YEAR = "academic"
    CALENDAR_YEAR = "calendar"


@dataclass(frozen=True)
class Activity:
    """Something coverage counts.

    `grades` are those in the denominator (empty: all), `headcount_month` and `headcount_day` the date whose headcounts
    are the base (statistics use 20 September, the survey of graduates 1 May).
    """

    key: str
    title: Text
    audience: Audience = Audience.STUDENTS
    period: Period = Period.ACADEMIC_YEAR
    grades: tuple[int, ...] = ()
    headcount_month: int = 9
    headcount_day: int = 20

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", self.key):
            raise PluginError(f"activity key «{self.key}» must look like plugin.activity")
        try:
            date(2001, self.headcount_month, self.headcount_day)  # a common year: 29 February is no date to count on
        except ValueError as error:
            raise PluginError(f"activity «{self.key}»: there is no such day to take headcounts on") from error


@dataclass(frozen=True)
class Indicator:
    """A computed figure of the monitoring; its definition is frozen per version."""

    code: str
    title: Text
    activity: str | None = None


@dataclass(frozen=True)
class ClassMeasure:
    """People of one class a plugin has counted in place and not yet written to the ledger."""

    activity: str
    period: int
    class_id: int
    source: str
    people: int
