"""A year of events at full size, in words: what a thousand occasions of colleges and employers are about, and when."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orientir.clock import AcademicYear
from orientir.i18n import LazyText, _, _l
from orientir_calendar.plans import EventPlan, Times

EVENTS = 1_000
LAST_LESSONS = (6, 20)  # month and day
SERIES_EVERY, SERIES_LASTS = 10, timedelta(weeks=9)
SUNDAY = 6
TOPICS = (
    _l("энергетика"), _l("медицина"), _l("авиастроение"), _l("лесное дело"), _l("геология"), _l("железная дорога"),
    _l("программирование"), _l("педагогика"), _l("пищевое производство"), _l("строительство"), _l("химия"), _l("связь"),
    _l("сельское хозяйство"), _l("металлургия"), _l("спасательная служба"), _l("туризм"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One sort of occasion. Meetings are before the trials of the demo and excursions between them: nobody is twice."""

    kind: str
    title: LazyText
    hour: int
    minutes: int = 45
    days: int = 0  # whole ones
    audiences: tuple[str, ...] = ("students",)
    grades: tuple[int, int] = (6, 11)
    format: str = "onsite"
    direction: str = ""


SERIES = Line("other", _l("Клуб с наставником: %(topic)s"), 16, 90, grades=(7, 11), direction="additional")
LINES = (
    Line("excursion", _l("Экскурсия на предприятие: %(topic)s"), 12, 105, grades=(5, 11), format="away"),
    Line("meeting", _l("Встреча с профессионалом: %(topic)s"), 9, grades=(1, 11), direction="upbringing"),
    Line("excursion", _l("За проходной: %(topic)s"), 12, 105, grades=(1, 11), format="away"),
    Line("meeting", _l("Разговор о профессии: %(topic)s"), 9, grades=(5, 11), direction="upbringing"),
    Line("lesson", _l("Открытый онлайн-урок: %(topic)s"), 11, format="online", direction="lessons"),
    Line("open_day", _l("День открытых дверей: %(topic)s"), 0, days=1, audiences=("students", "parents")),
    Line("class_hour", _l("Классный час с мастером: %(topic)s"), 13, direction="after"),
    Line("contest", _l("Конкурс: %(topic)s"), 15, 120, grades=(8, 11)),
    Line("parents", _l("Родителям о поступлении: %(topic)s"), 18, 60, audiences=("parents",), format="online"),
    Line("seminar", _l("Семинар для педагогов: %(topic)s"), 15, 120, audiences=("teachers",)),
    Line("shift", _l("Профильная смена: %(topic)s"), 0, days=5, grades=(8, 11)),
)


def year_plans(year: AcademicYear, zone: ZoneInfo, dice: random.Random) -> list[EventPlan]:
    """Return the events of a year in their order of time, spread evenly over its school days."""
    days = school_days(year.first_day, year.on(*LAST_LESSONS))
    return [_plan(number, days[number * len(days) // EVENTS], zone, dice) for number in range(EVENTS)]


def school_days(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` that are no Sundays."""
    days = [first + timedelta(count) for count in range((last - first).days + 1)]
    return [day for day in days if day.weekday() != SUNDAY]


def topic(dice: random.Random) -> str:
    return str(dice.choice(TOPICS))


def _plan(number: int, day: date, zone: ZoneInfo, dice: random.Random) -> EventPlan:
    line = SERIES if number % SERIES_EVERY == 0 else LINES[number % len(LINES)]
    is_online = line.format == "online"
    return EventPlan(
        str(line.title) % {"topic": topic(dice)},
        line.kind,
        _times(line, day, zone),
        line.audiences,
        *line.grades,
        format=line.format,
        level=dice.choice(("municipal", "municipal", "regional")),
        place="" if is_online else _("Корпус %(house)s, зал %(room)s", house=dice.randint(1, 4), room=number % 40 + 1),
        url="https://example.org/lesson" if is_online else "",
        about=_("Расскажем, покажем и дадим попробовать. Вопросы можно прислать заранее."),
        direction=line.direction,
        hours=1 if line.direction else 0,
    )


def _times(line: Line, day: date, zone: ZoneInfo) -> Times:
    begins: Sequence[datetime] = [datetime.combine(day + timedelta(more), time(), zone) for more in (0, line.days)]
    if line.days:
        return Times(begins[0], begins[1], is_all_day=True)
    starts_at = datetime.combine(day, time(line.hour), zone)
    ends_at = starts_at + timedelta(minutes=line.minutes)
    if line is not SERIES:
        return Times(starts_at, ends_at)
    return Times(starts_at, ends_at, frequency="weekly", weekdays=(day.weekday(),), until=day + SERIES_LASTS)
