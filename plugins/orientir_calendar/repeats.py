"""The days a repeated event takes, and the same said in RFC 5545."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule

from orientir_calendar.models import Event

KEY = "%Y%m%dT%H%M%SZ"
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Meeting:
    """One time of an event: aware moments; `original` is where it stood before somebody moved it."""

    event: Event
    starts_at: datetime
    ends_at: datetime
    original: datetime

    @property
    def key(self) -> str:
        """The time as addresses name it: «20260520T080000Z», where it stands by the rule."""
        return f"{self.original.astimezone(UTC):{KEY}}"

    @property
    def at(self) -> str:
        """Where the time stands now, in the same words."""
        return f"{self.starts_at.astimezone(UTC):{KEY}}"

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(ZoneInfo(self.event.timezone)).date()


def meetings(event: Event, first: datetime, last: datetime) -> list[Meeting]:
    """Return the times of `event` that touch [first, last), dropped days left out and moved ones where they are now."""
    if not event.frequency:
        once = Meeting(event, event.starts_at, event.ends_at, event.starts_at)
        return [once] if once.starts_at < last and once.ends_at > first else []
    found = chain(_standing(event, last), _moved(event))
    return sorted((one for one in found if one.starts_at < last and one.ends_at > first), key=lambda one: one.starts_at)


def starts(event: Event, until: datetime) -> list[datetime]:
    """Return where the times of `event` begin by its rule, up to `until`; exceptions are not looked at."""
    zone = ZoneInfo(event.timezone)
    if not event.frequency:
        return [event.starts_at]
    # The rule is counted in the hours of the region: a week later at the same hour, whatever the zone did meanwhile.
    local = event.starts_at.astimezone(zone).replace(tzinfo=None)
    end = min(until.astimezone(zone).replace(tzinfo=None), datetime.combine(event.until or local.date(), time.max))
    days = [day for day in event.weekdays if day in range(7)] if event.frequency != "monthly" else []
    rule = rrule(
        MONTHLY if event.frequency == "monthly" else WEEKLY,
        dtstart=local,
        interval=2 if event.frequency == "fortnightly" else 1,
        byweekday=days or None,
        until=end,
    )
    return [moment.replace(tzinfo=zone) for moment in rule]


def moment_of(key: str) -> datetime | None:
    """Return the moment an address names as `Meeting.key` does, None for other words."""
    try:
        return datetime.strptime(key, KEY).replace(tzinfo=UTC)
    except ValueError:
        return None


def rule_of(event: Event) -> str:
    """Return the RRULE of a repeated event, "" for one that is once. UNTIL is of the type of DTSTART (3.3.10)."""
    if not event.frequency or event.until is None:
        return ""
    if event.is_all_day:
        until = f"{event.until:%Y%m%d}"
    else:
        last = datetime.combine(event.until, time(23, 59, 59), ZoneInfo(event.timezone))
        until = f"{last.astimezone(UTC):{KEY}}"
    parts = ["FREQ=MONTHLY" if event.frequency == "monthly" else "FREQ=WEEKLY"]
    if event.frequency == "fortnightly":
        parts.append("INTERVAL=2")
    if event.weekdays and event.frequency != "monthly":
        parts.append("BYDAY=" + ",".join(WEEKDAY_CODES[day] for day in sorted(event.weekdays) if day in range(7)))
    return ";".join([*parts, f"UNTIL={until}"])


def _standing(event: Event, until: datetime) -> Iterator[Meeting]:
    """Yield the times that stand where the rule puts them."""
    differing = {one.original for one in event.exceptions}
    for start in starts(event, until):
        if start not in differing:
            yield Meeting(event, start, _end(event, start), start)


def _moved(event: Event) -> Iterator[Meeting]:
    for one in event.exceptions:
        if one.starts_at is not None and one.ends_at is not None:
            yield Meeting(event, one.starts_at, one.ends_at, one.original)


def _end(event: Event, start: datetime) -> datetime:
    """Return the end by the region's clock: a whole day ends at midnight even where the zone moves in it."""
    zone = ZoneInfo(event.timezone)
    begins, ends = (moment.astimezone(zone).replace(tzinfo=None) for moment in (event.starts_at, event.ends_at))
    lasts: timedelta = ends - begins
    return (start.astimezone(zone).replace(tzinfo=None) + lasts).replace(tzinfo=zone)
