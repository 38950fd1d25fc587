"""The survey in the demo region: a wave half-way, slips everywhere, one class where nobody has answered yet."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import select

from orientir.clock import AcademicYear
from orientir.contracts import DemoScale, DemoWorld
from orientir.coverage import services as coverage
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass
from orientir.questionnaires import document_at
from orientir_plans.demo_answers import Patterns, made_up_answers
from orientir_plans.demo_region import fill
from orientir_plans.models import Answer, Wave
from orientir_plans.queries import ACTIVITY, asked_by, unused_slips
from orientir_plans.services import WavePlan, add_wave, codes_of, issue_slips, open_wave
from orientir_plans.sittings import facts_of
from orientir_plans.versions import current_version

SHOWN_CODES = 3
TURNOUTS = ((0.3, 0.8), (0.75, 1.0), (0.55, 0.95))  # by municipality: the pages show more than one state
SILENT_EVERY = 7  # one class in seven has not printed its slips


def build(world: DemoWorld) -> None:
    """Add an open wave with about half of the answers in, and note a few living codes of the showcase class."""
    dice = random.Random(world.seed)  # noqa: S311 - a demo must be repeatable, not secret
    wave = _wave(world)
    if world.scale is DemoScale.REGION:
        fill(world, wave)
        _note_codes(world, wave)
        return
    patterns = made_up_answers(document_at(wave.version_id), dice)
    for index, school_class in enumerate(_graduates(world.region_id, wave)):
        shown = school_class.id == world.showcase_class_id
        if index % SILENT_EVERY == SILENT_EVERY - 1 and not shown:
            continue
        issue_slips(wave, school_class, actor=None)
        if not shown:
            _answer(wave, school_class, patterns, dice)
    _note_codes(world, wave)


def _wave(world: DemoWorld) -> Wave:
    year = AcademicYear.of(world.today)
    plan = WavePlan(
        max(year.first_day, world.today - timedelta(days=10)), min(year.last_day, world.today + timedelta(days=20))
    )
    wave = add_wave(db.session.get_one(Region, world.region_id), current_version(), plan, actor=None)
    open_wave(wave, actor=None)
    return wave


def _graduates(region_id: int, wave: Wave) -> list[SchoolClass]:
    classes = (
        select(SchoolClass)
        .join(Organisation, SchoolClass.organisation_id == Organisation.id)
        .join(Municipality, Organisation.municipality_id == Municipality.id)
        .where(Municipality.region_id == region_id, SchoolClass.year == wave.year)
        .where(asked_by(wave))
        .order_by(SchoolClass.id)
    )
    return [one for one in db.session.scalars(classes) if one.headcounts]


def _answer(wave: Wave, school_class: SchoolClass, patterns: Patterns, dice: random.Random) -> None:
    """Let a part of the class answer, the way `sittings.send` leaves things behind."""
    school = school_class.organisation
    slips = unused_slips(wave, school_class.id)
    turnout = dice.uniform(*TURNOUTS[school.municipality_id % len(TURNOUTS)])
    answered = dice.sample(slips, round(len(slips) * turnout))
    for slip in answered:
        grade = int(facts_of(school_class.grade, school_class.last_grade, wave.region).known.get("grade", 9))
        slip.used, slip.send_digest = True, f"{dice.getrandbits(256):064x}"
        db.session.add(
            Answer(
                key=f"{dice.getrandbits(128):032x}",
                wave_id=wave.id,
                version_id=wave.version_id,
                municipality_id=school.municipality_id,
                organisation_id=school.id,
                grade=grade,
                flags=[],
                answers=dice.choice(patterns[grade]),
            )
        )
    if answered:
        coverage.count(
            activity=ACTIVITY,
            period=wave.year,
            class_id=school_class.id,
            source=wave.source,
            people=len(answered),
        )


def _note_codes(world: DemoWorld, wave: Wave) -> None:
    for code in codes_of(unused_slips(wave, world.showcase_class_id)[:SHOWN_CODES]):
        world.note("code", code)
