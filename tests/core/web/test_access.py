"""Who may open a page: declared by every endpoint, found missing at start, checked before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

from orientir import app as roof
from orientir.accounts.roles import CLASSES_EDIT, ORGANISATIONS_EDIT
from orientir.app import create_app
from orientir.codes.services import issue, withdraw
from orientir.config import Config
from orientir.contracts import CodeDestination, CodeKind, Manifest
from orientir.db import db
from orientir.errors import ConfigError
from orientir.hookspecs import hookimpl
from orientir.organisations.models import Organisation
from orientir.web import holders
from orientir.web.access import code_holder, public, requires, rule_of, serves_files, signed_in

AsUser = Callable[..., FlaskClient]


def branch_of(arguments: Any):
    school = db.session.get(Organisation, arguments["school"])
    return school.scope if school else None


def make_rooms() -> Blueprint:
    """Return pages with one rule each."""
    rooms = Blueprint("rooms", __name__, url_prefix="/rooms")
    pages: dict[str, tuple[str, Any]] = {
        "open": ("/open", public),
        "inner": ("/inner", signed_in),
        "edit": ("/edit/<int:school>", requires(CLASSES_EDIT, branch_of)),
        "rename": ("/rename/<int:school>", requires(ORGANISATIONS_EDIT, branch_of)),
        "anywhere": ("/anywhere", requires(ORGANISATIONS_EDIT)),
        "seat": ("/seat", code_holder("seat")),
    }
    for name, (rule, declare) in pages.items():
        view = declare(lambda **_arguments: "in")
        rooms.add_url_rule(rule, name, view, methods=["GET", "POST"])
    return rooms


@pytest.fixture
def plugins() -> dict[str, object]:
    module = ModuleType("rooms")

    def orientir_manifest():
        return Manifest("rooms", "Комнаты", package="rooms", blueprints=(make_rooms(),),
                        code_kinds=(CodeKind("seat", "место"),))  # fmt: skip

    def orientir_open_code(code):
        return CodeDestination("/rooms/seat", {"owner": code.owner}) if code.owner != "dead" else None

    module.orientir_manifest = hookimpl(orientir_manifest)
    module.orientir_open_code = hookimpl(orientir_open_code)
    return {"rooms": module}


def test_everybody_sees_a_public_page(client: FlaskClient):
    assert client.get("/rooms/open").text == "in"


class TestNobody:
    @pytest.mark.parametrize("path", ["/rooms/inner", "/rooms/edit/1", "/rooms/anywhere"])
    def test_is_asked_to_sign_in_and_comes_back(self, client: FlaskClient, path: str):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.location == f"/login?next={path}"

    def test_comes_back_to_the_same_question(self, client: FlaskClient):
        assert client.get("/rooms/inner?year=2025&q=школа").location.startswith(
            "/login?next=/rooms/inner?year%3D2025%26q%3D"
        )

    def test_does_not_come_back_to_a_form_that_was_sent(self, client: FlaskClient):
        assert client.post("/rooms/inner").location == "/login"

    def test_is_not_told_whether_an_object_exists(self, client: FlaskClient, cast: Cast):
        there, missing = (client.get(f"/rooms/edit/{number}") for number in (cast.school.id, 987))
        assert there.status_code == missing.status_code == 302


class TestSignedIn:
    def test_an_own_object_with_the_right(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.teacher).get(f"/rooms/edit/{cast.school.id}").text == "in"

    def test_an_own_object_without_the_right_is_403(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.teacher).get(f"/rooms/rename/{cast.school.id}").status_code == 403
        assert as_user(cast.observer).get(f"/rooms/edit/{cast.school.id}").status_code == 403
        assert as_user(cast.teacher).get("/rooms/anywhere").status_code == 403

    def test_a_foreign_object_looks_like_one_that_is_missing(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        foreign = client.get(f"/rooms/edit/{cast.neighbour_school.id}")
        missing = client.get("/rooms/edit/987")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.text == missing.text

    def test_a_wider_branch_covers_what_lies_in_it(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.coordinator).get(f"/rooms/rename/{cast.school.id}").text == "in"
        assert as_user(cast.operator).get(f"/rooms/rename/{cast.neighbour_school.id}").text == "in"
        assert as_user(cast.coordinator).get(f"/rooms/rename/{cast.neighbour_school.id}").status_code == 404

    def test_somewhere_is_enough_where_no_object_is_named(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.coordinator).get("/rooms/anywhere").text == "in"
        assert as_user(cast.observer).get("/rooms/anywhere").status_code == 403


class TestCodeHolder:
    @pytest.fixture
    def code(self, app: Flask) -> str:
        digits = issue("seat", ["7"])["7"]
        db.session.commit()
        return digits

    def test_without_a_code_the_front_page_asks_for_it(self, client: FlaskClient):
        assert client.get("/rooms/seat").location == "/?again=seat"

    def test_the_code_opens_the_page_and_leaves_the_address(self, client: FlaskClient, code: str):
        opened = client.post("/code", data={"code": code})
        assert (opened.status_code, opened.location) == (303, "/rooms/seat")
        assert client.get("/rooms/seat").text == "in"

    def test_a_qr_code_leads_there_too(self, client: FlaskClient, code: str):
        followed = client.get(f"/k/{code}")
        assert (followed.status_code, followed.location) == (303, "/rooms/seat")
        assert client.get("/rooms/seat").text == "in"

    def test_its_plugin_may_refuse_it(self, client: FlaskClient):
        dead = issue("seat", ["dead"])["dead"]
        assert client.post("/code", data={"code": dead}).status_code == 400
        assert client.get("/rooms/seat").status_code == 302

    def test_a_withdrawn_code_opens_nothing(self, client: FlaskClient, code: str):
        withdraw("seat", ["7"])
        assert client.post("/code", data={"code": code}).status_code == 400

    def test_signing_in_is_no_code(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.operator).get("/rooms/seat").location == "/?again=seat"


class TestUndeclared:
    def test_an_endpoint_of_the_platform_stops_the_start(self, config: Config, monkeypatch: pytest.MonkeyPatch):
        bare = Blueprint("bare", __name__)
        bare.add_url_rule("/bare", "page", lambda: "in")
        monkeypatch.setattr(roof, "PLATFORM_PAGES", (*roof.PLATFORM_PAGES, bare))
        with pytest.raises(ConfigError, match=r"bare\.page"):
            create_app(config)

    def test_a_page_that_is_merely_called_static_needs_a_rule(self, config: Config, monkeypatch: pytest.MonkeyPatch):
        bare = Blueprint("bare", __name__)
        bare.add_url_rule("/bare", "static", lambda: "in")
        monkeypatch.setattr(roof, "PLATFORM_PAGES", (*roof.PLATFORM_PAGES, bare))
        with pytest.raises(ConfigError, match=r"bare\.static"):
            create_app(config)

    def test_every_rule_can_be_told_in_words(self, app: Flask):
        told = {endpoint: rule_of(view).describe() for endpoint, view in app.view_functions.items()
                if not serves_files(app, endpoint)}  # fmt: skip
        assert all(told.values())
        assert told["rooms.edit"] == "classes.edit on the object"
        assert told["rooms.seat"] == "holder of a code «seat»"


@pytest.mark.usefixtures("cast")
class TestReturnAddress:
    """After signing in one comes back to a page of ours, whatever the address said."""

    def test_somebody_signed_in_already(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        assert client.get("/login", query_string={"next": "/rooms/inner"}).location == "/rooms/inner"
        for evil in ("//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example"):
            assert client.get("/login", query_string={"next": evil}).location == "/", evil


def test_a_held_code_is_forgotten_when_it_rested_too_long(client: FlaskClient, config: Config, school_day):
    with client.session_transaction() as kept:
        kept[holders.KEY] = {"seat": {"digits": "1", "remembered": {}, "seen": 0}}
    assert client.get("/rooms/seat").status_code == 302
    with client.session_transaction() as kept:
        assert kept[holders.KEY] == {}


def test_rules_are_checked_for_every_method(client: FlaskClient):
    for method in ("HEAD", "POST", "OPTIONS"):
        assert client.open("/rooms/inner", method=method).status_code == 302, method
