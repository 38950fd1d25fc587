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


def test_a_code_of_another_kind_lets_go_of_whoever_sat_here_before(travel):
    holders.hold("card", "2", {}, person="student:12")
    holders.hold("slip", "1", {})
    assert holders.holding("card") is None
    holders.hold("card", "2", {}, person="student:12")
    assert holders.holding("slip") is None
    assert "slip" not in str(session)


def test_codes_of_one_person_stay_together(travel):
    holders.hold("card", "2", {}, person="student:12")
    holders.hold("ticket", "3", {}, person="student:12")
    assert holders.holding("card").digits == "2"
    holders.hold("ticket", "4", {}, person="student:13")
    assert holders.holding("card") is None


def test_two_who_are_unknown_are_never_taken_for_one(travel):
    holders.hold("slip", "1", {})
    holders.hold("ticket", "3", {})
    assert holders.holding("slip") is None


def test_the_code_of_a_door_is_nobodys_and_stays(travel):
    holders.hold("door", "9", {}, person=None)
    holders.hold("card", "2", {}, person="student:12")
    holders.hold("slip", "1", {})
    assert holders.holding("door").digits == "9"
    holders.hold("door", "8", {}, person=None)
    assert holders.holding("slip").digits == "1"


def test_a_session_of_an_older_version_counts_as_somebody_unknown(travel):
    session[holders.KEY] = {"slip": {"digits": "1", "remembered": {}, "seen": 0}}
    holders.hold("card", "2", {}, person="student:12")
    assert set(session[holders.KEY]) == {"card"}


def test_one_kind_is_released_and_the_other_stays(travel):
    holders.hold("card", "2", {}, person="student:12")
    holders.hold("ticket", "3", {}, person="student:12")
    holders.release("ticket")
    assert holders.holding("ticket") is None
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
