"""No page asks more because there is more: every address with one of everything, then with four (quality.md, «Speed»).

New pages enter by themselves; a new sort of rows enters by a line in `grow`. SQLite is enough: statements are counted,
and they are the same on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import make_class, make_municipality, make_school, make_user
from orientir_testkit.contests import make_contest, make_entry, make_expert, make_sheet, sent_sheet
from orientir_testkit.events import at, plan
from orientir_testkit.matrix import attempts, find_things
from orientir_testkit.notes import note_plan
from orientir_testkit.objects import Person, Stage, make_stage
from orientir_testkit.occasions import make_slot
from orientir_testkit.queries import Queries
from orientir_testkit.trials import TERMS

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.bookings.doors import open_door
from orientir.bookings.services import book
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.students.services import open_numbers
from orientir_calendar.notes import add_note
from orientir_calendar.notes import publish as publish_note
from orientir_calendar.notes import suggest as suggest_note
from orientir_calendar.reports import Line, Told, add_report
from orientir_calendar.services import add_event, drop_day, publish
from orientir_calendar.services import suggest as send_event
from orientir_plans.services import issue_slips
from orientir_practices.models import EntryState
from orientir_trials.repetition import Repetition
from orientir_trials.services import add_dates, copy_trial, suggest

FEW, MORE = range(1), range(1, 4)  # the first of each sort brings what is asked only where there is any of it
WHO = (Role.OPERATOR, Role.SCHOOL_ADMIN)  # the widest branch and the narrowest
# Pages that ask for each object on purpose, and why.
GROWING: dict[str, str] = dict.fromkeys(
    ("calendar.feed", "calendar_open.as_json", "calendar_open.as_rss"),
    "written anew once after a change; their own tests count that",
)
Counted = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def stage(app: Flask, school_day) -> Stage:
    return make_stage()


def grow(stage: Stage, numbers: range) -> None:
    """Add so many more of everything that pages list."""
    for number in numbers:
        place = make_municipality(stage.own.region, f"Посёлок {number}")
        for school in (
            make_school(place, f"Школа № {50 + number}"),
            make_school(stage.own.municipality, f"Лицей {number}"),
        ):
            make_class(school, 9)
            make_user(Role.TEACHER, school.scope)
        one = make_class(stage.own.school, 9, "ВГДЕ"[number], total=5)
        make_class(stage.own.school, 8, "ВГДЕ"[number], total=None)
        open_numbers(one, 5, actor=None)
        issue_slips(stage.own.wave, one, actor=None)
        slot = make_slot(stage.own.slot.organisation, starts=50 + 3 * number)
        for booked in (stage.own.slot, slot):
            book(booked.id, Wish(one.id, people=2 + number), request=f"grown:{booked.id}:{number}", actor=None)
        open_door(stage.own.slot, f"Вход {number}", actor=None)
        trial = copy_trial(stage.own.trial, stage.own.trial.season, actor=None)
        day = date(2026, 5, 25 + number)
        add_dates(trial, Repetition(day, day, frozenset(), (time(10),), 90), TERMS, actor=None)
        suggest(trial, actor=None)
        make_user(Role.TEACHER, stage.own.school.scope)
        _grow_calendar(stage, number)
        _grow_contest(stage, number)
    if numbers == MORE:
        open_numbers(stage.own.school_class, 27, actor=None)
    db.session.commit()


def _grow_calendar(stage: Stage, number: int) -> None:
    """Add events of all sorts, and what a school says of one."""
    host, today = stage.own.event.organisation, clock.now().date()
    weekly = at(today + timedelta(days=number), frequency="weekly", until=today + timedelta(days=90))
    series = add_event(host, plan(weekly, title=f"Кружок {number}"), actor=None)
    publish(series, actor=None)
    drop_day(series, series.starts_at + timedelta(days=7), actor=None)
    send_event(add_event(host, plan(title=f"Предложение {number}"), actor=None), actor=None)
    gone = add_event(host, plan(at(today - timedelta(days=3 + number))), actor=None)
    publish(gone, actor=None)
    for act in (publish_note, suggest_note):
        act(add_note(host, note_plan(event_id=gone.id), actor=None), actor=None)
        act(add_note(stage.own.school, note_plan(event_id=stage.own.event.id), actor=None), actor=None)
    lines = (Line(stage.own.school_class.id, 4),)
    add_report(
        stage.own.school, Told("meeting", "Встреча", gone.starts_at, gone.ends_at, lines), event=gone, actor=None
    )


def _grow_contest(stage: Stage, number: int) -> None:
    """Add entries in two states, experts with sheets that were sent, and one more contest."""
    contest, school = stage.own.entry.contest, stage.own.school
    read = make_entry(contest, school, stage.own.account, title=f"Практика {number}")
    make_entry(contest, school, make_user(Role.TEACHER, school.scope), EntryState.SUBMITTED, nomination=2)
    for name in ("Первый", "Второй"):
        sent_sheet(read, make_expert(contest, f"{name} {number}"), 3)
    make_sheet(stage.own.entry, make_expert(contest, f"Третий {number}"))
    make_contest(stage.own.region)


def counts(app: Flask, stage: Stage, clients: dict[Person, FlaskClient], counted: Counted) -> Iterator[tuple[str, int]]:
    """Yield the statements each page takes for each person."""
    tried = attempts(app, find_things(stage), {"GET"})
    for attempt in (one for one in tried if one.whose == "own" and not one.path.endswith(".pdf")):
        for person, client in clients.items():
            with counted() as seen:
                status = client.get(attempt.path).status_code
            if status == 200:
                yield f"{attempt.endpoint} for {person.title}", seen.count


def test_no_page_asks_more_because_there_is_more(
    app: Flask, stage: Stage, as_user: Callable[[User], FlaskClient], count_queries: Counted
):
    clients = {person: as_user(person.user) for person in stage.people if person.user and person.role in WHO}
    grow(stage, FEW)
    dict(counts(app, stage, clients, count_queries))  # what is read once in a process is read now
    few = dict(counts(app, stage, clients, count_queries))
    grow(stage, MORE)
    many = dict(counts(app, stage, clients, count_queries))
    grown = {
        name: (few[name], many[name])
        for name in few.keys() & many.keys()
        if many[name] > few[name] and name.partition(" ")[0] not in GROWING
    }
    assert grown == {}
    assert len(few) > 50
