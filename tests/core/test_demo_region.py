"""The demo region at full size: planned in numbers that add up, made in bulk, whole like the small one."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from orientir.codes.models import Code
from orientir.contracts import DemoScale
from orientir.coverage import rebuilding
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import shares
from orientir.coverage.shares import Status
from orientir.db import begin_writing, db
from orientir.demo import NOTES, build_demo, region
from orientir.demo.region import PUPILS, SCHOOLS, SILENT, ClassPlan, apportion, plan_region
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass
from orientir.organisations.reference_data import read_reference
from orientir.students.models import Student
from orientir_plans.models import Answer, Slip, Wave

CITIES = [one.name for one in read_reference("38").municipalities if one.kind == "city"]


@pytest.fixture(scope="module")
def plan():
    return plan_region(CITIES, random.Random(38))


def classes(plan, year: int = 0) -> list[ClassPlan]:
    return [one for place in plan for school in place.schools for one in school.classes if one.year == year]


class TestPlan:
    """No database: the numbers of quality.md, «Size of the world»."""

    def test_the_places_are_those_of_the_reference_data(self, plan):
        assert {place.name for place in plan} == {one.name for one in read_reference("38").municipalities}

    def test_schools_partners_and_classes_are_as_many_as_they_should_be(self, plan):
        assert sum(len(place.schools) for place in plan) == SCHOOLS == 871
        assert sum(len(place.partners) for place in plan) == 60
        assert 6800 <= len(classes(plan)) <= 7200

    def test_pupils_add_up_grade_by_grade(self, plan):
        people = Counter[int]()
        for one in classes(plan):
            if one.total is not None and one.grade == one.last_grade:
                people[one.grade] += one.total
        together = sum(one.total or 0 for one in classes(plan) if one.grade != one.last_grade)
        assert (people[9], people[11]) == (35_786, 23_048)
        assert sum(people.values()) + together == sum(PUPILS.values()) == 162_000
        assert together

    def test_sizes_are_those_of_real_classes(self, plan):
        sizes = [one.total for one in classes(plan) if one.total is not None]
        assert max(sizes) <= 40
        assert 22 <= sum(sizes) / len(sizes) <= 25

    def test_schools_and_classes_have_names_of_their_own(self, plan):
        for place in plan:
            assert len({school.name for school in place.schools}) == len(place.schools)
            for school in place.schools:
                names = [(one.year, one.grade, one.last_grade, one.letter) for one in school.classes]
                assert len(set(names)) == len(names)

    def test_the_same_dice_make_the_same_plan(self, plan):
        assert plan_region(CITIES, random.Random(38)) == plan
        assert plan_region(CITIES, random.Random(39)) != plan

    @pytest.mark.parametrize(("total", "weights"), [(10, [1, 1, 1]), (0, [3, 4]), (7, [0, 5]), (1, [0.2, 0.3, 0.5])])
    def test_a_whole_is_split_without_loss(self, total: int, weights: list[float]):
        parts = apportion(total, weights)
        assert sum(parts) == total
        assert all(part >= 0 for part in parts)
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)

    def test_nothing_is_split_among_nobody(self):
        assert apportion(5, [0, 0]) == [0, 0]


@pytest.fixture
def a_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the region a tenth of its size: the same code, in a tenth of the time."""
    monkeypatch.setattr(region, "SCHOOLS", 100)
    monkeypatch.setattr(region, "PUPILS", {grade: count // 20 for grade, count in PUPILS.items()})


@pytest.fixture
def made(app: Flask, school_day, cheap_passwords: None, a_tenth: None) -> Region:
    begin_writing()
    built = build_demo(seed=38, scale=DemoScale.REGION)
    db.session.commit()
    return built


def test_it_is_whole_and_its_figures_equal_the_evidence(made: Region):
    assert rebuilding.differences() == []
    assert db.session.scalar(select(func.count(Organisation.id)).where(Organisation.kind == "school")) == 100
    assert db.session.scalar(select(func.count(Student.id))) == sum(PUPILS[grade] // 20 for grade in PUPILS)
    waves = db.session.scalars(select(Wave).order_by(Wave.year)).all()
    assert [wave.state for wave in waves] == ["closed", "open"]
    graduates = PUPILS[9] // 20 + PUPILS[11] // 20
    answers = db.session.scalar(select(func.count()).select_from(Answer))
    used = db.session.scalar(select(func.count(Slip.id)).where(Slip.wave_id == waves[1].id, Slip.used))
    assert answers == used == -(-graduates * 4 // 5)
    slips = db.session.scalar(select(func.count(Slip.id)).where(Slip.wave_id == waves[1].id))
    assert db.session.scalar(select(func.count()).select_from(Code)) == slips


def test_a_noted_code_opens_the_survey(made: Region, client: FlaskClient):
    digits = made.settings[NOTES][0][1]
    assert client.post("/code", data={"code": digits}).status_code == 303


def test_states_of_all_sorts_are_met(made: Region):
    activity = find_activity("plans.survey")
    wave = db.session.scalars(select(Wave).where(Wave.state == "open")).one()
    whole = shares(activity, wave.year, made.scope)
    met = {line.share.status for line in whole.lines}
    for place in db.session.scalars(select(Municipality)):
        met |= {line.share.status for line in shares(activity, wave.year, place.scope).lines}
    assert met >= {Status.REACHED, Status.NEAR, Status.MISSED, Status.NO_DATA}
    silent = next(line for line in whole.lines if line.title == SILENT)
    assert silent.share.status is Status.NO_DATA
    assert shares(activity, wave.year - 1, made.scope).total.status is Status.NO_GOAL
    assert whole.total.status is Status.REACHED


def test_answers_lie_in_the_order_of_their_random_keys(made: Region, engine_name: str):
    """Not in that of classes: whoever reads the file would else see who sat together."""
    place = "ctid" if engine_name == "postgresql" else "key"
    keys = list(db.session.scalars(select(Answer.key).order_by(db.text(place))))
    assert keys == sorted(keys)


def test_it_tells_how_far_it_is(app: Flask, school_day, cheap_passwords: None, a_tenth: None):
    told: list[tuple[str, int, int]] = []
    begin_writing()
    build_demo(seed=38, scale=DemoScale.REGION, report=lambda *step: told.append(step))
    db.session.rollback()
    steps = list(dict.fromkeys(title for title, _done, _total in told))
    assert steps[:2] == ["Организации", "Классы"]
    assert steps[-1] == "Счётчики охвата"
    last = {title: (done, total) for title, done, total in told}
    assert all(done == total for done, total in last.values())


def test_the_same_seed_makes_the_same_region(app: Flask, school_day, cheap_passwords: None, a_tenth: None):
    def people(seed: int) -> list[tuple[int, int]]:
        begin_writing()
        build_demo(seed=seed, scale=DemoScale.REGION)
        counted = (
            select(SchoolClass.grade, func.count(Slip.id))
            .join(Slip, Slip.class_id == SchoolClass.id)
            .where(Slip.used)
            .group_by(SchoolClass.organisation_id, SchoolClass.grade)
            .order_by(SchoolClass.organisation_id, SchoolClass.grade)
        )
        found = [(row[0], row[1]) for row in db.session.execute(counted)]
        db.session.rollback()
        return found

    first = people(7)
    assert people(7) == first
    assert people(8) != first
