"""What the survey reminds of: it opens, classes without slips, it ends, who is short of the target, how it ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.contracts import Due, NoticeGroup, NoticeKind, Reminder, Scope, Urgency
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import Line, shares
from orientir.db import db
from orientir.i18n import _, _l
from orientir.notices.people import Directory, directory
from orientir.notices.services import tell
from orientir.notices.wording import names_of
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.organisations.queries import is_open, municipalities_in
from orientir.web.formats import counted, day, number, percent
from orientir.web.links import page_path
from orientir_plans.models import Slip, Wave, WaveState
from orientir_plans.queries import ACTIVITY, asked_by, share_of, wave_facts

STAFF = (Role.SCHOOL_ADMIN, Role.TEACHER)

OPENS = NoticeKind(
    "plans.opens",
    _l("Опрос скоро начнётся"),
    subject=_l("Опрос выпускников начнётся %(date)s"),
    text=_l("%(school)s: отвечают %(classes)s, с %(date)s по %(last)s. Коды можно напечатать заранее. %(when)s"),
)
UNOPENED = NoticeKind(
    "plans.unopened",
    _l("Волна опроса не открыта"),
    subject=_l("Волна опроса не открыта, первый день %(date)s"),
    text=_l("Волна с %(date)s по %(last)s ещё готовится: пока её не откроют, коды никого не впустят."),
)
NO_SLIPS = NoticeKind(
    "plans.no_slips",
    _l("Классы без кодов опроса"),
    subject=_l("Нет кодов: %(classes)s"),
    text=_l("%(school)s: опрос идёт до %(last)s, а коды ещё не сделаны: %(classes)s. Без кода ответить нельзя."),
)
ENDS = NoticeKind(
    "plans.ends",
    _l("Опрос скоро закончится"),
    subject=_l("До цели опроса не хватает %(gap)s"),
    text=_l("%(school)s: ответили %(covered)s из %(base)s, цель %(target)s. Опрос идёт до %(date)s. %(when)s"),
)
SHORT = NoticeKind(
    "plans.short",
    _l("Школы, которым не хватает ответов"),
    subject=_l("%(count)s ниже цели опроса"),
    text=_l("%(municipality)s: ответили %(covered)s из %(base)s. Больше всего не хватает: %(schools)s. "
            "Опрос идёт до %(date)s. %(when)s"),
)  # fmt: skip
RESULT = NoticeKind(
    "plans.result",
    _l("Опрос закончился"),
    subject=_l("Опрос закончился: ответов %(answers)s"),
    text=_l("С %(first)s по %(last)s собрано ответов: %(answers)s. Участие в %(year)s учебном году: %(share)s "
            "(%(covered)s из %(base)s), цель %(target)s."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)  # fmt: skip


@dataclass(frozen=True)
class School:
    """A school a wave asks, with the classes in question."""

    organisation_id: int
    name: str
    scope: Scope
    classes: str


def opening(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools a wave asks, before its first day."""
    for wave in _waves(region_id):
        if OPENING.step_on(wave.opens_on, today) is not None:
            yield from _school_dues("opens", wave, wave.opens_on, _schools(wave), {"last": day(wave.closes_on)})


def unopened(today: date, region_id: int) -> Iterator[Due]:
    """Yield the waves that should begin and are still in draft, for the operators."""
    for wave in _waves(region_id, WaveState.DRAFT):
        if NOT_OPENED.step_on(wave.opens_on, today) is not None:
            scope = wave.region.scope
            operators = directory(region_id).at(scope, Role.OPERATOR)
            url = page_path("plans.wave", wave_id=wave.id)
            yield Due(f"open:wave:{wave.id}", wave.opens_on, operators, scope, {"last": day(wave.closes_on)}, url)


def without_slips(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools with classes that have no slips yet."""
    for wave in _waves(region_id):
        if WITHOUT_SLIPS.step_on(wave.opens_on, today) is not None:
            silent = _schools(wave, without_slips=True)
            yield from _school_dues("slips", wave, wave.opens_on, silent, {"last": day(wave.closes_on)})


def ending(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools below the target shortly before the last day."""
    for wave in _waves(region_id):
        if ENDING.step_on(wave.closes_on, today) is None:
            continue
        people = directory(region_id)
        for municipality in municipalities_in([wave.region.scope]):
            for line in _short_lines(wave, municipality):
                if line.scope is not None:
                    yield _ending_due(wave, line, line.scope, people)


def falling_short(today: date, region_id: int) -> Iterator[Due]:
    """Yield the municipalities with schools below the target in the last week."""
    for wave in _waves(region_id):
        if FALLING_SHORT.step_on(wave.closes_on, today) is None:
            continue
        people = directory(region_id)
        for municipality in municipalities_in([wave.region.scope]):
            lines = _short_lines(wave, municipality)
            if lines:
                yield _short_due(wave, municipality, lines, people)


def tell_result(wave: Wave, *, actor: int | None) -> None:
    """Tell the operators of the region how the wave ended, in numbers; in the transaction that closes it."""
    scope = wave.region.scope
    share = share_of(wave.year, scope)
    values = {
        "first": day(wave.opens_on),
        "last": day(wave.closes_on),
        "answers": number(wave_facts(wave).used),
        "year": f"{wave.year}/{(wave.year + 1) % 100:02d}",
        "share": percent(share.value) or _("нет данных"),
        "covered": number(share.covered),
        "base": number(share.base) or "—",
        "target": percent(share.target, 0) or "—",
    }
    url = page_path("plans.wave", wave_id=wave.id)
    operators = directory(wave.region_id).at(scope, Role.OPERATOR)
    tell(RESULT, operators, values, about=f"wave:{wave.id}", scope=scope, url=url, actor=actor)


def _waves(region_id: int, state: WaveState = WaveState.OPEN) -> list[Wave]:
    return list(db.session.scalars(select(Wave).where(Wave.region_id == region_id, Wave.state == state)))


def _schools(wave: Wave, *, without_slips: bool = False) -> list[School]:
    """Return the schools with classes the wave asks, or only with those that have no slips. One statement."""
    made = select(func.count(Slip.id)).where(Slip.class_id == SchoolClass.id, Slip.wave_id == wave.id)
    classes: Any = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.municipality_id,
            SchoolClass.grade,
            SchoolClass.last_grade,
            SchoolClass.letter,
        )
        .join(SchoolClass, SchoolClass.organisation_id == Organisation.id)
        .join(Municipality, Organisation.municipality_id == Municipality.id)
        .where(Municipality.region_id == wave.region_id, is_open())
        .where(SchoolClass.year == wave.year, asked_by(wave))
        .order_by(Organisation.search_key, Organisation.id)
    )
    if without_slips:
        classes = classes.where(made.scalar_subquery() == 0)
    found: dict[tuple[int, str, int], list[ClassName]] = defaultdict(list)
    for school_id, name, municipality_id, *title in db.session.execute(classes):
        found[school_id, name, municipality_id].append(ClassName(*title))
    return [
        School(
            school_id, name, Scope(wave.region_id, place, school_id), names_of([one.title for one in sorted(titles)])
        )
        for (school_id, name, place), titles in found.items()
    ]


def _school_dues(
    subject: str, wave: Wave, on_day: date, schools: list[School], values: dict[str, object]
) -> Iterator[Due]:
    people = directory(wave.region_id)
    for school in schools:
        yield Due(
            f"{subject}:wave:{wave.id}:organisation:{school.organisation_id}",
            on_day,
            people.at(school.scope, *STAFF),
            school.scope,
            {"school": school.name, "classes": school.classes, **values},
            _school_page(wave, school.organisation_id),
        )


def _short_lines(wave: Wave, municipality: Municipality) -> list[Line]:
    """Return the schools of a municipality below the target, those that lack most people first."""
    return [line for line in shares(find_activity(ACTIVITY), wave.year, municipality.scope).lines if line.share.gap]


def _ending_due(wave: Wave, line: Line, scope: Scope, people: Directory) -> Due:
    values = {
        "school": line.title,
        "gap": _people(line.share.gap or 0),
        "covered": number(line.share.covered),
        "base": number(line.share.base),
        "target": percent(line.share.target, 0),
    }
    about = f"ends:wave:{wave.id}:organisation:{scope.organisation_id}"
    url = _school_page(wave, scope.organisation_id or 0)
    return Due(about, wave.closes_on, people.at(scope, *STAFF), scope, values, url)


def _short_due(wave: Wave, municipality: Municipality, lines: list[Line], people: Directory) -> Due:
    count = len(lines)
    share = share_of(wave.year, municipality.scope)
    names = [_("%(name)s (%(gap)s)", name=line.title, gap=_people(line.share.gap or 0)) for line in lines]
    values = {
        "municipality": municipality.title,
        "count": counted(count, _("школа|школы|школ")),
        "covered": number(share.covered),
        "base": number(share.base),
        "schools": names_of(names),
    }
    about = f"short:wave:{wave.id}:municipality:{municipality.id}"
    where: dict[str, Any] = {"activity": ACTIVITY, "municipality_id": municipality.id, "year": wave.year}
    url = page_path("coverage.municipality", **where)
    recipients = people.at(municipality.scope, Role.COORDINATOR)
    return Due(about, wave.closes_on, recipients, municipality.scope, values, url)


def _people(count: int) -> str:
    return counted(count, _("человека|человек|человек"))


def _school_page(wave: Wave, organisation_id: int) -> str:
    return page_path("plans.organisation", wave_id=wave.id, organisation_id=organisation_id)


OPENING = Reminder(OPENS, opening, (-7, -1))
NOT_OPENED = Reminder(UNOPENED, unopened, (-2, 0, 2))
WITHOUT_SLIPS = Reminder(NO_SLIPS, without_slips, (3,))
ENDING = Reminder(ENDS, ending, (-3,))
FALLING_SHORT = Reminder(SHORT, falling_short, (-7,))
ALL = (OPENING, NOT_OPENED, WITHOUT_SLIPS, ENDING, FALLING_SHORT)
