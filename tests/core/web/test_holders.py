"""What a browser holds after a code was typed into it; computers at school are shared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, session

from orientir.config import Config
from orientir.web import holders


@pytest.fixture
def travel() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-05-14T10:00:00Z", tick=False) as clock, _request():
        yield clock


def _request():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="k", ORIENTIR=Config(respondent_idle_minutes=15))
    return app.test_request_context()


def test_an_opened_code_is_held_with_what_its_plugin_wanted(travel):
    holders.hold("slip", "481720936614", {"wave": 3})
    held = holders.holding("slip")
    assert (held.kind, held.digits, held.remembered) == ("slip", "481720936614", {"wave": 3})
    assert holders.holding("card") is None


def test_the_next_student_takes_the_place_of_the_last(travel):
    holders.hold("slip", "1", {"draft": "first"})
    holders.hold("slip", "2", {})
    assert holders.holding("slip").digits == "2"
    assert holders.holding("slip").remembered == {}


def test_kinds_do_not_disturb_each_other(travel):
    holders.hold("slip", "1", {})
    holders.hold("card", "2", {})
    holders.release("slip")
    assert holders.holding("slip") is None
    assert holders.holding("card").digits == "2"


def test_it_ends_after_idle_minutes(travel):
    holders.hold("slip", "1", {})
    travel.shift(timedelta(minutes=15, seconds=1))
    assert holders.holding("slip") is None
    assert "1" not in str(session)


def test_every_visit_prolongs_it(travel):
    holders.hold("slip", "1", {})
    for _ in range(5):
        travel.shift(timedelta(minutes=14))
        assert holders.holding("slip").digits == "1"


def test_releasing_nothing_is_no_mistake(travel):
    holders.release("slip")
    assert holders.holding("slip") is None
