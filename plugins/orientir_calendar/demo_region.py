"""The calendar of the demo region at full size: a year of events, and which classes of which schools were there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from orientir import clock
from orientir.clock import AcademicYear
from orientir.contracts import DemoWorld
from orientir.coverage.evidence import Entry, Party, Source
from orientir.coverage.homes import Home
from orientir.coverage.levels import level_of
from orientir.coverage.loading import load_facts
from orientir.db import db, insert_many, insert_numbered
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.students.models import Student
from orientir_calendar.demo_year import school_days, topic, year_plans
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN, Event, EventState, Report, ReportLine
from orientir_calendar.plans import EventPlan
from orientir_calendar.services import key_of
from orientir_calendar.words import EXCURSION, MEETING, KindLine

Row = dict[str, Any]
Step = Callable[[int, int], None]
SUGGESTED_EVERY, CANCELLED_EVERY = 12, 25
ANNOUNCED_BEFORE = timedelta(days=30)
HOSTS = (OrganisationKind.COLLEGE, OrganisationKind.UNIVERSITY, OrganisationKind.EMPLOYER)
OVZ_EVERY = 14  # pupils of a class


@dataclass(frozen=True)
class Goal:
    """How many of the pupils were at something of a kind by now, and when in the day it is."""

    kind: str
    activity: str
    share: Fraction
    begins: time
    lasts: timedelta


GOALS = (
    Goal("meeting", MEETING, Fraction(55, 100), time(9), timedelta(minutes=45)),
    Goal("excursion", EXCURSION, Fraction(22, 100), time(12), timedelta(minutes=105)),
)


@dataclass(frozen=True)
class Pupils:
    """A class, and how many are in it."""

    class_id: int
    organisation_id: int
    municipality_id: int
    grade: int
    last_grade: int
    people: int


@dataclass(frozen=True)
class Held:
    """An event that is over and was there once."""

    event_id: int
    host_id: int
    municipality_id: int
    plan: EventPlan

    def takes(self, pupils: Pupils) -> bool:
        near = pupils.municipality_id == self.municipality_id
        return near and self.plan.first_grade <= pupils.grade <= pupils.last_grade <= self.plan.last_grade


@dataclass(frozen=True)
class Visit:
    """What one report says: classes of a parallel with how many of them came, at an event or at something else."""

    goal: Goal
    title: str
    starts_at: datetime
    ends_at: datetime
    came: tuple[tuple[Pupils, int], ...]
    held: Held | None

    @property
    def organisation_id(self) -> int:
        return self.came[0][0].organisation_id


def fill(world: DemoWorld) -> None:
    """Add the events of the year, and reports of schools with the facts that follow from them."""
    dice = random.Random(world.seed)  # noqa: S311 - a demo must be repeatable, not secret
    region, year = db.session.get_one(Region, world.region_id), AcademicYear.of(world.today)
    held = _add_events(region, year, dice, _step(world, _("Мероприятия")))
    days = school_days(year.first_day, world.today - timedelta(1))
    if not days:
        return
    classes, zone = _classes(region.id, year.start), ZoneInfo(region.timezone)
    visits = [visit for goal in GOALS for visit in _visits(goal, classes, held, days, zone, dice)]
    ids = insert_numbered(Report, [_report(one) for one in visits], _step(world, _("Отчёты о мероприятиях")))
    told = list(zip(ids, visits, strict=True))
    insert_many(ReportLine, [line for one in told for line in _lines(*one)], _step(world, _("Классы в отчётах")))
    load_facts((fact for one in told for fact in _facts(*one, zone)), _step(world, _("Участие в мероприятиях")))


def _step(world: DemoWorld, title: str) -> Step:
    return lambda done, total: world.report(title, done, total)


def _add_events(region: Region, year: AcademicYear, dice: random.Random, step: Step) -> list[Held]:
    hosts = db.session.scalars(
        select(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Municipality.region_id == region.id, Organisation.kind.in_(HOSTS))
        .order_by(Organisation.id)
    ).all()
    if not hosts:
        return []
    kinds, now = kinds_of(region.id), clock.now()
    planned = [(plan, dice.choice(hosts)) for plan in year_plans(year, ZoneInfo(region.timezone), dice)]
    rows = [_event(number, plan, host, kinds, dice) for number, (plan, host) in enumerate(planned)]
    ids = insert_numbered(Event, rows, step)
    return [
        Held(event_id, host.id, host.municipality_id, plan)
        for event_id, row, (plan, host) in zip(ids, rows, planned, strict=True)
        if row["state"] == EventState.PUBLISHED and not plan.times.frequency and plan.times.ends_at <= now
    ]


def _event(number: int, plan: EventPlan, host: Organisation, kinds: Mapping[str, KindLine], dice: random.Random) -> Row:
    now = clock.now()
    state, announced = EventState.PUBLISHED, min(now, plan.times.starts_at) - ANNOUNCED_BEFORE
    if number % CANCELLED_EVERY == CANCELLED_EVERY - 1:
        state = EventState.CANCELLED
    elif number % SUGGESTED_EVERY == 1 and plan.times.starts_at > now:
        state = EventState.SUGGESTED
    is_cancelled = state == EventState.CANCELLED
    return {
        **plan.columns(),
        "uid": str(UUID(int=dice.getrandbits(128), version=4)),
        "organisation_id": host.id,
        "state": state,
        "search_key": key_of(plan, host, kinds),
        "reason": _("Предприятие закрыто на ремонт.") if is_cancelled else "",
        "changed_at": announced,
        "published_at": None if state == EventState.SUGGESTED else announced,
        "cancelled_at": announced + timedelta(1) if is_cancelled else None,
    }


def _classes(region_id: int, year: int) -> list[Pupils]:
    """Return the year's classes with their numbers counted, but for those the small part of the demo tells of."""
    place = (SchoolClass.id, SchoolClass.organisation_id, Organisation.municipality_id)
    rows = db.session.execute(
        select(*place, SchoolClass.grade, SchoolClass.last_grade, func.count(Student.id))
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .join(Student, Student.class_id == SchoolClass.id)
        .where(Municipality.region_id == region_id, SchoolClass.year == year, SchoolClass.grade >= 1)
        .where(SchoolClass.id.not_in(select(ReportLine.class_id)))
        .group_by(*place, SchoolClass.grade, SchoolClass.last_grade)
        .order_by(SchoolClass.organisation_id, SchoolClass.grade, SchoolClass.id)
    )
    return [Pupils(*row) for row in rows]


def _visits(
    goal: Goal, classes: Sequence[Pupils], held: Sequence[Held], days: Sequence[date], zone: ZoneInfo,
    dice: random.Random,
) -> Iterator[Visit]:  # fmt: skip
    """Yield a report for each parallel that was somewhere: at an event near by as long as there are any."""
    came = _came(goal.share, classes, dice)
    here = [one for one in classes if one.class_id in came]
    for _school, of_school in groupby(here, key=lambda one: one.organisation_id):
        free = [one for one in held if one.plan.kind == goal.kind]
        for _grade, parallel in groupby(of_school, key=lambda one: one.grade):
            group = list(parallel)
            event = next((one for one in free if all(one.takes(pupils) for pupils in group)), None)
            if event is not None:
                free.remove(event)
            yield _visit(goal, group, came, event, dice.choice(days), zone, dice)


def _came(share: Fraction, classes: Sequence[Pupils], dice: random.Random) -> dict[int, int]:
    """Return how many came of each class that did, together as many as the goal says."""
    owed, came = round(share * sum(one.people for one in classes)), {}
    for one in dice.sample(classes, len(classes)):
        if owed <= 0:
            break
        came[one.class_id] = min(owed, one.people - dice.randint(0, one.people // 8))
        owed -= came[one.class_id]
    return came


def _visit(
    goal: Goal, group: Iterable[Pupils], came: Mapping[int, int], event: Held | None, day: date, zone: ZoneInfo,
    dice: random.Random,
) -> Visit:  # fmt: skip
    people = tuple((one, came[one.class_id]) for one in group)
    if event is not None:
        times = event.plan.times
        return Visit(goal, event.plan.title, times.starts_at, times.ends_at, people, event)
    starts_at = datetime.combine(day, goal.begins, zone)
    said = _("Встреча с выпускником: %(topic)s") if goal.kind == "meeting" else _("Экскурсия: %(topic)s")
    return Visit(goal, said % {"topic": topic(dice)}, starts_at, starts_at + goal.lasts, people, None)


def _report(one: Visit) -> Row:
    return {
        "organisation_id": one.organisation_id,
        "event_id": one.held.event_id if one.held else None,
        "kind": one.goal.kind,
        "title": one.title,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "made_at": min(clock.now(), one.ends_at + timedelta(days=1)),
    }


def _lines(report_id: int, one: Visit) -> Iterator[Row]:
    for pupils, people in one.came:
        yield {"report_id": report_id, "class_id": pupils.class_id, "people": people, "ovz": people // OVZ_EVERY}


def _facts(report_id: int, one: Visit, zone: ZoneInfo) -> Iterator[tuple[Entry, Home]]:
    """Yield what a report means for coverage, named as `reports` names it, so that it can be corrected later."""
    day = one.starts_at.astimezone(zone).date()
    year = AcademicYear.of(day).start
    for pupils, people in one.came:
        home = Home(year, pupils.organisation_id, level_of(pupils.grade), pupils.class_id)
        party = Party(people, one.starts_at, one.ends_at, people // OVZ_EVERY)
        source = Source(PLUGIN, f"report:{report_id}:class:{pupils.class_id}")
        host_id = one.held.host_id if one.held else None
        yield Entry(one.goal.activity, year, day, party, source, host_organisation_id=host_id), home
