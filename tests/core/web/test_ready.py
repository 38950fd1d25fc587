"""Answers that lie ready: public ones alone, without a session, told and protected as all others are."""

from __future__ import annotations

import logging

import pytest
from flask import Blueprint, Response, session
from flask.testing import FlaskClient
from orientir_testkit.plugins import make_plugin

from orientir.logs import ACCESS
from orientir.web.access import public, signed_in
from orientir.web.ready import answered_by


def pages() -> Blueprint:
    blueprint = Blueprint("lying", __name__, url_prefix="/lying")

    @blueprint.get("/<name>")
    @public
    @answered_by(lambda name: Response(f"ready {name}") if name != "new" else None)
    def lies(name: str) -> str:
        session["seen"] = name
        return f"made {name}"

    @blueprint.get("/own/<name>")
    @signed_in
    @answered_by(lambda name: Response(f"ready {name}"))
    def own(name: str) -> str:
        return f"own {name}"

    return blueprint


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"lying": make_plugin("lying", brings={"blueprints": (pages(),)})}


def test_what_lies_ready_is_given_and_the_rest_is_made(client: FlaskClient):
    assert client.get("/lying/old").text == "ready old"
    made = client.get("/lying/new")
    assert made.text == "made new"
    assert "Set-Cookie" in made.headers


def test_it_is_protected_and_told_like_every_answer(client: FlaskClient, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, ACCESS)
    ready, made = client.get("/lying/old"), client.get("/lying/new")
    own = {"Content-Length", "Set-Cookie", "Vary", "X-Request-ID"}
    assert {name: value for name, value in ready.headers if name not in own} == {
        name: value for name, value in made.headers if name not in own
    }
    assert len(ready.headers["X-Request-ID"]) == 12
    told = [record.fields["endpoint"] for record in caplog.records if record.name == ACCESS]
    assert told == ["lying.lies"] * 2


def test_what_is_not_public_is_never_given_so(client: FlaskClient):
    assert client.get("/lying/own/old").status_code == 302


def test_other_methods_are_refused_as_everywhere(client: FlaskClient):
    assert client.post("/lying/old").status_code in (400, 405)
    assert client.head("/lying/old").data == b""
