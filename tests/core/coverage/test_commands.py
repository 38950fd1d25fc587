"""`orientir coverage verify` and `rebuild`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from orientir_testkit.cast import Cast
from sqlalchemy import delete, select, update

from orientir.contracts import ClassMeasure
from orientir.coverage import rebuilding
from orientir.coverage.cli import coverage
from orientir.coverage.models import Counter, RunningCount, Total
from orientir.coverage.queries import share_of
from orientir.db import db


@pytest.fixture
def run(app: Flask):
    """Run a command on the application in hand."""

    def invoke(*words: str) -> Result:
        db.session.commit()
        return CliRunner().invoke(coverage, words, obj=lambda: app)

    return invoke


@pytest.fixture
def busy(cast: Cast, desk, measured, make_students) -> Cast:
    """A region where all kinds of things happened, some of them undone."""
    for student in make_students(cast.school_class, 3):
        desk.seat(student, source=f"scan:{student.number}")
    desk.reverse("scan:2")
    desk.party(cast.school_class, 12)
    desk.party(cast.neighbour_class, 8, source="undone")
    desk.reverse("undone")
    desk.count(cast.school_class, 19, "wave:1")
    desk.close("wave:1")
    desk.count(cast.school_class, 7, "wave:2")
    measured.append(ClassMeasure("fair.survey", 2025, cast.school_class.id, "wave:2", 7))
    return cast


def test_kept_figures_agree_with_the_ledger(busy: Cast, run):
    result = run("verify")
    assert result.exit_code == 0
    assert result.output == "Счётчики совпадают с журналом.\n"


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (update(Counter).values(seats=Counter.seats + 1), "counter"),
        (update(Total).values(participations=Total.participations + 1), "total"),
        (update(RunningCount).values(people=6), "running"),
        (delete(Counter), "counter"),
        (delete(Total), "total"),
        (delete(RunningCount), "running"),
    ],
)
def test_a_wrong_figure_is_named_and_made_right(busy: Cast, run, damage, told: str):
    before = share_of("fair.survey", 2025, busy.region.scope)
    db.session.execute(damage)
    result = run("verify")
    assert result.exit_code == 1
    assert f"{told} fair." in result.output
    assert "по журналу" in result.output
    assert run("rebuild").exit_code == 0
    assert run("verify").exit_code == 0
    assert share_of("fair.survey", 2025, busy.region.scope) == before


def test_the_plugins_table_is_the_evidence_for_open_waves(busy: Cast, run, measured):
    measured[0] = ClassMeasure("fair.survey", 2025, busy.school_class.id, "wave:2", 9)
    result = run("verify")
    assert "хранится (7,), по журналу (9,)" in result.output
    run("rebuild")
    assert db.session.scalars(select(RunningCount.people)).one() == 9


def test_running_counts_of_a_plugin_that_is_off_are_kept(busy: Cast, run):
    db.session.add(RunningCount(activity="gone.poll", period=2025, class_id=busy.school_class.id, source="w", people=4))
    run("rebuild")
    kept = db.session.scalars(select(RunningCount.people).where(RunningCount.activity == "gone.poll"))
    assert kept.one() == 4
    assert rebuilding.differences() == []


def test_an_empty_region_has_nothing_to_differ(app: Flask, run):
    assert run("verify").exit_code == 0
    assert run("rebuild").exit_code == 0


def test_misuse_ends_with_two(app: Flask, run):
    assert run("repair").exit_code == 2
