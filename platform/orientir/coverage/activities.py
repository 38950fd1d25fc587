"""What can be counted: the activities of the enabled plugins, their periods and the dates of their bases."""

from __future__ import annotations

from datetime import date

from orientir.clock import AcademicYear
from orientir.contracts import Activity, Period
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.plugins import current_plugins


def activities() -> dict[str, Activity]:
    """Return the activities of all enabled plugins by key, in the plugins' order."""
    return {one.key: one for manifest in current_plugins().manifests.values() for one in manifest.activities}


def find_activity(key: str) -> Activity:
    """Return the activity `key`; raises MissingError when no enabled plugin declares it."""
    activity = activities().get(key)
    if activity is None:
        raise MissingError(_("Мероприятие «%(key)s» не объявлено ни одним из включённых плагинов.", key=key))
    return activity


def plugin_of(activity: Activity) -> str:
    return activity.key.partition(".")[0]


def period_bounds(activity: Activity, period: int) -> tuple[date, date]:
    """Return the first and the last day of `period`: an academic year from 1 September, or a calendar year."""
    if activity.period is Period.CALENDAR_YEAR:
        return date(period, 1, 1), date(period, 12, 31)
    year = AcademicYear(period)
    return year.first_day, year.last_day


def period_on(activity: Activity, day: date) -> int:
    """Return the period of `activity` that runs on `day`."""
    return day.year if activity.period is Period.CALENDAR_YEAR else AcademicYear.of(day).start


def period_title(activity: Activity, period: int) -> str:
    return str(period) if activity.period is Period.CALENDAR_YEAR else str(AcademicYear(period))


def base_date(activity: Activity, period: int) -> date:
    """Return the day whose headcounts are the denominator of `period`."""
    month, day = activity.headcount_month, activity.headcount_day
    if activity.period is Period.CALENDAR_YEAR:
        return date(period, month, day)
    return AcademicYear(period).on(month, day)


def base_year(activity: Activity, period: int) -> int:
    """Return the academic year whose classes are the denominator.

    For a calendar year it is the one that runs on the base date: 20 September 2026 takes the classes of 2026/27.
    """
    return AcademicYear.of(base_date(activity, period)).start


def takes_grades(activity: Activity, first: int, last: int) -> bool:
    """Tell whether a class of grades `first`–`last` belongs to the base; a комплект does with any of its grades."""
    return not activity.grades or any(first <= grade <= last for grade in activity.grades)
