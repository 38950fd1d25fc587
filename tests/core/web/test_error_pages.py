"""Refusals and failures are pages in words; they ask the database nothing and tell no stranger how we are built."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType

import pytest
from flask import Blueprint, Flask, abort, request
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from orientir.app import create_app
from orientir.config import Config
from orientir.contracts import Manifest
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError, NotAllowedError, TooManyAttemptsError
from orientir.hookspecs import hookimpl
from orientir.organisations.models import Region
from orientir.web.access import public
from orientir.web.error_pages import TITLES


def collide() -> None:
    raise IntegrityError("INSERT INTO secret_table", {}, Exception("UNIQUE constraint failed"))


def fail() -> None:
    raise RuntimeError("secret detail")


def write() -> None:
    make_region()
    raise RuntimeError("secret detail")


class DeadlockError(Exception):
    sqlstate = "40P01"


def give_way() -> None:
    raise OperationalError("UPDATE secret_table", {}, DeadlockError("deadlock detected"))


def wait_too_long() -> None:
    raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))


def refuse(error: Exception) -> Callable[[], None]:
    def view() -> None:
        raise error

    return view


VIEWS: dict[str, tuple[int, Callable[[], object]]] = {
    "input": (400, refuse(InvalidInputError("Число слишком большое."))),
    "right": (403, refuse(NotAllowedError())),
    "missing": (404, refuse(MissingError())),
    "conflict": (409, refuse(ConflictError())),
    "constraint": (409, collide),
    "deadlock": (409, give_way),
    "locked": (409, wait_too_long),
    "spent": (429, refuse(TooManyAttemptsError())),
    "failure": (500, fail),
    "teapot": (418, lambda: abort(418)),
    "unavailable": (503, lambda: abort(503)),
    "size": (200, lambda: str(len(request.form))),
    "lookup": (200, lambda: str(db.session.scalar(text("SELECT :typed"), {"typed": request.form["typed"]}))),
    "write": (500, write),
}


def probe() -> ModuleType:
    """Return a plugin with a page for each way to fail."""
    pages = Blueprint("probe", __name__, url_prefix="/probe")
    for name, (_status, view) in VIEWS.items():
        pages.add_url_rule(f"/{name}", name, public(view), methods=["GET", "POST"])
    module = ModuleType("probe")
    module.orientir_manifest = hookimpl(lambda: Manifest("probe", "Проба", package="probe", blueprints=(pages,)))
    return module


# A lambda carries one rule; every application gets the same pages.
PROBE = probe()


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"probe": PROBE}


@pytest.fixture
def broken(tmp_path) -> Iterator[FlaskClient]:
    """Return a client of an application whose database cannot be opened."""
    config = Config(env="testing", database_url=f"sqlite:///{tmp_path}/no/such/folder/file", data_dir=tmp_path)
    app = create_app(config, plugins={"probe": PROBE})
    app.config.update(WTF_CSRF_ENABLED=False)
    return app.test_client()


def assert_is_in_words(answer, status: int) -> None:
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    page = answer.text
    assert str(TITLES.get(status, TITLES[500 if status >= 500 else 400])) in page
    assert f"Ошибка {status}" in page
    assert 'href="/"' in page
    for leak in ("Traceback", "secret", "INSERT", "sqlalchemy", "Werkzeug", ".py"):
        assert leak not in page, leak


@pytest.mark.parametrize("name", [name for name, (status, _view) in VIEWS.items() if status >= 400])
def test_every_refusal_stands_without_a_database(broken: FlaskClient, name: str):
    assert_is_in_words(broken.get(f"/probe/{name}"), VIEWS[name][0])


def test_a_message_for_this_very_case_is_shown(broken: FlaskClient):
    assert "Число слишком большое." in broken.get("/probe/input").text


def test_an_unknown_address_is_404(broken: FlaskClient):
    assert_is_in_words(broken.get("/nowhere"), 404)
    assert_is_in_words(broken.post("/nowhere"), 404)


def test_another_method_is_405_and_says_which_are_allowed(broken: FlaskClient):
    answer = broken.delete("/healthz")
    assert_is_in_words(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/", "/help", "/organisations", "/code"])
def test_a_database_that_is_away_is_a_failure_in_words(broken: FlaskClient, path: str):
    with broken.session_transaction() as kept:
        kept.update({"_user_id": "1:stamp:session", "_fresh": True, "seen": 9e12})
    assert_is_in_words(broken.post(path) if path == "/code" else broken.get(path), 500)


def test_health_tells_that_the_database_is_away(broken: FlaskClient):
    answer = broken.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == {"ok": False, "detail": ""}
    assert "folder" not in answer.text


def test_a_failure_is_logged_with_its_reason(broken: FlaskClient, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR, logger="orientir.errors"):
        broken.get("/probe/failure")
    assert "secret detail" in caplog.text
    assert "probe.failure" in caplog.text


def test_a_value_no_column_can_hold_is_bad_input(client: FlaskClient, engine_name: str):
    answer = client.post("/probe/lookup", data={"typed": "a\0b"})
    assert answer.status_code == {"sqlite": 200, "postgresql": 400}[engine_name]


class TestNumbersInAddresses:
    @pytest.mark.parametrize("number", ["2147483648", "9" * 20, "9" * 5000, "-1", "0x10", "١٢", "1.0"])
    def test_what_cannot_be_the_number_of_a_row_is_404(self, broken: FlaskClient, number: str):
        assert_is_in_words(broken.get(f"/organisations/{number}"), 404)

    def test_the_largest_number_of_a_row_is_asked_for(self, as_user, cast: Cast):
        assert as_user(cast.operator).get("/organisations/2147483647").status_code == 404


class TestForgedPosts:
    @pytest.fixture
    def client(self, app: Flask) -> FlaskClient:
        app.config.update(WTF_CSRF_ENABLED=True)
        return app.test_client()

    @pytest.mark.parametrize("token", [None, "", "forged", "\0", "я" * 1000])
    def test_a_post_without_our_token_is_400_with_advice(self, client: FlaskClient, token: str | None):
        answer = client.post("/login", data={"csrf_token": token} if token is not None else {})
        assert_is_in_words(answer, 400)
        assert "обновите страницу" in answer.text

    def test_every_form_that_changes_something_asks_for_it(self, client: FlaskClient, app: Flask):
        paths = {
            rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and "<" not in rule.rule
        }
        assert {"/login", "/logout", "/code", "/view"} <= paths
        assert {path: client.post(path).status_code for path in paths} == dict.fromkeys(paths, 400)


class TestSize:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, max_request_kilobytes=2048)

    @pytest.mark.parametrize("path", ["/login", "/code", "/view", "/probe/size"])
    def test_three_megabytes_are_413(self, client: FlaskClient, path: str):
        assert_is_in_words(client.post(path, data={"note": "x" * 3 * 2**20}), 413)

    def test_one_megabyte_is_only_a_long_text(self, client: FlaskClient):
        assert client.post("/probe/size", data={"note": "x" * 2**20}).text == "1"

    def test_too_many_fields_are_413(self, client: FlaskClient):
        answer = client.post("/probe/size", data={"a": ["x"] * 2100}, content_type="multipart/form-data")
        assert_is_in_words(answer, 413)


def test_what_a_failed_request_wrote_is_undone(client: FlaskClient):
    """The refusal rolls back before it answers, so nothing half-written can be committed after it."""
    assert client.post("/probe/write").status_code == 500
    assert db.session.scalars(select(Region)).all() == []
