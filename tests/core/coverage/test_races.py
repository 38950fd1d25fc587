"""Writers at the same moment, on both engines; and what happens when the guard is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from orientir_testkit.cast import Cast
from orientir_testkit.races import PATIENCE
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from orientir.coverage import counters, ledger, rebuilding, services
from orientir.coverage.evidence import ClassHome, Entry, Party, Recorded, Seat, Source
from orientir.coverage.models import Fact
from orientir.coverage.queries import share_of
from orientir.db import begin_writing, db
from orientir.prepared import Asking

WRITERS = 6
DAY = date(2026, 3, 10)


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """Run one piece of work per writer, each in a transaction and a thread of its own, all starting together."""

    def run(work: list[Callable[[], Any]], *, begin: Callable[[], None] = begin_writing) -> list[Any]:
        start = Barrier(len(work))

        def one(task: Callable[[], Any]) -> Any:
            with app.app_context():
                start.wait(PATIENCE)
                begin()
                result = task()
                db.session.commit()
                return result

        db.session.commit()
        with ThreadPoolExecutor(len(work)) as pool:
            futures = [pool.submit(one, task) for task in work]
            return [future.exception() or future.result() for future in futures]

    return run


def entry(evidence: Any, reference: str, class_id: int | None = None) -> Entry:
    home = ClassHome(class_id) if class_id else None
    return Entry("fair.trial", 2025, DAY, evidence, Source("fair", reference), home)


def test_one_source_told_by_everybody_at_once_is_one_fact(at_once, cast: Cast, at_hour, desk):
    class_id = cast.school_class.id
    told = entry(Party(12, at_hour(9), at_hour(10)), "visit:1", class_id)
    outcomes = at_once([lambda: services.record(told)] * WRITERS)
    assert sorted(outcome.is_new for outcome in outcomes) == [False] * (WRITERS - 1) + [True]
    assert len({outcome.fact_id for outcome in outcomes}) == 1
    assert desk.counter(cast.school_class).participations == 12


def test_one_source_told_for_different_classes_is_one_fact(at_once, cast: Cast, at_hour):
    party = Party(12, at_hour(9), at_hour(10))
    homes = [cast.school_class.id, cast.neighbour_class.id]
    work = [lambda own=own: services.record(entry(party, "visit:1", own)) for own in homes]
    outcomes = at_once(work)
    assert sorted(outcome.is_new for outcome in outcomes) == [False, True]
    assert share_of("fair.trial", 2025, cast.region.scope).participations == 12


def test_one_reversal_by_everybody_at_once_is_one_entry(at_once, cast: Cast, desk):
    desk.party(cast.school_class, 12, source="visit:1")
    outcomes = at_once([lambda: services.reverse(Source("fair", "visit:1"))] * WRITERS)
    assert sum(outcome.is_new for outcome in outcomes) == 1
    assert desk.counter(cast.school_class).participations == 0
    assert db.session.scalar(select(func.count(Fact.id))) == 2


def test_students_of_one_class_checked_in_at_once_are_all_counted(at_once, cast: Cast, make_students, desk):
    students = [student.id for student in make_students(cast.school_class, WRITERS)]
    at_once([lambda own=own: services.record(entry(Seat(own), f"scan:{own}")) for own in students])
    counter = desk.counter(cast.school_class)
    assert (counter.participations, counter.covered) == (WRITERS, WRITERS)
    assert rebuilding.differences() == []


def test_slips_of_one_class_sent_at_once_are_all_counted(at_once, cast: Cast, desk):
    class_id = cast.school_class.id
    send = {"activity": "fair.survey", "period": 2025, "class_id": class_id, "source": "wave:1"}
    used = at_once([lambda: [services.count(**send) for _slip in range(3)]] * WRITERS)
    assert sorted(number for row in used for number in row) == list(range(1, 3 * WRITERS + 1))
    assert desk.counter(cast.school_class, "fair.survey").covered == 3 * WRITERS


def test_lists_in_opposite_orders_do_not_wait_for_each_other_for_ever(
    at_once, cast: Cast, at_hour, make_schools, classes_of
):
    ids = [one.id for school in make_schools(2, 3) for one in classes_of(school)]
    party = Party(5, at_hour(9), at_hour(10))

    def record_all(writer: int) -> list[Recorded]:
        order = ids if writer % 2 else ids[::-1]
        return services.record_all([entry(party, f"list:{writer}:{own}", own) for own in order])

    outcomes = at_once([lambda own=own: record_all(own) for own in range(4)])
    assert all(one.is_new for row in outcomes for one in row)
    assert share_of("fair.trial", 2025, cast.region.scope).participations == 4 * 5 * len(ids)
    assert rebuilding.differences() == []


class TestWithoutTheGuard:
    """Negative controls: the tests above would see the race if there were one."""

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_postgresql_loses_a_participation(self, at_once, cast: Cast, desk, make_students, monkeypatch):
        first, second, third = [student.id for student in make_students(cast.school_class, 3)]
        at_once([lambda: services.record(entry(Seat(third), "scan:0"))])
        both_read = Barrier(2)
        hold = counters.hold

        def hold_without_lock(activity: str, period: int, homes: Any) -> Any:
            held = hold(activity, period, homes)
            both_read.wait(PATIENCE)
            return held

        monkeypatch.setattr(counters, "hold", hold_without_lock)
        monkeypatch.setattr(counters, "LOCKING", Asking(counters.held_row, counters.COUNTED))
        at_once([lambda own=own: services.record(entry(Seat(own), f"scan:{own}")) for own in (first, second)])
        assert desk.counter(cast.school_class).participations == 2  # of three
        assert [one.table for one in rebuilding.differences()] == ["counter"]

    @pytest.mark.parametrize("engine_name", ["sqlite"])
    def test_sqlite_turns_a_writer_away(self, at_once, cast: Cast, make_students, monkeypatch):
        ids = [student.id for student in make_students(cast.school_class, 2)]
        both_read = Barrier(2)
        look = ledger.known_facts

        def look_and_wait(sources: Iterable[Source]) -> dict[Source, int]:
            known = look(sources)
            both_read.wait(PATIENCE)
            return known

        monkeypatch.setattr(ledger, "known_facts", look_and_wait)
        work = [lambda own=own: services.record(entry(Seat(own), f"scan:{own}")) for own in ids]
        outcomes = at_once(work, begin=lambda: None)
        assert sum(isinstance(outcome, OperationalError) for outcome in outcomes) == 1
