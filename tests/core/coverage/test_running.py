"""Counts of open surveys: raised in place, closed into one fact per class without a figure moving."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from orientir_testkit.cast import Cast, make_class
from sqlalchemy import select

from orientir.coverage.models import Fact, RunningCount
from orientir.coverage.queries import share_of
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError


def test_it_counts_without_an_entry_in_the_ledger(desk, cast: Cast):
    assert [desk.count(cast.school_class) for _slip in range(3)] == [1, 2, 3]
    counter = desk.counter(cast.school_class, "fair.survey")
    assert (counter.participations, counter.slips, counter.covered) == (3, 3, 3)
    assert db.session.scalar(select(Fact.id)) is None


def test_several_slips_at_once(desk, cast: Cast):
    assert desk.count(cast.school_class, 19) == 19


def test_a_second_wave_may_be_the_same_people_again(desk, cast: Cast):
    desk.count(cast.school_class, 19, "wave:1")
    desk.count(cast.school_class, 7, "wave:2")
    counter = desk.counter(cast.school_class, "fair.survey")
    assert (counter.participations, counter.covered) == (26, 19)


def test_no_figure_moves_when_a_wave_is_closed(desk, cast: Cast):
    desk.count(cast.school_class, 19, "wave:1")
    desk.count(cast.school_class, 7, "wave:2")
    before = share_of("fair.survey", 2025, cast.region.scope)
    assert desk.close("wave:1") == 1
    assert share_of("fair.survey", 2025, cast.region.scope) == before
    assert [row.source for row in db.session.scalars(select(RunningCount))] == ["wave:2"]


def test_closing_writes_one_fact_per_class(desk, cast: Cast):
    desk.count(cast.school_class, 19)
    desk.count(cast.neighbour_class, 4)
    assert desk.close() == 2
    rows = db.session.scalars(select(Fact).order_by(Fact.class_id)).all()
    assert [(fact.class_id, fact.people, fact.evidence, fact.starts_at) for fact in rows] == [
        (cast.school_class.id, 19, "slips", None),
        (cast.neighbour_class.id, 4, "slips", None),
    ]


def test_closing_twice_is_closing_once(desk, cast: Cast):
    desk.count(cast.school_class, 19)
    assert [desk.close(), desk.close()] == [1, 0]
    assert desk.counter(cast.school_class, "fair.survey").participations == 19


def test_a_wave_opened_again_goes_on_where_it_stopped(desk, cast: Cast):
    desk.count(cast.school_class, 19)
    desk.close()
    desk.count(cast.school_class, 3)
    assert desk.counter(cast.school_class, "fair.survey").covered == 22
    assert desk.close() == 1
    counter = desk.counter(cast.school_class, "fair.survey")
    assert (counter.participations, counter.covered) == (22, 22)


def test_a_closed_wave_can_be_reversed_like_any_fact(desk, cast: Cast):
    desk.count(cast.school_class, 19, "wave:1")
    desk.count(cast.school_class, 7, "wave:2")
    desk.close("wave:1")
    desk.reverse(f"wave:1:{cast.school_class.id}")
    counter = desk.counter(cast.school_class, "fair.survey")
    assert (counter.participations, counter.covered) == (7, 7)


def test_a_wave_closed_in_autumn_still_belongs_to_its_year(desk, cast: Cast):
    desk.count(cast.school_class, 19)
    desk.close(on=date(2026, 10, 2))
    assert db.session.scalars(select(Fact.on_date)).one() == date(2026, 8, 31)


def test_the_names_of_waves_do_not_run_together(desk, cast: Cast):
    desk.count(cast.school_class, 5, "wave:1")
    desk.count(cast.school_class, 6, "wave:1:1")
    desk.close("wave:1")
    desk.close("wave:1:1")
    counter = desk.counter(cast.school_class, "fair.survey")
    assert (counter.participations, counter.covered) == (11, 6)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("people", [0, -1, 1.5])
def test_people_are_whole_and_at_least_one(desk, cast: Cast, people):
    with pytest.raises(InvalidInputError):
        desk.count(cast.school_class, people)


def test_only_classes_of_the_survey_count(desk, cast: Cast):
    with pytest.raises(InvalidInputError, match="других классов"):
        desk.count(make_class(cast.school, 8))


def test_a_class_that_is_not_there_is_missing(desk, cast: Cast):
    with pytest.raises(MissingError):
        desk.count(SimpleNamespace(id=404))
