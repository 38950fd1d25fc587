"""The days whose headcounts figures are based on: one calendar for panels, pages and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, false, or_, true

from orientir.clock import AcademicYear
from orientir.organisations.class_names import ClassName
from orientir.organisations.headcounts import latest_date
from orientir.organisations.models import SchoolClass
from orientir.plugins import current_plugins

STATISTICS = (9, 20)  # month and day on which all classes are counted
AHEAD = timedelta(days=14)  # how long before a day its numbers begin to be asked for
FRESH = timedelta(days=30)  # a number of the month before a day speaks of that day


@dataclass(frozen=True, order=True)
class CountingDay:
    """A day somebody counts on, and the grades that are counted (none named: all)."""

    on: date
    grades: tuple[int, ...] = ()

    @property
    def is_of_all(self) -> bool:
        return not self.grades

    def has_begun(self, today: date) -> bool:
        return today >= self.on - AHEAD

    def asks(self, name: ClassName) -> bool:
        """Tell whether the class is counted; a комплект is with any of its grades."""
        return self.is_of_all or any(name.grade <= grade <= name.last_grade for grade in self.grades)

    def is_answered(self, latest: date | None) -> bool:
        """Tell whether a class whose last number is of `latest` has one that speaks of the day.

        A later number does too: where there is none before, coverage takes the earliest after.
        """
        return latest is not None and latest >= self.on - FRESH


def counting_days(year: AcademicYear) -> list[CountingDay]:
    """Return the days of an academic year in their order: 20 September and those of the activities (1 May)."""
    days: dict[tuple[int, int], tuple[int, ...]] = {STATISTICS: ()}
    for manifest in current_plugins().manifests.values():
        for activity in manifest.activities:
            key = (activity.headcount_month, activity.headcount_day)
            known = days.setdefault(key, activity.grades)
            days[key] = tuple(sorted({*known, *activity.grades})) if known and activity.grades else ()
    return sorted(CountingDay(year.on(*key), grades) for key, grades in days.items())


def days_begun(year: AcademicYear, today: date) -> list[CountingDay]:
    """Return the days of the year whose numbers are asked for by `today`, the latest first."""
    return [one for one in reversed(counting_days(year)) if one.has_begun(today)]


def present_day(year: AcademicYear, today: date) -> CountingDay:
    """Return the day a school most likely writes numbers for now; before the first one begins it is that."""
    return next(iter(days_begun(year, today)), counting_days(year)[0])


def lacking_day(days: list[CountingDay], name: ClassName, latest: date | None) -> CountingDay | None:
    """Return the day a class lacks the number of: only the latest begun one that counts its grade is still asked for.

    `days` come from `days_begun`, `latest` is the date of the last number of the class.
    """
    due = next((day for day in days if day.asks(name)), None)
    return None if due is None or due.is_answered(latest) else due


# The same as parts of a query over SchoolClass


def is_asked(day: CountingDay) -> ColumnElement[bool]:
    named = [and_(SchoolClass.grade <= grade, SchoolClass.last_grade >= grade) for grade in day.grades]
    return or_(*named) if named else true()


def is_unanswered(day: CountingDay) -> ColumnElement[bool]:
    latest = latest_date(SchoolClass.id)
    return or_(latest.is_(None), latest < day.on - FRESH)


def lacks_number(days: list[CountingDay]) -> ColumnElement[bool]:
    """Return the condition that `lacking_day` names a day for the class."""
    if not days:
        return false()
    return case(*((is_asked(day), is_unanswered(day)) for day in days), else_=false())
