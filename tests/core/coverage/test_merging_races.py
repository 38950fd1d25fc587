"""A fact and a merging at one moment: whoever comes second sees what the first has done."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_class, make_school
from orientir_testkit.races import PATIENCE, wait_for_rival

from orientir.coverage import counters, homes, rebuilding, services
from orientir.coverage.evidence import ClassHome, Entry, LevelHome, Party, Source
from orientir.coverage.levels import Level
from orientir.coverage.queries import share_of
from orientir.db import begin_writing, db
from orientir.organisations.models import Organisation
from orientir.prepared import Asking
from orientir.reorganisation.services import merge_double


@pytest.fixture
def race(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, desk, at_hour) -> Callable[[Any], list[object]]:
    """Record something, stop between reading its home and holding its counter, merge meanwhile; return what failed."""

    def run(home: Any, double_id: int) -> list[object]:
        has_read, is_merged, failures = Event(), Event(), []
        real, school_id = counters.hold, cast.school.id

        def slow(*arguments: Any) -> Any:
            has_read.set()
            wait_for_rival(is_merged.is_set)
            return real(*arguments)

        def record() -> None:
            with app.app_context():
                try:
                    begin_writing()
                    party = Party(15, at_hour(9), at_hour(10))
                    services.record(Entry("fair.trial", 2025, at_hour(9).date(), party, Source("fair", "late"), home))
                    db.session.commit()
                except Exception as error:
                    failures.append(error)

        db.session.commit()
        monkeypatch.setattr(counters, "hold", slow)
        writer = Thread(target=record)
        writer.start()
        assert has_read.wait(PATIENCE)
        monkeypatch.setattr(counters, "hold", real)
        begin_writing()
        double, school = db.session.get_one(Organisation, double_id), db.session.get_one(Organisation, school_id)
        merge_double(double, school, actor=None)
        db.session.commit()
        is_merged.set()
        writer.join(PATIENCE)
        db.session.expire_all()
        return failures

    return run


@pytest.mark.parametrize("what", ["class", "twin", "level"])
def test_a_fact_told_during_a_merging_counts_at_the_school(race, cast: Cast, what: str):
    double = make_school(cast.municipality, "Школа № 3 ещё раз")
    eleven, twin = make_class(double, 11, total=20), make_class(double, 9, total=27)
    home = {"class": ClassHome(eleven.id), "twin": ClassHome(twin.id), "level": LevelHome(double.id, Level.BASIC)}[what]
    assert race(home, double.id) == []
    assert rebuilding.differences() == []
    share = share_of("fair.trial", 2025, cast.school.scope)
    assert (share.covered, share.base, share.participations) == (15, 47, 15)


@pytest.mark.parametrize("engine_name", ["postgresql"])  # on SQLite a writer is alone whatever we do
def test_without_the_guard_the_figures_would_stay_behind(race, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """The negative control: the class is read without being kept."""
    monkeypatch.setattr(homes, "KEEPING_CLASS", Asking(homes.Living, homes.OF_CLASS))
    double = make_school(cast.municipality, "Школа № 3 ещё раз")
    eleven = make_class(double, 11, total=20)
    assert race(ClassHome(eleven.id), double.id) == []
    assert rebuilding.differences() != []
