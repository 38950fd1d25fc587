"""Random histories keep every figure equal to a plain recomputation, written here once more and by other means."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_school
from sqlalchemy import select

from orientir.contracts import ClassMeasure
from orientir.coverage import rebuilding, services
from orientir.coverage.evidence import ClassHome, Entry, LevelHome, Party, Seat, Source
from orientir.coverage.levels import Level
from orientir.coverage.models import Counter, RunningCount
from orientir.coverage.queries import share_of
from orientir.db import begin_writing, db
from orientir.students.models import Student

CLASSES, SEATS, WAVES, MOST_PARTIES = 2, 3, 2, 8
YEAR, DAY = 2025, date(2026, 3, 10)
numbers = count(1)

small = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("seat"), st.integers(0, CLASSES - 1), st.integers(0, SEATS - 1)),
    st.tuples(st.just("party"), st.integers(0, CLASSES), st.integers(1, 9), small, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("count"), st.integers(0, CLASSES - 1), st.integers(0, WAVES - 1), st.integers(1, 3)),
    st.tuples(st.just("close"), st.integers(0, WAVES - 1)),
    st.tuples(st.just("repeat"), small),
    st.tuples(st.just("reverse"), small),
    st.tuples(st.just("remark"), small),
)


@dataclass
class Told:
    """What the history said about one source."""

    entry: Entry
    home: str
    is_live: bool = True


@dataclass
class History:
    """Plays steps on the database and remembers them in lists of its own."""

    school: Any
    classes: list[Any]
    students: list[list[Student]]
    activity: str = "fair.survey"
    told: list[Told] = field(default_factory=list)
    slips: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    closed: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def play(self, step: tuple[Any, ...]) -> None:
        begin_writing()
        getattr(self, step[0])(*step[1:])
        db.session.commit()

    def seat(self, place: int, number: int) -> None:
        self._record(Seat(self.students[place][number].id), place)

    def party(self, place: int, people: int, start: int, hours: int, others: bool) -> None:
        parties = [one for one in self.live(place) if isinstance(one.evidence, Party)]
        if len(parties) < MOST_PARTIES:
            self._record(Party(people, hour(start), hour(start + hours), others=others), place)

    def count(self, place: int, wave: int, people: int) -> None:
        services.count(
            activity=self.activity, period=YEAR, class_id=self.classes[place].id, source=self.wave(wave), people=people
        )
        self.slips[place, wave] += people

    def close(self, wave: int) -> None:
        services.close_running(activity=self.activity, period=YEAR, source=self.wave(wave), on_date=DAY)
        for place in range(CLASSES):
            self.closed[place, wave] = self.slips[place, wave]

    def repeat(self, place: int) -> None:
        for told in self.told[place : place + 1]:
            assert not services.record(told.entry).is_new

    def reverse(self, place: int) -> None:
        for told in self.told[place : place + 1]:
            assert services.reverse(told.entry.source).is_new == told.is_live
            told.is_live = False

    def remark(self, place: int) -> None:
        for told in self.told[place : place + 1]:
            if not told.is_live and not self._has_later(told):
                source = Source("fair", told.entry.source.reference, told.entry.source.revision + 1)
                entry = Entry(self.activity, YEAR, DAY, told.entry.evidence, source, told.entry.home)
                assert services.record(entry).is_new
                self.told.append(Told(entry, told.home))

    def wave(self, number: int) -> str:
        return f"wave:{self.school.id}:{number}"

    def live(self, place: int) -> list[Entry]:
        return [told.entry for told in self.told if told.is_live and told.home == str(place)]

    def _record(self, evidence: Seat | Party, place: int) -> None:
        inside = place < CLASSES
        home = ClassHome(self.classes[place].id) if inside else LevelHome(self.school.id, Level.BASIC)
        entry = Entry(self.activity, YEAR, DAY, evidence, Source("fair", f"act:{next(numbers)}"), home)
        assert services.record(entry).is_new
        self.told.append(Told(entry, str(place)))

    def _has_later(self, told: Told) -> bool:
        own = told.entry.source
        return any(
            one.entry.source.reference == own.reference and one.entry.source.revision > own.revision
            for one in self.told
        )

    # The plain recomputation

    def expected(self, place: int) -> tuple[int, int, int, int]:
        live = self.live(place)
        parties = [one.evidence for one in live if isinstance(one.evidence, Party)]
        seats = {one.evidence.student_id for one in live if isinstance(one.evidence, Seat)}
        waves = [people for (own, _wave), people in self.slips.items() if own == place]
        participations = sum(one.evidence.people for one in live) + sum(waves)
        return participations, len(seats), heaviest(parties), max(waves, default=0)


def hour(at: int) -> datetime:
    return datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=at)


def heaviest(parties: list[Party]) -> int:
    """Try every subset."""
    return max(
        sum(one.people for one in chosen)
        for size in range(len(parties) + 1)
        for chosen in combinations(parties, size)
        if all(different(*pair) for pair in combinations(chosen, 2))
    )


def different(one: Party, other: Party) -> bool:
    early, late = sorted((one, other), key=lambda party: party.starts_at)
    return late.starts_at < early.ends_at or late.others


@pytest.fixture
def fresh_school(app, cast: Cast):
    """Return a maker of schools with nothing recorded: every example has its own."""

    def make() -> History:
        school = make_school(cast.municipality, f"Школа № {next(numbers)}")
        classes = [make_class(school, 9, letter, total=60) for letter in "АБ"[:CLASSES]]
        students = [[Student(class_id=one.id, number=number) for number in range(1, SEATS + 1)] for one in classes]
        db.session.add_all(one for row in students for one in row)
        db.session.commit()
        return History(school, classes, students)

    return make


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(history_steps=st.lists(steps, max_size=25))
def test_figures_equal_a_plain_recomputation(fresh_school, measured: list[ClassMeasure], history_steps):
    history = fresh_school()
    for step in history_steps:
        history.play(step)
    measured[:] = [one for one in measured if history.school.id != int(one.source.split(":")[1])]
    measured += running_of(history)
    check(history)
    assert rebuilding.differences() == []


def check(history: History) -> None:
    places = [*(f"class:{one.id}" for one in history.classes), f"level:{history.school.id}:basic:{YEAR}"]
    rows = db.session.scalars(select(Counter).where(Counter.organisation_id == history.school.id)).all()
    stored = {row.home: (row.participations, row.seats, row.parties, row.slips) for row in rows}
    expected = [history.expected(place) for place in range(CLASSES + 1)]
    assert [stored.get(home, (0, 0, 0, 0)) for home in places] == expected
    covered = [max(figures[1:]) for figures in expected]
    share = share_of(history.activity, YEAR, history.school.scope)
    assert share.covered == max(sum(covered[:CLASSES]), covered[CLASSES])
    assert share.participations == sum(figures[0] for figures in expected)
    assert share.base == 60 * CLASSES


def running_of(history: History) -> list[ClassMeasure]:
    """What the plugin's own table would say: slips used and not yet closed."""
    open_slips = Tally({key: people - history.closed[key] for key, people in history.slips.items()})
    found = [
        ClassMeasure(history.activity, YEAR, history.classes[place].id, history.wave(wave), people)
        for (place, wave), people in open_slips.items()
        if people
    ]
    ids = [one.id for one in history.classes]
    kept = db.session.scalars(select(RunningCount).where(RunningCount.class_id.in_(ids))).all()
    assert {(row.class_id, row.source, row.people) for row in kept} == {
        (one.class_id, one.source, one.people) for one in found
    }
    return found
