"""Plugins that break at start or in the middle of a page: they lose their place, the platform keeps its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin

from orientir import plugins as module
from orientir.accounts.viewers import Nobody
from orientir.app import create_app
from orientir.config import Config
from orientir.contracts import (
    Activity,
    CalendarEntry,
    CalendarFilter,
    CardPage,
    CodeKind,
    HomePanel,
    Manifest,
    MenuLink,
)
from orientir.errors import PluginError
from orientir.plugins import current_plugins
from orientir.web.access import public

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


def pages(name: str, *paths: str) -> Blueprint:
    """Return a blueprint with public pages under `paths`."""
    made = Blueprint(name, __name__)
    for number, path in enumerate(paths):
        made.add_url_rule(path, f"page{number}", public(lambda: "in"))
    return made


@pytest.fixture
def start(config: Config, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """Start the platform with these plugins installed and switched on, in order."""

    def started(*names: str, **installed: Callable[[], object]) -> Flask:
        points = {name: SimpleNamespace(load=load) for name, load in installed.items()}
        monkeypatch.setattr(module, "installed", lambda: points)
        return create_app(replace(config, plugins=names or tuple(points)))

    return started


def left_out(app: Flask) -> dict[str, str]:
    assert app.test_client().get("/help").status_code == 200
    failures: dict[str, str] = app.extensions["orientir.plugins"].failures
    return failures


class TestAtStart:
    def test_one_that_cannot_be_imported_is_left_out_with_the_reason(self, start, caplog: pytest.LogCaptureFixture):
        def load() -> object:
            raise ImportError("no module named numpy")

        with caplog.at_level(logging.ERROR):
            app = start(broken=load, whole=lambda: make_plugin("whole"))
        assert left_out(app) == {"broken": "ImportError: no module named numpy"}
        assert list(app.extensions["orientir.plugins"].manifests) == ["whole"]
        assert "plugin broken is left out" in caplog.text
        assert "Traceback" in caplog.text

    def test_one_named_twice_is_loaded_once(self, start):
        app = start("whole", "whole", whole=lambda: make_plugin("whole"))
        assert left_out(app) == {}
        assert list(app.extensions["orientir.plugins"].manifests) == ["whole"]

    def test_of_two_that_claim_one_kind_of_code_the_first_keeps_it(self, start):
        brings = {"code_kinds": (CodeKind("voucher", "талон"),)}
        app = start(
            first=lambda: make_plugin("first", brings=brings), second=lambda: make_plugin("second", brings=brings)
        )
        assert "voucher" in left_out(app)["second"]
        assert list(app.extensions["orientir.plugins"].manifests) == ["first"]

    def test_a_manifest_that_raises_costs_the_plugin_its_place(self, start):
        def orientir_manifest() -> Manifest:
            raise ZeroDivisionError("by zero")

        assert "by zero" in left_out(start(odd=lambda: make_plugin("odd", manifest=orientir_manifest)))["odd"]

    @pytest.mark.parametrize(
        ("brings", "told"),
        [
            ({"blueprints": (pages("front", "/x"),)}, "«front» is taken"),
            ({"blueprints": (pages("one", "/x"), pages("one", "/y"))}, "one"),
            ({"blueprints": (pages("one", "/login"),)}, "/login"),
            ({"card_pages": (CardPage("Моё", "one.lost"),)}, "one.lost"),
            ({"questionnaires": ({"key": "q", "title": "Опрос", "sections": [{"code": "s"}]},)}, "sections[0]"),
            ({"questionnaires": ("no document",)}, "document"),
        ],
    )
    def test_what_must_not_be_mounted_is_named(self, start, brings: dict[str, Any], told: str):
        app = start(odd=lambda: make_plugin("odd", brings=brings), whole=lambda: make_plugin("whole"))
        assert told in left_out(app)["odd"]
        assert list(app.extensions["orientir.plugins"].manifests) == ["whole"]
        assert app.test_client().get("/x").status_code == 404

    def test_nothing_of_a_plugin_left_out_runs(self, start):
        ran = []
        odd = pages("odd", "/odd")
        odd.add_url_rule("/bare", "bare", lambda: "anybody may read this")
        odd.before_app_request(lambda: ran.append("before"))
        odd.app_errorhandler(404)(lambda _error: "mine")
        odd.app_context_processor(lambda: {"viewer": "mine"})
        app = start(odd=lambda: make_plugin("odd", brings={"blueprints": (odd,)}))
        assert "odd.bare" in left_out(app)["odd"]
        client = app.test_client()
        assert [client.get(path).status_code for path in ("/odd", "/bare")] == [404, 404]
        assert ran == []

    def test_an_address_of_another_plugin_is_taken(self, start):
        first, second = pages("first", "/x"), pages("second", "/y", "/x")
        app = start(first=partial(make_plugin, "first", brings={"blueprints": (first,)}),
                    second=partial(make_plugin, "second", brings={"blueprints": (second,)}))  # fmt: skip
        assert "/x" in left_out(app)["second"]
        client = app.test_client()
        assert [client.get(path).status_code for path in ("/x", "/y")] == [200, 404]


class TestManifests:
    @pytest.mark.parametrize(
        "brings",
        [
            {"permissions": {"classes.edit": "чужое право"}},
            {"roles": {"observer": ("classes.edit",)}},
            {"roles": {"observer": ("fairy.edit",)}},
            {"activities": (Activity("fairy.visit", "чужое"),)},
        ],
    )
    def test_a_plugin_gives_and_takes_only_what_bears_its_name(self, brings: dict[str, Any]):
        with pytest.raises(PluginError, match=r"must start with «fair\.»"):
            Manifest("fair", "Ярмарка", package="fair", **brings)

    @pytest.mark.parametrize("name", ["", "Fair", "fair-trade", "1fair", "fair.trade", "ярмарка"])
    def test_a_name_can_be_the_beginning_of_a_table(self, name: str):
        with pytest.raises(PluginError):
            Manifest(name, "Ярмарка", package="fair")

    @pytest.mark.parametrize("key", ["fair", "fair.", "Fair.visit", "fair.visit.late", "fair visit"])
    def test_an_activity_is_named_by_plugin_and_word(self, key: str):
        with pytest.raises(PluginError):
            Activity(key, "Визит")

    @pytest.mark.parametrize(("month", "day"), [(2, 30), (2, 29), (13, 1), (0, 1)])
    def test_headcounts_are_taken_on_a_day_every_year_has(self, month: int, day: int):
        with pytest.raises(PluginError):
            Activity("fair.visit", "Визит", headcount_month=month, headcount_day=day)


def lazily() -> Iterator[MenuLink]:
    yield MenuLink("Начало", "/start")
    raise RuntimeError("lazy mistake")


class TestInPages:
    """Each hook that a page calls raises, answers nonsense, or raises while it is read."""

    @pytest.fixture
    def plugins(self) -> dict[str, object]:
        def fail(**_told: Any) -> None:
            raise RuntimeError("own mistake")

        def hooks(answer: Callable[[], Any]) -> dict[str, Callable[..., Any]]:
            return {
                "menu_links": lambda viewer: answer(),
                "home_panels": lambda viewer: answer(),
                "calendar_entries": lambda first, last, filters: answer(),
                "auth_providers": lambda: answer(),
                "health": lambda: answer(),
            }

        return {
            "raising": make_plugin("raising", **hooks(fail)),
            "odd": make_plugin("odd", **hooks(lambda: 12)),
            "lazy": make_plugin("lazy", **hooks(lazily)),
            "stray": make_plugin("stray", **hooks(lambda: ["no link", None])),
            "mute": make_plugin("mute", **hooks(lambda: None)),
            "unsorted": make_plugin("unsorted", menu_links=lambda viewer: [MenuLink("Без места", "/", order=None)]),  # type: ignore[arg-type]
            "naive": make_plugin("naive", calendar_entries=lambda first, last, filters: [
                CalendarEntry("1", "Без зоны", NOON.replace(tzinfo=None), NOON, "/")]),
            "whole": make_plugin("whole", menu_links=lambda viewer: (one for one in [MenuLink("Цел", "/whole")]),
                                 home_panels=lambda viewer: [HomePanel("Панель цела", ())]),
        }  # fmt: skip

    def test_pages_stand(self, client: FlaskClient, as_user, cast: Cast):
        for page in (client.get("/"), client.get("/login"), as_user(cast.operator).get("/")):
            assert page.status_code == 200
            assert "Начало" not in page.text
        assert "Цел" in page.text

    def test_each_fault_is_logged_under_the_name_of_its_plugin(self, app: Flask, caplog: pytest.LogCaptureFixture):
        with caplog.at_level(logging.ERROR):
            assert [link.title for link in current_plugins().menu_links(Nobody())][-1] == "Цел"
            assert current_plugins().calendar_entries(NOON, NOON, CalendarFilter()) == []
        for name in ("raising", "odd", "lazy", "unsorted"):
            assert f"menu_links of plugin {name} failed" in caplog.text
        assert "menu_links of plugin stray returned 'no link'" in caplog.text
        assert "calendar_entries of plugin naive failed" in caplog.text
        assert "plugin mute" not in caplog.text

    def test_health_names_those_that_cannot_tell(self, client: FlaskClient):
        answer = client.get("/healthz")
        assert answer.status_code == 503
        failing = {name for name, check in answer.json["checks"].items() if not check["ok"]}
        assert failing == {"raising", "odd", "lazy"}
