"""Several dates in one step: days of the week between two dates, at one or more times (domain.md D.5, 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from orientir.bookings.rooms import Span
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.web.forms import time_of_day

MOST_DATES = 60
LONGEST = timedelta(days=200)


@dataclass(frozen=True)
class Repetition:
    """`weekdays` are 0 (Monday) to 6; `times` the beginnings within a day; empty `last_day` means one day."""

    first_day: date
    last_day: date
    weekdays: frozenset[int]
    times: tuple[time, ...]
    minutes: int

    def occasions(self, timezone: str) -> list[Span]:
        """Return all dates in order; raises InvalidInputError naming the field."""
        self._check()
        days, times, zone = list(self._days()), sorted(set(self.times)), ZoneInfo(timezone)
        if not days:
            raise InvalidInputError(_("На эти дни недели между датами ничего не выпадает."), "weekdays")
        count = len(days) * len(times)
        if count > MOST_DATES:
            raise InvalidInputError(
                _("Получается %(count)s сеансов, за один раз не больше %(most)s.", count=count, most=MOST_DATES),
                "last_day",
            )
        made = [_occasion(day, start, self.minutes, zone) for day in days for start in times]
        if any(one.meets(other) for one, other in pairwise(made)):
            raise InvalidInputError(_("Сеансы одного дня накладываются: начните позже или сократите."), "times")
        return made

    def _check(self) -> None:
        if self.last_day < self.first_day:
            raise InvalidInputError(_("Последний день раньше первого."), "last_day")
        if self.last_day - self.first_day > LONGEST:
            raise InvalidInputError(_("Между первым и последним днём больше полугода. Проверьте даты."), "last_day")
        if not self.times:
            raise InvalidInputError(_("Напишите, во сколько начинается сеанс."), "times")
        if not 10 <= self.minutes <= 720:
            raise InvalidInputError(_("Длительность\N{NO-BREAK SPACE}— от 10 минут до 12 часов."), "minutes")

    def _days(self) -> Iterator[date]:
        """Yield the days; one single day counts whatever its day of the week, nobody has to tick that too."""
        if self.first_day == self.last_day:
            yield self.first_day
            return
        for count in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(count)
            if not self.weekdays or day.weekday() in self.weekdays:
                yield day


def read_times(typed: str) -> tuple[time, ...]:
    """Return the times somebody typed: «10:00, 14.30», «9-00 12-00»; raises InvalidInputError (field «times»)."""
    return tuple(_read_time(part) for part in typed.replace(",", " ").replace(";", " ").split())


def _read_time(part: str) -> time:
    try:
        return time_of_day(part)
    except InvalidInputError:
        unclear = _("Не понял время «%(typed)s». Напишите так: 10:00, 14:30.", typed=part[:20])
        raise InvalidInputError(unclear, "times") from None


def _occasion(day: date, start: time, minutes: int, zone: ZoneInfo) -> Span:
    beginning = datetime.combine(day, start, zone)
    return Span(beginning, beginning + timedelta(minutes=minutes))
