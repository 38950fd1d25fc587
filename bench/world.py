"""Data for the benchmarks: the demo region, made as large as wanted. Everything is invented and stays in one folder."""

from __future__ import annotations

import random
import secrets
from datetime import date
from pathlib import Path

from sqlalchemy import func, insert, select

from orientir import clock, migrate
from orientir.app import create_app
from orientir.codes import services as codes
from orientir.config import Config
from orientir.coverage import services as coverage
from orientir.db import begin_writing, count_tables, db
from orientir.demo import build_demo
from orientir.organisations.models import Headcount, Municipality, Organisation, Region, SchoolClass
from orientir.questionnaires import document_at
from orientir_plans.demo_answers import made_up_answers
from orientir_plans.models import Answer, Slip, Wave
from orientir_plans.queries import ACTIVITY
from orientir_plans.services import SLIP

BATCH = 1000


def make_world(
    folder: Path, *, slips: int = 0, answers: int = 0, schools: int = 0, config: Config | None = None
) -> list[str]:
    """Make a demo in `folder`, or where `config` says, and return the digits of `slips` unused slips.

    `answers` answers are stored besides, each with its used slip; `schools` schools of two graduating classes are
    spread over all municipalities, each with a headcount and a part of it counted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(config or Config(data_dir=folder))
    with app.app_context():
        migrate.upgrade(app)
        begin_writing()
        region = build_demo(seed=38)
        wave = db.session.scalars(select(Wave)).one()
        _store_answers(wave, answers)
        made = _make_slips(wave, slips, used=False)
        _settle_schools(region, wave, schools)
        count_tables()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return made


def _make_slips(wave: Wave, count: int, *, used: bool) -> list[str]:
    """Add slips to the first class that has some, whatever its headcount."""
    class_id = db.session.scalars(select(Slip.class_id).where(Slip.wave_id == wave.id)).first()
    last = db.session.scalar(select(func.max(Slip.number)).where(Slip.class_id == class_id)) or 0
    digits: list[str] = []
    for start in range(0, count, BATCH):
        rows = [
            {"wave_id": wave.id, "class_id": class_id, "number": last + 1 + number, "used": used}
            | ({"send_digest": secrets.token_hex(32)} if used else {})
            for number in range(start, min(start + BATCH, count))
        ]
        ids = db.session.scalars(insert(Slip).returning(Slip.id), rows)
        digits += codes.issue(SLIP, [str(slip) for slip in ids], expires_on=wave.closes_on).values()
    return digits


def _store_answers(wave: Wave, count: int) -> None:
    patterns = made_up_answers(document_at(wave.version_id), random.Random(38))  # noqa: S311 - repeatable, not secret
    school = db.session.scalars(select(Organisation)).first()
    if school is None:
        raise LookupError("a demo without organisations")
    common = {
        "wave_id": wave.id,
        "version_id": wave.version_id,
        "municipality_id": school.municipality_id,
        "organisation_id": school.id,
        "flags": [],
    }
    for start in range(0, count, BATCH):
        rows = [
            {"key": secrets.token_hex(16), "grade": 9, "answers": patterns[9][number % len(patterns[9])], **common}
            for number in range(start, min(start + BATCH, count))
        ]
        db.session.execute(insert(Answer), rows)
    _make_slips(wave, count, used=True)


def _settle_schools(region: Region, wave: Wave, count: int) -> None:
    municipalities = list(db.session.scalars(select(Municipality).where(Municipality.region_id == region.id)))
    day = date(clock.AcademicYear(wave.year).start, 9, 20)
    for number in range(count):
        municipality = municipalities[number % len(municipalities)]
        school = Organisation(municipality=municipality, kind="school", name=f"Школа для замеров № {number + 1}")
        db.session.add(school)
        for grade in (9, 11):
            one = SchoolClass(organisation=school, year=wave.year, grade=grade, last_grade=grade, letter="А")
            db.session.add(Headcount(school_class=one, on_date=day, total=27))
            db.session.flush()
            if number % 5:
                coverage.count(
                    activity=ACTIVITY, period=wave.year, class_id=one.id, source=wave.source, people=1 + number % 27
                )
