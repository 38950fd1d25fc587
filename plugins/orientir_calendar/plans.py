"""What somebody says of an event, and what of it cannot be (issue: end before start, the year 2062, 31 February)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orientir import clock
from orientir.bookings.conditions import CONDITIONS
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.web.links import is_web_address
from orientir.web.personal_data import personal_data_problem
from orientir_calendar.words import AUDIENCES, DIRECTIONS, FORMATS, FREQUENCIES, LEVELS

LAST_GRADE = 12
AHEAD = timedelta(days=760)  # two school years
LONGEST = timedelta(days=92)
LONGEST_SERIES = timedelta(days=370)
# What the columns of an event hold (`models.Event`).
SIZES = {"title": 160, "partners": 500, "place": 300, "url": 300, "about": 4000, "proof_url": 300}
PUBLIC = ("title", "partners", "place", "about")


@dataclass(frozen=True)
class Times:
    """When: aware moments, for whole days from midnight to the midnight after. `until` is the last day of a series."""

    starts_at: datetime
    ends_at: datetime
    is_all_day: bool = False
    frequency: str = ""
    weekdays: tuple[int, ...] = ()
    until: date | None = None


@dataclass(frozen=True)
class EventPlan:
    """The words of an event: keys of `words`, grades the first and the last it is for."""

    title: str
    kind: str
    times: Times
    audiences: tuple[str, ...]
    first_grade: int = 1
    last_grade: int = 11
    format: str = "onsite"
    level: str = "school"
    project_id: int | None = None
    partners: str = ""
    place: str = ""
    url: str = ""
    about: str = ""
    conditions: tuple[str, ...] = ()
    direction: str = ""
    hours: int = 0
    proof_url: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def columns(self) -> dict[str, Any]:
        said = asdict(self)
        times = said.pop("times")
        return {**said, **times, "audiences": list(self.audiences), "conditions": list(self.conditions),
                "weekdays": list(self.times.weekdays)}  # fmt: skip


def times_on(
    first_day: date, last_day: date | None, starts: time | None, ends: time | None, zone: ZoneInfo
) -> tuple[datetime, datetime, bool]:
    """Return beginning, end and whether it takes whole days, of days and hours as people say them.

    Without hours it is a whole day; without an end it lasts an hour. Raises InvalidInputError naming the field.
    """
    last = last_day or first_day
    if last < first_day:
        raise InvalidInputError(_("Последний день раньше первого."), "last_day")
    if starts is None:
        if ends is not None:
            raise InvalidInputError(_("Напишите, во сколько начало, или уберите окончание."), "starts")
        return datetime.combine(first_day, time(), zone), datetime.combine(last + timedelta(1), time(), zone), True
    beginning = datetime.combine(first_day, starts, zone)
    if ends is None:
        return beginning, datetime.combine(last, starts, zone) + timedelta(hours=1), False
    end = datetime.combine(last, ends, zone)
    if end <= beginning:
        raise InvalidInputError(_("Окончание должно быть позже начала."), "ends")
    return beginning, end, False


def check_plan(plan: EventPlan, kinds: frozenset[str]) -> None:
    """Raise InvalidInputError naming the field; `kinds` are the keys the region offers."""
    for field, is_wrong, words in (*_about_words(plan), *_about_lists(plan, kinds), *_about_times(plan.times)):
        if is_wrong:
            raise InvalidInputError(words, field)
    for field in PUBLIC:
        if problem := personal_data_problem(getattr(plan, field)):
            raise InvalidInputError(problem, field)


Complaint = tuple[str, bool, str]


def _about_words(plan: EventPlan) -> Iterator[Complaint]:
    yield "title", not plan.title.strip(), _("Напишите, что это за мероприятие.")
    for field, most in SIZES.items():
        yield field, len(getattr(plan, field)) > most, _("Слишком длинно. Сократите до %(most)s знаков.", most=most)
    for field in ("url", "proof_url"):
        value: str = getattr(plan, field)
        yield field, bool(value) and not is_web_address(value), _("Ссылка начинается с https:// или http://.")
    yield "place", plan.format == "onsite" and not plan.place.strip(), _("Напишите, куда приходить.")


def _about_lists(plan: EventPlan, kinds: frozenset[str]) -> Iterator[Complaint]:
    unlisted = _("Такого варианта в списке нет. Выберите из показанных.")
    yield "kind", plan.kind not in kinds, _("Выберите вид мероприятия.")
    yield "audiences", not plan.audiences, _("Отметьте, для кого это.")
    yield "audiences", not set(plan.audiences) <= set(AUDIENCES), unlisted
    yield "format", plan.format not in FORMATS, unlisted
    yield "level", plan.level not in LEVELS, unlisted
    yield "direction", plan.direction not in ("", *DIRECTIONS), unlisted
    yield "conditions", not set(plan.conditions) <= set(CONDITIONS), unlisted
    yield "first_grade", not 0 <= plan.first_grade <= plan.last_grade, _("Первый класс старше последнего.")
    yield "last_grade", plan.last_grade > LAST_GRADE, _("Классы\N{NO-BREAK SPACE}— от 0 до 12.")
    yield "hours", not 0 <= plan.hours <= 200, _("Часов\N{NO-BREAK SPACE}— от 0 до 200.")


def _about_times(times: Times) -> Iterator[Complaint]:
    now = clock.now()
    first_day, until = times.starts_at.date(), times.until
    yield "first_day", times.starts_at > now + AHEAD, _("До этого дня больше двух лет. Проверьте дату.")
    yield "first_day", times.starts_at < now - AHEAD, _("Этот день давно прошёл. Проверьте дату.")
    yield "last_day", times.ends_at - times.starts_at > LONGEST, _("Дольше трёх месяцев. Проверьте даты.")
    yield "frequency", times.frequency not in FREQUENCIES, _("Такого варианта в списке нет. Выберите из показанных.")
    if not times.frequency:
        return
    yield "until", until is None, _("Напишите, до какого дня повторять.")
    yield "until", until is not None and until < first_day, _("Последний повтор раньше первого дня.")
    yield "until", until is not None and until - first_day > LONGEST_SERIES, _("Повторяют не дольше года.")
    days = {day for day in times.weekdays if day in range(7)}
    starts_off = bool(days) and times.frequency != "monthly" and first_day.weekday() not in days
    yield "weekdays", starts_off, _("Первый день повтора тоже отметьте в днях недели.")
    apart = timedelta(days=28 if times.frequency == "monthly" else 7)
    yield "last_day", times.ends_at - times.starts_at >= apart, _("Повторы накладываются: сократите мероприятие.")
