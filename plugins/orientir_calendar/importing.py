"""A year plan of events brought as a table, or as a calendar file: one row a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select

from orientir.contracts import (
    Change,
    Choice,
    Finding,
    ImportContext,
    Importer,
    ListColumn,
    ListRow,
    Problem,
    RowState,
    Scope,
    refusal,
)
from orientir.db import db, fold
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.cells import read_day, read_hour, read_words
from orientir.lists.importers import branches_of
from orientir.organisations.models import Organisation
from orientir.web.formats import moment
from orientir_calendar import list_words as titles
from orientir_calendar import services
from orientir_calendar.entries import audience_words
from orientir_calendar.kinds import open_kinds
from orientir_calendar.models import Event, EventState
from orientir_calendar.plans import EventPlan, Times, check_plan, times_on
from orientir_calendar.proposals import revise_event
from orientir_calendar.routes import PUBLISH, SUGGEST
from orientir_calendar.words import AUDIENCES, FORMATS, KindLine

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")


def read_when(typed: str) -> date | datetime:
    """Return a day, or the moment a calendar file says."""
    if MOMENT.fullmatch(typed):
        try:
            return datetime.fromisoformat(typed)
        except ValueError:
            raise InvalidInputError(_("Такого дня нет в календаре.")) from None
    return read_day(typed)


def read_grades(typed: str) -> tuple[int, int]:
    """Return the first and the last grade of «8–11 классы»."""
    found = titles.GRADES_CELL.fullmatch(fold(typed))
    if not found:
        raise InvalidInputError(_("Напишите классы так: 8–11."))
    return int(found[1]), int(found[2] or found[1])


def read_audiences(typed: str) -> tuple[str, ...]:
    """Return the keys of «ученики, родители»."""
    known = {fold(str(words)): key for key, words in AUDIENCES.items()} | titles.AUDIENCE_CELLS
    found = [known.get(word.strip()) for word in titles.AND.split(fold(typed)) if word.strip()]
    if not found or None in found:
        words = ", ".join(str(one) for one in AUDIENCES.values())
        raise InvalidInputError(_("Напишите, для кого: %(words)s.", words=words))
    return tuple(dict.fromkeys(one for one in found if one))


def read_format(typed: str) -> str:
    known = {fold(str(words)): key for key, words in FORMATS.items()}
    if fold(typed) not in known:
        words = ", ".join(str(one) for one in FORMATS.values())
        raise InvalidInputError(_("Напишите, как проходит: %(words)s.", words=words))
    return known[fold(typed)]


def columns(_scope: Scope) -> tuple[ListColumn, ...]:
    return (
        ListColumn("title", _l("Название"), read_words, titles.TITLE, required=True,
                   example=_("Экскурсия на завод")),
        ListColumn("day", _l("Дата"), read_when, titles.DAY, required=True,
                   example="20.05.2026"),
        ListColumn("last_day", _l("Последний день"), read_when, titles.LAST_DAY, example="21.05.2026"),
        ListColumn("starts", _l("Начало"), read_hour, titles.STARTS, example="10:00"),
        ListColumn("ends", _l("Окончание"), read_hour, titles.ENDS, example="12:00"),
        ListColumn("kind", _l("Вид"), read_words, titles.KIND, constant=True,
                   example=_("Экскурсия на предприятие")),
        ListColumn("audiences", _l("Для кого"), read_audiences, titles.AUDIENCES,
                   constant=True, example=_("ученики, родители")),
        ListColumn("grades", _l("Классы"), read_grades, titles.GRADES, constant=True, example="8–11"),
        ListColumn("format", _l("Как проходит"), read_format, titles.FORMAT, constant=True,
                   example=_("очно")),
        ListColumn("place", _l("Место"), read_words, titles.PLACE, example=_("Актовый зал")),
        ListColumn("partners", _l("Партнёры"), read_words, titles.PARTNERS,
                   example=_("Авиационный завод")),
        ListColumn("about", _l("Описание"), read_words, titles.ABOUT),
        ListColumn("url", _l("Ссылка"), read_words, titles.URL),
        ListColumn("uid", _l("UID"), read_words, ("uid",), hint=_l("Есть в файлах календарей.")),
    )  # fmt: skip


# What no list says of an event.
KEPT = ("level", "project_id", "direction", "hours", "proof_url", "latitude", "longitude")


def check(rows: Sequence[ListRow], context: ImportContext) -> list[Finding]:
    """Return what each row would do, in a constant number of statements."""
    organisation = db.session.get(Organisation, context.scope.organisation_id)
    if organisation is None or not context.allowed:
        return [refusal(Problem("", _("У вас больше нет права на эту организацию."))) for _row in rows]
    kinds = open_kinds(organisation.municipality.region_id)
    wanted = select(Event).where(Event.organisation_id == organisation.id, Event.state != EventState.CANCELLED)
    known: dict[str, Event] = {}
    for event in db.session.scalars(wanted):
        known[_identity(event.first_day, event.title)] = event
    return [_finding(row, organisation, kinds, known, context) for row in rows]


def _finding(
    row: ListRow,
    organisation: Organisation,
    kinds: Mapping[str, KindLine],
    known: Mapping[str, Event],
    context: ImportContext,
) -> Finding:
    values = row.values
    kind = kind_of(values.get("kind", ""), kinds, context)
    if isinstance(kind, Problem):
        return refusal(kind)
    try:
        plan = _plan(values, kind, ZoneInfo(organisation.municipality.region.timezone))
        check_plan(plan, frozenset(kinds))
    except InvalidInputError as error:
        return refusal(Problem(_column(error.field), str(error.message)))
    identity = _identity(plan.times.starts_at.date(), plan.title)
    event = known.get(identity)
    if event is None:
        return Finding(RowState.NEW, _told(plan), identity=identity, write=lambda: _add(organisation, plan, context))
    merged = _merged(event, plan, values)
    changes = _changes(event, merged)
    if not changes:
        return Finding(RowState.UNCHANGED, identity=identity)
    return Finding(
        RowState.CHANGED,
        changes,
        identity=identity,
        write=lambda: revise_event(event, merged, actor=context.actor, decides=_decides(organisation, context)),
    )


def _plan(values: Mapping[str, Any], kind: str, zone: ZoneInfo) -> EventPlan:
    day, last = values["day"], values.get("last_day")
    starts, ends = values.get("starts"), values.get("ends")
    if isinstance(day, datetime):
        day, starts = _local(day, zone)
        if isinstance(last, datetime):
            last, ends = _local(last, zone)
    times = Times(*times_on(day, last.date() if isinstance(last, datetime) else last, starts, ends, zone))
    first_grade, last_grade = values.get("grades", (1, 11))
    place = values.get("place", "")
    return EventPlan(
        title=values["title"],
        kind=kind,
        times=times,
        audiences=values.get("audiences", ("students",)),
        first_grade=first_grade,
        last_grade=last_grade,
        format=values.get("format") or ("onsite" if place else "away"),
        place=place,
        partners=values.get("partners", ""),
        about=values.get("about", ""),
        url=values.get("url", ""),
    )


def _local(moment_: datetime, zone: ZoneInfo) -> tuple[date, time]:
    """Return day and hour of a moment in the region; hours without a zone are those of the region."""
    local = moment_.astimezone(zone) if moment_.tzinfo else moment_
    return local.date(), local.time()


def _merged(event: Event, plan: EventPlan, values: Mapping[str, Any]) -> EventPlan:
    """Return the plan of a known event: what the list does not say stays as it is."""
    stays = {name: event.own(name) for name in KEPT}
    said = {"kind": "kind", "audiences": "audiences", "partners": "partners", "place": "place", "about": "about",
            "url": "url", "format": "format"}  # fmt: skip
    kept = {name: event.own(name) for name, column in said.items() if column not in values}
    if "grades" not in values:
        kept |= {"first_grade": event.first_grade, "last_grade": event.last_grade}
    kept |= {"audiences": tuple(kept["audiences"])} if "audiences" in kept else {}
    if "format" not in values:
        kept["format"] = event.format
    times = replace(plan.times, frequency=event.frequency, weekdays=tuple(event.weekdays), until=event.until)
    return replace(plan, **stays, **kept, times=times, conditions=tuple(event.conditions))


def _changes(event: Event, plan: EventPlan) -> tuple[Change, ...]:
    before = {name: event.own(name) for name in ("kind", "place", "partners", "about", "url", "format")}
    found = [
        Change(name, str(old), str(getattr(plan, name))) for name, old in before.items() if old != getattr(plan, name)
    ]
    if (event.starts_at, event.ends_at) != (plan.times.starts_at, plan.times.ends_at):
        found.append(Change("starts", moment(event.starts_at), moment(plan.times.starts_at)))
    if tuple(event.audiences) != plan.audiences:
        found.append(
            Change("audiences", audience_words(event), ", ".join(str(AUDIENCES[one]) for one in plan.audiences))
        )
    if (event.first_grade, event.last_grade) != (plan.first_grade, plan.last_grade):
        old = f"{event.first_grade}–{event.last_grade}"
        found.append(Change("grades", old, f"{plan.first_grade}–{plan.last_grade}"))
    return tuple(found)


def _told(plan: EventPlan) -> tuple[Change, ...]:
    return (Change("title", "", plan.title), Change("day", "", f"{plan.times.starts_at:%d.%m.%Y}"))


def _add(organisation: Organisation, plan: EventPlan, context: ImportContext) -> None:
    """Add the event: published where the person may, sent to moderation otherwise."""
    event = services.add_event(organisation, plan, actor=context.actor)
    (services.publish if _decides(organisation, context) else services.suggest)(event, actor=context.actor)


def _decides(organisation: Organisation, context: ImportContext) -> bool:
    """Tell whether whoever brings the list may publish there."""
    return context.actor is not None and bool(branches_of(context.actor, PUBLISH, organisation.scope))


def kind_of(typed: str, kinds: Mapping[str, KindLine], context: ImportContext) -> str | Problem:
    """Return the kind a word means; a word of no kind is asked about once for all rows that say it."""
    if not typed:
        return "other" if "other" in kinds else next(iter(kinds))
    if chosen := context.chosen("kind", typed):
        return chosen
    for key, line in kinds.items():
        if fold(typed) in (key, fold(str(line.title))):
            return key
    choices = tuple(Choice(key, str(line.title)) for key, line in kinds.items())
    return Problem("kind", _("Какого вида это мероприятие?"), typed, choices)


def _identity(day: date, title: str) -> str:
    return f"{day.isoformat()} {fold(title)}"


def _column(field: str | None) -> str:
    """Return the column of a list a field of the form is."""
    known = {"first_day": "day", "until": "day", "first_grade": "grades", "last_grade": "grades"}
    return known.get(field or "", field or "")


def page(scope: Scope) -> str:
    return url_for("calendar_events.index") if scope.organisation_id else url_for("calendar.index")


EVENTS = Importer(
    key="calendar.events",
    title=_l("Мероприятия: план на год или файл календаря"),
    noun=_l("мероприятие|мероприятия|мероприятий"),
    permission=SUGGEST,
    columns=columns,
    check=check,
    page=page,
)
