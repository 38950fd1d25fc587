"""`/healthz` tells what is behind without taking the pages away from people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import SCHOOL_DAY, Cast
from sqlalchemy import select

from orientir import clock
from orientir.audit.sealing import seal
from orientir.config import Config
from orientir.db import db
from orientir.jobs import services as jobs
from orientir.jobs.services import note_run
from orientir.mail import services as mail
from orientir.mail.models import MailState, OutgoingMail


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, plugins=())


@pytest.fixture
def school_clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SCHOOL_DAY, tick=False) as traveller:
        yield traveller


def _ask(client: FlaskClient) -> tuple[str, list[str]]:
    """Return the status, and the checks that are not in order."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    return answer.json["status"], [name for name, check in answer.json["checks"].items() if not check["ok"]]


def test_a_new_installation_is_in_order(client: FlaskClient, cast: Cast):
    assert _ask(client) == ("ok", [])


def test_a_long_task_that_has_just_ended_is_a_sign_of_life(client: FlaskClient, cast: Cast):
    note_run("platform.mail", clock.now() - timedelta(minutes=20), "")
    db.session.commit()
    assert _ask(client) == ("ok", [])


@pytest.mark.parametrize("has_run", [True, False])
def test_a_runner_that_fell_silent_or_leaves_jobs_waiting_is_told(
    app: Flask, client: FlaskClient, cast: Cast, has_run: bool, school_clock
):
    if has_run:
        note_run("platform.mail", clock.now(), "")
    else:
        jobs.start("x.y", {}, title="Список", actor=None, region_id=cast.region.id)
    seal()
    db.session.commit()
    school_clock.move_to(SCHOOL_DAY + timedelta(minutes=30))
    assert _ask(client) == ("behind", ["jobs"])


def test_acts_that_wait_for_their_seal_and_letters_that_do_not_leave_are_told(
    client: FlaskClient, cast: Cast, school_clock
):
    mail.post("x@example.org", "Письмо", "", kind="x.y", region_id=cast.region.id)
    db.session.scalars(select(OutgoingMail)).one().state = MailState.WAITING
    db.session.commit()
    assert _ask(client) == ("ok", [])
    school_clock.move_to(SCHOOL_DAY + timedelta(hours=2))
    assert _ask(client) == ("behind", ["audit", "mail"])
    seal()
    assert _ask(client) == ("behind", ["mail"])


def test_it_says_nothing_of_anybody(client: FlaskClient, cast: Cast):
    page = client.get("/healthz").text
    assert "@" not in page
    assert cast.teacher.name not in page
