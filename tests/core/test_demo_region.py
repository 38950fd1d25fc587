"""The demo region at full size: planned in numbers that add up, made in bulk, whole like the small one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from orientir.accounts.models import User
from orientir.bookings import verification
from orientir.bookings.models import Booking
from orientir.bookings.tickets import TICKET
from orientir.codes.models import Code
from orientir.contracts import DemoScale
from orientir.coverage import rebuilding
from orientir.coverage.activities import find_activity
from orientir.coverage.models import Counter as Figures
from orientir.coverage.queries import shares
from orientir.coverage.shares import Status
from orientir.db import begin_writing, db
from orientir.demo import NOTES, build_demo, region
from orientir.demo.region import PUPILS, SCHOOLS, SILENT, ClassPlan, apportion, plan_region
from orientir.demo.terminal import progress_bars
from orientir.organisations.histories import Contact
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.reference_data import read_reference
from orientir.organisations.search import search_key
from orientir.students.models import CARD, Student
from orientir_calendar import reports
from orientir_calendar.demo_year import EVENTS
from orientir_calendar.models import Event, Report, ReportLine
from orientir_calendar.reports import Line, Told
from orientir_plans.demo_region import Graduates, turn_out
from orientir_plans.models import Answer, Slip, Wave
from orientir_plans.services import SLIP, slip_limit
from orientir_trials.demo_season import coming_days, held_days

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


class TestTurnout:
    """Who answers is decided by dice, and all together exactly as many as the goal says."""

    CLASSES: ClassVar = [Graduates(number, number // 3, number // 9, 9, 5 + number % 24) for number in range(1, 900)]

    def decided(self, seed: int) -> list[Graduates]:
        return turn_out(self.CLASSES, Fraction(4, 5), random.Random(seed), shown=7)

    def test_the_goal_is_met_to_the_person(self):
        assert sum(one.used for one in self.decided(38)) == -(-sum(one.people for one in self.CLASSES) * 4 // 5)

    def test_nobody_answers_without_a_slip_and_few_classes_are_overfull(self):
        decided = self.decided(38)
        assert all(0 <= one.used <= one.slips <= slip_limit(one.people) for one in decided)
        assert 1 <= sum(one.used > one.people for one in decided) <= 3
        assert any(one.slips == 0 for one in decided)

    def test_the_class_that_is_shown_keeps_all_its_slips(self):
        shown = next(one for one in self.decided(38) if one.class_id == 7)
        assert (shown.slips, shown.used) == (shown.people, 0)

    def test_the_same_dice_decide_alike(self):
        assert self.decided(7) == self.decided(7)
        assert self.decided(7) != self.decided(8)


class TestSeason:
    def test_only_school_days_of_the_year_that_are_over_have_been(self):
        assert held_days(date(2026, 9, 1), date(2026, 9, 7)) == [date(2026, 9, day) for day in (1, 2, 3, 4, 5)]
        assert held_days(date(2026, 9, 1), date(2026, 9, 1)) == []

    def test_no_date_lies_in_the_next_year(self):
        assert coming_days(date(2027, 8, 28), date(2027, 8, 31)) == [date(2027, 8, 30), date(2027, 8, 31)]
        assert coming_days(date(2027, 8, 30), date(2027, 8, 31)) == []


SCALE = 10


@pytest.fixture
def a_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the region a tenth of its size: the same code, in a tenth of the time."""
    monkeypatch.setattr(region, "SCHOOLS", 160)
    monkeypatch.setattr(region, "PUPILS", {grade: count // SCALE for grade, count in PUPILS.items()})


def test_it_is_whole_and_its_figures_equal_the_evidence(
    app: Flask, client: FlaskClient, school_day, cheap_passwords: None, a_tenth: None, engine_name: str
):
    told: list[tuple[str, int, int]] = []
    begin_writing()
    made = build_demo(seed=38, scale=DemoScale.REGION, report=lambda *step: told.append(step))
    db.session.commit()
    assert rebuilding.differences() == []
    its_rows_add_up()
    trials_add_up()
    the_calendar_adds_up()
    states_of_all_sorts_are_met(made)
    answers_lie_in_the_order_of_their_random_keys(engine_name)
    each_step_was_reported_to_its_end(told)
    assert client.post("/code", data={"code": made.settings[NOTES][0][1]}).status_code == 303


def its_rows_add_up() -> None:
    schools = list(db.session.scalars(select(Organisation).where(Organisation.kind == "school")))
    assert sum(one.closed_on is None for one in schools) == 160
    assert all(one.search_key == search_key(one.name, one.full_name) for one in schools)
    assert len(schools) < db.session.scalar(select(func.count()).select_from(Contact))
    assert all(one.search_key for one in db.session.scalars(select(User)))
    assert db.session.scalar(select(func.count(Student.id))) == sum(count // SCALE for count in PUPILS.values())
    past, wave = db.session.scalars(select(Wave).order_by(Wave.year)).all()
    assert (past.state, wave.state) == ("closed", "open")
    answers = db.session.scalar(select(func.count()).select_from(Answer))
    used = db.session.scalar(select(func.count(Slip.id)).where(Slip.wave_id == wave.id, Slip.used))
    assert answers == used == -(-(PUPILS[9] // SCALE + PUPILS[11] // SCALE) * 4 // 5)
    slips = db.session.scalar(select(func.count(Slip.id)).where(Slip.wave_id == wave.id))
    codes = Counter(db.session.scalars(select(Code.kind)))
    assert codes.pop(CARD) > 20
    assert codes[SLIP] == slips


def trials_add_up() -> None:
    assert verification.differences() == []
    pupils = sum(PUPILS.values()) // SCALE
    booked = dict(db.session.execute(select(Booking.state, func.sum(Booking.people)).group_by(Booking.state)).all())
    came = db.session.scalar(select(func.sum(Booking.came)))
    counted = db.session.scalar(select(func.sum(Figures.participations)).where(Figures.activity == "trials.trial"))
    assert came == counted
    assert came == pytest.approx(0.65 * pupils, rel=0.01)
    assert {"attended", "absent", "confirmed"} <= booked.keys()
    living = select(func.count()).where(Code.kind == TICKET, Code.is_live)
    assert db.session.scalar(living) >= db.session.scalar(select(func.count()).where(Booking.state == "confirmed"))


def the_calendar_adds_up() -> None:
    """As many as the goals say were counted, and a report of the demo is corrected and taken back like any other."""
    pupils = sum(PUPILS.values()) // SCALE
    told = dict(
        db.session.execute(
            select(Report.kind, func.sum(ReportLine.people)).join(Report.lines).group_by(Report.kind)
        ).all()
    )
    for kind, goal in (("meeting", 0.55), ("excursion", 0.22)):
        counted = select(func.sum(Figures.participations)).where(Figures.activity == f"calendar.{kind}")
        assert db.session.scalar(counted) == told[kind] == pytest.approx(goal * pupils, rel=0.01)
    states = dict(db.session.execute(select(Event.state, func.count(Event.id)).group_by(Event.state)).all())
    assert sum(states.values()) >= EVENTS
    assert {"published", "suggested", "cancelled"} <= states.keys()
    assert db.session.scalar(select(func.count(Event.id)).where(Event.frequency == "weekly")) >= EVENTS // 10
    named = Report.event_id.is_not(None)
    for report in [db.session.scalars(select(Report).where(one).limit(1)).one() for one in (named, ~named)]:
        lines = tuple(Line(one.class_id, 1) for one in report.lines)
        reports.change_report(report, Told(report.kind, "Иначе", report.starts_at, report.ends_at, lines), actor=None)
        reports.take_back(report, actor=None)
    assert rebuilding.differences() == []
    db.session.rollback()


def states_of_all_sorts_are_met(made: Region) -> None:
    activity = find_activity("plans.survey")
    year = db.session.scalars(select(Wave.year).where(Wave.state == "open")).one()
    whole = shares(activity, year, made.scope)
    met = {line.share.status for line in whole.lines}
    for place in db.session.scalars(select(Municipality)):
        met |= {line.share.status for line in shares(activity, year, place.scope).lines}
    assert met >= {Status.REACHED, Status.NEAR, Status.MISSED, Status.NO_DATA}
    silent = next(line for line in whole.lines if line.title == SILENT)
    assert silent.share.status is Status.NO_DATA
    assert shares(activity, year - 1, made.scope).total.status is Status.NO_GOAL
    assert whole.total.status is Status.REACHED


def answers_lie_in_the_order_of_their_random_keys(engine_name: str) -> None:
    """Not in that of classes: whoever reads the file would else see who sat together.

    PostgreSQL puts a short row where a page has room left, so a few lie out of order.
    """
    place = "ctid" if engine_name == "postgresql" else "key"
    keys = list(db.session.scalars(select(Answer.key).order_by(text(place))))
    rising = sum(one < other for one, other in pairwise(keys))
    assert rising > 0.8 * len(keys)


def each_step_was_reported_to_its_end(told: list[tuple[str, int, int]]) -> None:
    steps = list(dict.fromkeys(title for title, _done, _total in told))
    assert steps[:3] == ["Организации", "Ответственные", "Классы"]
    assert steps[-1] == "Счётчики охвата"
    last = {title: (done, total) for title, done, total in told}
    assert all(done == total for done, total in last.values())


def test_the_command_draws_a_bar_for_each_step(capsys: pytest.CaptureFixture[str]):
    with progress_bars() as report:
        for step in (("Классы", 0, 10), ("Классы", 10, 10), ("Номера", 0, 1), ("Номера", 1, 1)):
            report(*step)
    drawn = capsys.readouterr().err
    assert drawn.index("Классы") < drawn.index("Номера")
