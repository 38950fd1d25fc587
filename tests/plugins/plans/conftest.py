"""An open wave in the cast's region and slips for the cast's class."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from werkzeug.test import TestResponse

from orientir.db import db
from orientir.questionnaires import Draft, document_at, load_draft, save_draft
from orientir_plans.demo_answers import made_up_answers
from orientir_plans.models import Wave
from orientir_plans.queries import unused_slips
from orientir_plans.services import WavePlan, add_wave, codes_of, issue_slips, open_wave
from orientir_plans.versions import current_version


@pytest.fixture
def wave(cast: Cast) -> Wave:
    plan = WavePlan(date(2026, 5, 4), date(2026, 5, 22))
    made = add_wave(cast.region, current_version(), plan, actor=None)
    open_wave(made, actor=None)
    db.session.commit()
    return made


@pytest.fixture
def codes(cast: Cast, wave: Wave) -> list[str]:
    """The digits of the 27 slips of the cast's class."""
    issue_slips(wave, cast.school_class, actor=cast.teacher.id)
    db.session.commit()
    return codes_of(unused_slips(wave, cast.school_class.id))


@pytest.fixture
def complete_answers(wave: Wave) -> dict[str, Any]:
    """Answers a ninth-grader could send."""
    return made_up_answers(document_at(wave.version_id), random.Random(38))[9][0]


@pytest.fixture
def ready(wave: Wave, complete_answers: dict[str, Any]) -> Callable[[str], Draft]:
    """Return the draft of a code, filled in to the end and saved."""

    def fill(code: str) -> Draft:
        draft = Draft(answers=complete_answers)
        save_draft(code, draft, expires_on=wave.closes_on)
        db.session.commit()
        return draft

    return fill


@dataclass(frozen=True)
class Student:
    """Somebody who typed a code into the one field of this browser and pressed «Начать»."""

    browser: FlaskClient
    code: str

    def turn(self, section: str, wish: str = "next", **answers: str) -> TestResponse:
        """Post a page as it was drawn for this student's own draft."""
        draft = load_draft(self.code)
        send_id = draft.send_id if draft else ""
        return self.browser.post(f"/s/{section}", data={**answers, "turn": wish, "send_id": send_id})

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path)


@pytest.fixture
def seated(client: FlaskClient) -> Callable[..., Student]:
    """Return a student who sat down with a code, at the given browser or at the only one."""

    def sit_down(code: str, browser: FlaskClient = client) -> Student:
        assert browser.post("/code", data={"code": code}).status_code == 303
        assert browser.post("/s/").status_code == 303
        return Student(browser, code)

    return sit_down


@pytest.fixture
def opened(client: FlaskClient) -> Callable[[str], FlaskClient]:
    """Return a client that typed the code into the one field."""

    def open_code(code: str) -> FlaskClient:
        answer = client.post("/code", data={"code": code})
        assert answer.status_code == 303, answer.text
        return client

    return open_code
