"""`orientir region switch`: options of questionnaires that hang on the region."""

from __future__ import annotations

from click.testing import CliRunner, Result
from flask import Flask
from orientir_testkit.cast import Cast

from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.organisations.cli import region


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(region, words, obj=lambda: app)


def test_a_switch_goes_on_and_off_and_is_written_down(app: Flask, cast: Cast) -> None:
    assert run(app, "switch", "two_exams", "on").exit_code == 0
    db.session.rollback()
    assert cast.region.settings["two_exams"] is True
    assert "выключено" in run(app, "switch", "two_exams", "off").output
    db.session.rollback()
    assert cast.region.settings["two_exams"] is False
    assert [entry.details["value"] for entry in db.session.query(AuditEntry).filter_by(action="region.setting")] == [
        True,
        False,
    ]


def test_an_unknown_switch_is_refused_with_those_there_are(app: Flask, cast: Cast) -> None:
    refusal = run(app, "switch", "three_exams", "on").exception
    assert isinstance(refusal, InvalidInputError)
    assert "two_exams" in str(refusal)


def test_without_a_region_it_says_what_to_do_first(app: Flask) -> None:
    assert "orientir init" in str(run(app, "switch", "two_exams", "on").exception)
