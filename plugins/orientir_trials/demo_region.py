"""Trials in the demo region at full size: every college offers cards, and the year's classes go to their dates."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count, groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.bookings.rooms import Span
from orientir.bookings.tickets import REMEMBERED, TICKET
from orientir.bookings.wishes import Companion
from orientir.clock import AcademicYear
from orientir.codes import services as codes
from orientir.contracts import DemoWorld
from orientir.coverage.evidence import Entry, Party, Seat, Source
from orientir.coverage.homes import Home
from orientir.coverage.levels import level_of
from orientir.coverage.loading import load_facts
from orientir.db import db, insert_many, insert_numbered
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.questionnaires.models import FreeWord, WordState
from orientir.students.models import Student
from orientir_trials import services
from orientir_trials.demo_season import (
    COMING_EACH,
    HELD_EACH,
    Group,
    PlannedDate,
    Pupils,
    coming_days,
    held_days,
    send_classes,
)
from orientir_trials.demo_words import REMARKS, cards_of_host, said
from orientir_trials.models import ACTIVITY, PLUGIN, Reply, Season, Trial, TrialAnswer, TrialState
from orientir_trials.services import Terms
from orientir_trials.versions import current_version

Report = Callable[[str, int, int], None]
Row = dict[str, Any]
HOURS = (10, 14)  # a class that was here in the morning may be there in the afternoon
LASTS = timedelta(hours=2)
OPENS_BEFORE = timedelta(days=90)
ANSWERED = 0.3
ADVISED, LOOKED_THROUGH = 0.02, 0.9


def fill(world: DemoWorld) -> None:
    """Add «Лестница профессиональных проб» of the year: its cards, dates, bookings, facts, answers and tickets."""
    dice = random.Random(world.seed)  # noqa: S311 - a demo must be repeatable, not secret
    region, year = db.session.get_one(Region, world.region_id), AcademicYear.of(world.today)
    season = services.add_season(
        region, _("Лестница профессиональных проб %(year)s", year=year), year.first_day, year.last_day, actor=None
    )
    dates = _plan_dates(_add_cards(season, world.report), world.today, dice)
    send_classes(dates, _classes(world.region_id, year.start), dice)
    wanted = [one for one in dates if one.groups]
    slots = insert_numbered(Slot, [_slot(one) for one in wanted], _step(world.report, _("Сеансы проб")))
    taken = [(slot_id, one, group) for slot_id, one in zip(slots, wanted, strict=True) for group in _all_groups(one)]
    numbers = {slot_id: count(1) for slot_id in slots}
    rows = [_booking(slot_id, one, group, numbers[slot_id], dice) for slot_id, one, group in taken]
    ids = insert_numbered(Booking, rows, _step(world.report, _("Записи на пробы")))
    booked = [(booking_id, one, group) for booking_id, (_slot_id, one, group) in zip(ids, taken, strict=True)]
    _add_seats(booked, world.report)
    load_facts((fact for one in booked for fact in _facts(*one)), _step(world.report, _("Отметки о пробах")))
    _add_answers(booked, dice, world.report)
    _issue_tickets(booked, world.report)


def _step(report: Report, title: str) -> Callable[[int, int], None]:
    return lambda done, total: report(title, done, total)


def _add_cards(season: Season, report: Report) -> list[Trial]:
    hosts = db.session.scalars(
        select(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Municipality.region_id == season.region_id)
        .where(Organisation.kind.in_((OrganisationKind.COLLEGE, OrganisationKind.UNIVERSITY)))
        .order_by(Organisation.id)
    ).all()
    made = []
    for number, host in enumerate(hosts, start=1):
        made += [services.add_trial(season, host, card, actor=None) for card in cards_of_host(number)]
        report(_("Карточки проб"), number, len(hosts))
    for trial in made:
        trial.state, trial.approved_on = TrialState.APPROVED, season.first_day
    db.session.flush()
    return made


def _plan_dates(trials: Sequence[Trial], today: date, dice: random.Random) -> list[PlannedDate]:
    """Return the dates of all cards, spread over the days that are over and those ahead; on the edges of a year few."""
    year = AcademicYear.of(today)
    days = [
        (held_days(year.first_day, today), True, HELD_EACH),
        (coming_days(today, year.last_day), False, COMING_EACH),
    ]
    return [
        PlannedDate(trial, _occasion(trial, dice.choice(among), HOURS[(number + place) % len(HOURS)]), is_held)
        for number, trial in enumerate(trials)
        for among, is_held, each in days
        for place in range(each)
        if among
    ]


def _occasion(trial: Trial, day: date, hour: int) -> Span:
    starts_at = datetime.combine(day, time(hour), ZoneInfo(trial.season.region.timezone))
    return Span(starts_at, starts_at + LASTS)


def _classes(region_id: int, year: int) -> list[Pupils]:
    """Return the year's classes with numbers, but for those the small part of the demo has booked."""
    place = (SchoolClass.id, SchoolClass.organisation_id, Organisation.municipality_id)
    rows = db.session.execute(
        select(*place, SchoolClass.grade, SchoolClass.last_grade, Student.id)
        .join(Organisation, Organisation.id == SchoolClass.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .join(Student, Student.class_id == SchoolClass.id)
        .where(Municipality.region_id == region_id, SchoolClass.year == year)
        .where(SchoolClass.id.not_in(select(Booking.class_id)))
        .order_by(SchoolClass.id, Student.number)
    )
    grouped = groupby(rows, key=lambda row: row[:5])
    return [
        Pupils(class_id, school_id, place_id, first, last, tuple(row[5] for row in seats))
        for (class_id, school_id, place_id, first, last), seats in grouped
    ]


def _slot(one: PlannedDate) -> Row:
    terms = Terms(opens_on=(one.occasion.starts_at - OPENS_BEFORE).date())
    return {
        **services.plan_date(one.trial, one.occasion, terms).columns(),
        "owner": PLUGIN,
        "owner_id": one.trial.id,
        "activity": ACTIVITY,
        "organisation_id": one.trial.organisation_id,
        "state": SlotState.HELD if one.is_held else SlotState.PUBLISHED,
        "taken": one.taken,
        "waiting": len(one.queue),
        "tail": len(one.queue),
    }


def _all_groups(one: PlannedDate) -> list[Group]:
    return [*one.groups, *one.queue]


def _booking(slot_id: int, one: PlannedDate, group: Group, numbers: Iterator[int], dice: random.Random) -> Row:
    request = f"{dice.getrandbits(128):032x}"
    state, waits = _state(one, group), group in one.queue
    before = timedelta(hours=dice.randint(30, 400))
    return {
        "slot_id": slot_id,
        "class_id": group.pupils.class_id,
        "request": request,
        "said": f"{dice.getrandbits(256):064x}",
        "own": group.own,
        "people": len(group.students),
        "ovz": group.ovz,
        "companion": None if one.is_held or group.own else _companion().sealed(request),
        "consents": not group.own,
        "state": state,
        "place": next(numbers) if waits else None,
        "booked_at": min(clock.now(), one.occasion.starts_at) - before,
        "came": len(group.came) if one.is_held else None,
        "came_ovz": group.came_ovz if state == BookingState.ATTENDED else None,
    }


def _state(one: PlannedDate, group: Group) -> BookingState:
    if one.is_held:
        return BookingState.ATTENDED if group.came else BookingState.ABSENT
    return BookingState.WAITING if group in one.queue else BookingState.CONFIRMED


def _companion() -> Companion:
    return Companion(_("Классный руководитель"), "+79140000000")


def _add_seats(booked: Sequence[tuple[int, PlannedDate, Group]], report: Report) -> None:
    rows = [
        {"booking_id": booking_id, "student_id": student, "came": student in group.came if group.came else None}
        for booking_id, _date, group in booked
        if not group.is_by_number
        for student in sorted(group.students)
    ]
    insert_many(BookingSeat, rows, _step(report, _("Номера в записях")))


def _facts(booking_id: int, one: PlannedDate, group: Group) -> Iterator[tuple[Entry, Home]]:
    """Yield what the marks of a booking mean for coverage, as `attendance.mark` would write it."""
    starts_at, pupils = one.occasion.starts_at, group.pupils
    year = AcademicYear.of(starts_at.date()).start
    home = Home(year, pupils.organisation_id, level_of(pupils.grade), pupils.class_id)
    named: list[tuple[str, Seat | Party]] = [(f"booking:{booking_id}:{one_id}", Seat(one_id)) for one_id in group.came]
    if group.is_by_number and group.came:
        party = Party(len(group.came), starts_at, one.occasion.ends_at, group.came_ovz)
        named = [(f"booking:{booking_id}", party)]
    for reference, evidence in named:
        source, host = Source(PLUGIN, reference), one.trial.organisation_id
        yield Entry(ACTIVITY, year, starts_at.date(), evidence, source, host_organisation_id=host), home


def _add_answers(booked: Sequence[tuple[int, PlannedDate, Group]], dice: random.Random, report: Report) -> None:
    """Add what a part of those who came said, in the order of random keys: their places tell nothing of bookings."""
    asked = [
        (booking_id, place, one.trial.id, AcademicYear.of(one.occasion.starts_at.date()).start)
        for booking_id, one, group in booked
        for place in (range(1, len(group.came) + 1) if group.is_by_number else group.came)
        if dice.random() < ANSWERED
    ]
    replies = [
        {"booking_id": booking_id, "place": place, "send_digest": f"{dice.getrandbits(256):064x}"}
        for booking_id, place, _trial, _year in asked
    ]
    version_id = current_version().id
    answers = [
        {
            "key": f"{dice.getrandbits(128):032x}",
            "trial_id": trial_id,
            "version_id": version_id,
            "year": year,
            "answers": said(dice.randrange(12)),
        }
        for _booking, _place, trial_id, year in asked
    ]
    insert_many(Reply, replies)
    insert_many(TrialAnswer, sorted(answers, key=lambda row: str(row["key"])), _step(report, _("Отзывы о пробах")))
    insert_many(FreeWord, sorted(_remarks([row[2] for row in asked], dice), key=lambda row: str(row["key"])))


def _remarks(trials: Sequence[int], dice: random.Random) -> Iterator[Row]:
    """Yield what a few advise in their own words; most of it is looked through."""
    for trial_id in trials:
        if dice.random() < ADVISED:
            yield {
                "key": f"{dice.getrandbits(128):032x}",
                "owner": PLUGIN,
                "owner_id": trial_id,
                "question": "F7",
                "text": str(dice.choice(REMARKS)),
                "state": WordState.SHOWN if dice.random() < LOOKED_THROUGH else WordState.WAITING,
            }


def _issue_tickets(booked: Sequence[tuple[int, PlannedDate, Group]], report: Report) -> None:
    by_day: dict[date, list[str]] = {}
    for booking_id, one, group in booked:
        if _state(one, group) == BookingState.CONFIRMED:
            by_day.setdefault(one.occasion.starts_at.date(), []).append(str(booking_id))
    for number, (day, owners) in enumerate(sorted(by_day.items()), start=1):
        codes.issue(TICKET, owners, expires_on=day + REMEMBERED)
        report(_("Билеты"), number, len(by_day))
