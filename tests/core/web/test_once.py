"""A form posted twice has one effect and one answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import func, select

from orientir.accounts.models import User
from orientir.db import begin_writing, db
from orientir.organisations.models import Organisation
from orientir.web.models import PostedForm
from orientir.web.once import purge_posted_forms

SignedInAs = Callable[[User], FlaskClient]
NAME = re.compile(r'name="once" value="([0-9a-f]{32})"')


def form_of(cast: Cast, browser: FlaskClient) -> dict[str, str]:
    """The form of a new organisation, filled in as it was drawn."""
    drawn = NAME.search(browser.get("/organisations/new").text)
    assert drawn
    return {"municipality_id": str(cast.municipality.id), "kind": "college", "name": "Техникум", "once": drawn[1]}


def colleges() -> int:
    return db.session.scalar(select(func.count(Organisation.id)).where(Organisation.kind == "college")) or 0


def test_a_repeat_is_led_where_the_first_was(cast: Cast, as_user: SignedInAs) -> None:
    browser = as_user(cast.coordinator)
    form = form_of(cast, browser)
    first = browser.post("/organisations/new", data=form)
    again = browser.post("/organisations/new", data=form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert colleges() == 1


def test_a_refused_form_may_be_corrected_and_sent_again(cast: Cast, as_user: SignedInAs) -> None:
    browser = as_user(cast.coordinator)
    form = form_of(cast, browser)
    assert browser.post("/organisations/new", data={**form, "name": ""}).status_code == 400
    assert browser.post("/organisations/new", data=form).status_code == 303
    assert colleges() == 1


def test_the_name_of_one_person_means_nothing_to_another(cast: Cast, as_user: SignedInAs) -> None:
    form = form_of(cast, as_user(cast.coordinator))
    as_user(cast.coordinator).post("/organisations/new", data=form)
    other = as_user(cast.operator).post("/organisations/new", data={**form, "name": "Другой техникум"})
    assert other.status_code == 303
    assert colleges() == 2


def test_posts_at_one_moment_have_one_effect(app: Flask, cast: Cast, as_user: SignedInAs) -> None:
    browser = as_user(cast.coordinator)
    form = form_of(cast, browser)
    browsers = [as_user(cast.coordinator) for _ in range(4)]
    gate = threading.Barrier(len(browsers))
    answers: list[tuple[int, str]] = []

    def post(one: FlaskClient) -> None:
        with app.app_context():
            gate.wait()
            answer = one.post("/organisations/new", data=form)
            answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=post, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert re.search(r"/organisations/[0-9]+$", answers[0][1])
    assert colleges() == 1


def test_a_students_page_carries_no_name(client: FlaskClient, cast: Cast) -> None:
    assert not NAME.search(client.get("/").text)


def test_names_of_earlier_days_are_forgotten(cast: Cast, as_user: SignedInAs) -> None:
    browser = as_user(cast.coordinator)
    browser.post("/organisations/new", data=form_of(cast, browser))
    begin_writing()
    assert purge_posted_forms(date(2026, 5, 14)) == 0
    assert purge_posted_forms(date(2026, 5, 14) + timedelta(days=1)) == 1
    assert not db.session.scalars(select(PostedForm)).all()


@pytest.mark.parametrize("name", ["", "x", "\x00", "я" * 5000])
def test_a_strange_name_does_no_harm(cast: Cast, as_user: SignedInAs, name: str) -> None:
    browser = as_user(cast.coordinator)
    assert browser.post("/organisations/new", data={**form_of(cast, browser), "once": name}).status_code == 303
