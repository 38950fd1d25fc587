"""Links in letters lead to the address of the settings: a forged Host header never gets into anybody's mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, Cast
from sqlalchemy import select

from orientir.config import Config
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text

SITE = "https://orientir.example.org"
FORGED = {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example"}


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, base_url=SITE)


def letters() -> list[str]:
    db.session.expire_all()
    return [opened_text(one) for one in db.session.scalars(select(OutgoingMail))]


def forget(client: FlaskClient, cast: Cast) -> None:
    client.post("/password", data={"email": cast.teacher.email})


def reset(client: FlaskClient, cast: Cast) -> None:
    client.post(f"/people/{cast.teacher.id}/reset")


def invite(client: FlaskClient, cast: Cast) -> None:
    data = {"emails": "new@example.org", "role": "teacher", "place": f"o{cast.school.id}"}
    client.post("/people/invite", data=data)


def change_address(client: FlaskClient, cast: Cast) -> None:
    client.post("/account/email", data={"email": "other@example.org", "current": PASSWORD})


def hand_over(client: FlaskClient, cast: Cast) -> None:
    data = {"email": "next@example.org", "step": "do"}
    client.post("/people/hand-over", data=data)


def write_by_hand(client: FlaskClient, cast: Cast) -> None:
    sent = {"topic": "Совещание", "text": "В пятницу", "occasion": "a" * 32, "step": "send"}
    client.post("/notices/message", data={**sent, "places": [f"m{cast.municipality.id}"]})


@pytest.fixture
def misled(app: Flask, as_user: Callable[..., FlaskClient], cast: Cast) -> FlaskClient:
    """The coordinator's browser behind somebody who forges where its requests go."""
    known = as_user(cast.coordinator).get_cookie("orientir").value
    client = app.test_client(use_cookies=False)
    client.environ_base |= {**FORGED, "HTTP_COOKIE": f"orientir={known}"}
    return client


@pytest.mark.parametrize("act", [forget, reset, invite, change_address, hand_over, write_by_hand])
def test_whatever_the_request_says_letters_name_the_address_of_the_settings(cast: Cast, misled: FlaskClient, act):
    act(misled, cast)
    written = letters()
    assert written
    assert all(SITE in text for text in written)
    assert all("evil" not in text for text in written)
