"""The days of a month, a week or a list, each with what happens on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orientir.contracts import CalendarEntry

LIST_DAYS = 31
LIST_ROWS = 100


@dataclass(frozen=True)
class Day:
    on: date
    entries: tuple[CalendarEntry, ...]
    is_inside: bool = True


@dataclass(frozen=True)
class Span:
    """What one page shows: [first, after) in days of the region; `before` and `then` lie on the neighbouring pages."""

    view: str
    first: date
    after: date
    before: date
    then: date

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        return datetime.combine(self.first, time(), zone), datetime.combine(self.after, time(), zone)


def span_of(view: str, day: date) -> Span:
    """Return the month, the week, or the list of a month from `day` on."""
    if view == "month":
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        return Span(view, first, after, (first - timedelta(days=1)).replace(day=1), after)
    if view == "week":
        first = day - timedelta(days=day.weekday())
        week = timedelta(days=7)
        return Span(view, first, first + week, first - week, first + week)
    length = timedelta(days=LIST_DAYS)
    return Span("list", day, day + length, day - length, day + length)


def week_from(day: date) -> Span:
    """Return the seven days from `day` on, as a list."""
    return replace(span_of("list", day), after=day + timedelta(days=7))


def cut_list(span: Span, entries: list[CalendarEntry], zone: ZoneInfo) -> tuple[Span, list[CalendarEntry]]:
    """Return a list that is no longer than a telephone takes: whole days, and the next page begins where it ends."""
    if span.view != "list" or len(entries) <= LIST_ROWS:
        return span, entries
    after = max(entries[LIST_ROWS].starts_at.astimezone(zone).date(), span.first + timedelta(days=1))
    ends = datetime.combine(after, time(), zone)
    return replace(span, after=after, then=after), [one for one in entries if one.starts_at < ends]


def weeks_of(span: Span, entries: Sequence[CalendarEntry], zone: ZoneInfo) -> list[list[Day]]:
    """Return whole weeks from Monday on; days beyond the month are told as such and hold nothing."""
    day, weeks = span.first - timedelta(days=span.first.weekday()), []
    while day < span.after:
        week = [day + timedelta(days=count) for count in range(7)]
        weeks.append([_day(one, span, entries, zone) for one in week])
        day += timedelta(days=7)
    return weeks


def days_of(span: Span, entries: Sequence[CalendarEntry], zone: ZoneInfo) -> list[Day]:
    """Return the days on which something begins or goes on, in order; a long event stands on its first day here."""
    found: dict[date, list[CalendarEntry]] = {}
    for entry in entries:
        found.setdefault(max(entry.starts_at.astimezone(zone).date(), span.first), []).append(entry)
    return [Day(day, tuple(found[day])) for day in sorted(found)]


def _day(day: date, span: Span, entries: Sequence[CalendarEntry], zone: ZoneInfo) -> Day:
    if not span.first <= day < span.after:
        return Day(day, (), is_inside=False)
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return Day(day, tuple(one for one in entries if one.starts_at < ends and one.ends_at > begins))
