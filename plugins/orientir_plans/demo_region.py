"""The survey in the demo region at full size: a slip for each graduate, the goal just reached."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy import func, select

from orientir.clock import AcademicYear
from orientir.codes import services as codes
from orientir.contracts import DemoWorld
from orientir.coverage.evidence import Entry, Slips, Source
from orientir.coverage.homes import Home
from orientir.coverage.ledger import slips_reference
from orientir.coverage.levels import level_of
from orientir.coverage.loading import load_facts
from orientir.db import db, insert_many, insert_numbered
from orientir.i18n import _
from orientir.organisations.models import Headcount, Municipality, Organisation, Region, SchoolClass
from orientir.questionnaires import document_at
from orientir_plans.demo_answers import Patterns, made_up_answers
from orientir_plans.models import UNSENT, Answer, Slip, Wave, WaveState
from orientir_plans.queries import ACTIVITY, asked_by
from orientir_plans.services import REMEMBERED, SLIP, WavePlan, add_wave, slip_limit
from orientir_plans.versions import current_version

ANSWERED = Fraction(4, 5)  # 47 068 of 58 834
LAST_YEAR = Fraction(31, 100)
PATTERNS = 60  # different answers a grade
SILENT_EVERY = 50  # one class in fifty has not printed its slips
OVERFULL_EVERY = 800  # one class in eight hundred has more answers than people: an error in the data
CODES = 5000  # issued at a time

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Graduates:
    """A class of the wave: where it is, how many people it has, how many slips and how many of them are used."""

    class_id: int
    organisation_id: int
    municipality_id: int
    grade: int
    people: int
    slips: int = 0
    used: int = 0


def fill(world: DemoWorld, wave: Wave) -> None:
    """Add slips, codes and answers of the open `wave`, and the closed wave of last year."""
    dice = random.Random(world.seed)  # noqa: S311 - a demo must be repeatable, not secret
    classes = turn_out(_graduates(world.region_id, wave), ANSWERED, dice, shown=world.showcase_class_id)
    _issue_codes(wave, _make_slips(wave, classes, dice, world.report), world.report)
    patterns = made_up_answers(document_at(wave.version_id), dice, PATTERNS)
    _store_answers(wave, classes, patterns, dice, world.report)
    _add_last_year(world, wave, dice)


def _graduates(region_id: int, wave: Wave) -> list[Graduates]:
    """Return the classes the wave asks that have a headcount."""
    rows = (
        select(
            SchoolClass.id,
            SchoolClass.organisation_id,
            Organisation.municipality_id,
            SchoolClass.grade,
            func.max(Headcount.total),
        )
        .join(Organisation, SchoolClass.organisation_id == Organisation.id)
        .join(Municipality, Organisation.municipality_id == Municipality.id)
        .join(Headcount, Headcount.class_id == SchoolClass.id)
        .where(Municipality.region_id == region_id, SchoolClass.year == wave.year, asked_by(wave))
        .group_by(SchoolClass.id, SchoolClass.organisation_id, Organisation.municipality_id, SchoolClass.grade)
        .order_by(SchoolClass.id)
    )
    return [Graduates(*row) for row in db.session.execute(rows)]


def turn_out(classes: list[Graduates], goal: Fraction, dice: random.Random, shown: int = 0) -> list[Graduates]:
    """Decide who answers: by municipality and class as chance has it, all together exactly the goal, rounded up."""
    moods = {one.municipality_id: dice.uniform(-0.3, 0.2) for one in classes}
    decided = [
        _decided(place, one, float(goal) + moods[one.municipality_id], dice, is_shown=one.class_id == shown)
        for place, one in enumerate(classes)
    ]
    owed = ceil(goal * sum(one.people for one in classes)) - sum(one.used for one in decided)
    order = [place for place, one in enumerate(decided) if one.slips == one.people and one.class_id != shown]
    while owed:
        before = owed
        dice.shuffle(order)
        for place in order:
            step = (owed > 0) - (owed < 0)
            one = decided[place]
            if step and 0 <= one.used + step <= one.slips:
                decided[place] = replace(one, used=one.used + step)
                owed -= step
        if owed == before:
            break
    return decided


def _decided(place: int, one: Graduates, mood: float, dice: random.Random, *, is_shown: bool) -> Graduates:
    chance = min(1.0, max(0.0, mood + dice.uniform(-0.2, 0.2)))
    if is_shown:
        return replace(one, slips=one.people)
    if place % SILENT_EVERY == SILENT_EVERY - 1:
        return one
    if place % OVERFULL_EVERY == OVERFULL_EVERY - 2:
        return replace(one, slips=slip_limit(one.people), used=slip_limit(one.people))
    return replace(one, slips=one.people, used=round(one.people * chance))


def _make_slips(wave: Wave, classes: list[Graduates], dice: random.Random, report: Report) -> list[int]:
    """Add the slips of all classes as sends leave them, and return their ids."""
    rows = [row for one in classes for row in _slips_of(wave, one, dice)]
    return insert_numbered(Slip, rows, lambda done, total: report(_("Листки %(year)s", year=wave.year), done, total))


def _slips_of(wave: Wave, one: Graduates, dice: random.Random) -> list[dict[str, Any]]:
    used = set(dice.sample(range(1, one.slips + 1), one.used))
    return [
        {
            "wave_id": wave.id,
            "class_id": one.class_id,
            "number": number,
            "used": number in used,
            "send_digest": f"{dice.getrandbits(256):064x}" if number in used else UNSENT,
        }
        for number in range(1, one.slips + 1)
    ]


def _issue_codes(wave: Wave, slips: list[int], report: Report) -> None:
    for start in range(0, len(slips), CODES):
        codes.issue(SLIP, map(str, slips[start : start + CODES]), expires_on=wave.closes_on + REMEMBERED)
        report(_("Коды"), min(start + CODES, len(slips)), len(slips))


def _store_answers(
    wave: Wave, classes: list[Graduates], patterns: Patterns, dice: random.Random, report: Report
) -> None:
    """Add the answers in the order of their random keys, so that their places tell nothing of classes."""
    rows = [
        {
            "key": f"{dice.getrandbits(128):032x}",
            "wave_id": wave.id,
            "version_id": wave.version_id,
            "municipality_id": one.municipality_id,
            "organisation_id": one.organisation_id,
            "grade": one.grade,
            "flags": [],
            "answers": dice.choice(patterns[one.grade]),
        }
        for one in classes
        for _answer in range(one.used)
    ]
    rows.sort(key=lambda row: str(row["key"]))
    insert_many(Answer, rows, lambda done, total: report(_("Анкеты"), done, total))


def _add_last_year(world: DemoWorld, wave: Wave, dice: random.Random) -> None:
    """Add the wave of last May: its slips and facts, no goal, answers not kept in the demo."""
    year = AcademicYear(wave.year - 1)
    plan = WavePlan(date(year.start + 1, 4, 20), date(year.start + 1, 5, 20))
    past = add_wave(db.session.get_one(Region, world.region_id), current_version(), plan, actor=None)
    past.state = WaveState.CLOSED
    classes = turn_out(_graduates(world.region_id, past), LAST_YEAR, dice)
    _make_slips(past, classes, dice, world.report)
    load_facts(_fact(past, one) for one in classes if one.used)


def _fact(wave: Wave, one: Graduates) -> tuple[Entry, Home]:
    source = Source("plans", slips_reference(wave.source, one.class_id), 0)
    home = Home(wave.year, one.organisation_id, level_of(one.grade), one.class_id)
    return Entry(ACTIVITY, wave.year, wave.closes_on - timedelta(days=1), Slips(one.used), source), home
