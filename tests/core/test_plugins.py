"""A plugin may fail in any way it likes; the platform goes on, says so, and opens nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import pluggy
import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region
from orientir_testkit.plugins import make_plugin
from sqlalchemy import select

from orientir import plugins as module
from orientir.accounts.models import User
from orientir.accounts.viewers import Nobody
from orientir.contracts import Activity, CodeKind, Manifest, MenuLink, Person
from orientir.db import db
from orientir.errors import PluginError
from orientir.hookspecs import PROJECT, Hooks
from orientir.organisations.models import Region
from orientir.plugins import Plugins, current_plugins


def break_down(**_arguments: object) -> None:
    raise RuntimeError("the plugin's own mistake")


class TestLoading:
    @pytest.fixture
    def config(self, config):
        return replace(config, plugins=("nowhere", "plans"))

    def test_a_plugin_that_is_not_installed_is_named_and_the_others_load(self, app: Flask):
        assert "не установлен пакет" in current_plugins().failures["nowhere"]
        assert "plans" in current_plugins().manifests

    def test_the_platform_answers_all_the_same(self, client: FlaskClient):
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json["plugins"]["left_out"] == ["nowhere"]


class TestRegistering:
    def test_a_plugin_says_its_own_name(self):
        with pytest.raises(PluginError, match="имена должны совпадать"):
            Plugins().register(make_plugin("one"), "other")

    def test_a_plugin_without_a_manifest_is_refused(self):
        with pytest.raises(PluginError, match="не представился"):
            Plugins().register(ModuleType("mute"), "mute")

    def test_a_kind_of_code_belongs_to_one_plugin(self):
        both = Plugins()
        both.register(make_plugin("one", brings={"code_kinds": (CodeKind("slip", "код"),)}), "one")
        with pytest.raises(PluginError, match="slip"):
            both.register(make_plugin("two", brings={"code_kinds": (CodeKind("slip", "код"),)}), "two")
        assert list(both.manifests) == ["one"]

    def test_names_of_activities_begin_with_the_plugin(self):
        with pytest.raises(PluginError, match="must start with"):
            Manifest("one", "Один", package="one", activities=(Activity("two.visit", "Визит"),))

    def test_a_plugin_with_a_misspelt_hook_is_left_out(self, monkeypatch: pytest.MonkeyPatch):
        stray = make_plugin("stray", menu_linkz=lambda viewer: [])
        point = SimpleNamespace(load=lambda: stray)
        monkeypatch.setattr(module, "installed", lambda: {"stray": point})
        loaded = Plugins()
        loaded.load(["stray"])
        assert "menu_linkz" in loaded.failures["stray"]
        assert loaded.manifests == {}


class TestPages:
    @pytest.fixture
    def plugins(self) -> dict[str, object]:
        pages = Blueprint("open", __name__)
        pages.add_url_rule("/open", view_func=lambda: "anybody may read this", endpoint="door")
        return {"open": make_plugin("open", brings={"blueprints": (pages,)})}

    def test_a_page_without_an_access_rule_costs_the_plugin_its_place(self, app: Flask, client: FlaskClient):
        assert "open.door" in current_plugins().failures["open"]
        assert client.get("/open").status_code == 404


class TestFailures:
    @pytest.fixture
    def plugins(self) -> dict[str, object]:
        def add_then_break(viewer):
            make_region("Лишний", "99")
            raise RuntimeError("after a write")

        broken = make_plugin(
            "broken", menu_links=add_then_break, export_person=lambda person: break_down(), health=lambda: break_down()
        )
        stray = make_plugin("stray", menu_links=lambda viewer: ["no link"])
        whole = make_plugin("whole", menu_links=lambda viewer: [MenuLink("Цел", "/whole")])
        return {"broken": broken, "stray": stray, "whole": whole}

    def test_a_hook_that_raises_costs_only_its_own_part(self, app: Flask, caplog: pytest.LogCaptureFixture):
        with caplog.at_level(logging.ERROR):
            titles = [link.title for link in current_plugins().menu_links(Nobody())]
        assert "Цел" in titles
        assert "no link" not in titles
        assert "menu_links of plugin broken failed" in caplog.text
        assert "menu_links of plugin stray returned 'no link'" in caplog.text

    def test_an_administrator_is_told_and_nobody_else(self, cast: Cast, as_user: Callable[[User], FlaskClient]):
        told = as_user(cast.administrator).get("/").text
        assert "Плагин broken не ответил (menu_links)" in told.replace("\xa0", " ")
        assert "Плагин broken" not in as_user(cast.operator).get("/").text.replace("\xa0", " ")

    def test_what_it_wrote_before_is_undone(self, app: Flask):
        current_plugins().menu_links(Nobody())
        assert db.session.scalars(select(Region)).all() == []

    def test_life_of_data_is_loud(self, app: Flask):
        with pytest.raises(RuntimeError, match="own mistake"):
            current_plugins().export_person(Person(1, "somebody@example.org"))

    def test_a_check_that_fails_itself_is_reported(self, client: FlaskClient):
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json["checks"]["broken"]["ok"] is False


def test_pluggy_calls_the_last_registered_first():
    """Why results carry an order of their own, and why the platform asks plugins one by one."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for name in ("first", "second"):
        manager.register(make_plugin(name, health=lambda name=name: [name]), name)
    assert manager.hook.orientir_health() == [["second"], ["first"]]


def test_the_platform_asks_in_the_order_of_the_settings():
    both = Plugins()
    for name in ("first", "second"):
        both.register(make_plugin(name, export_person=lambda person: {}), name)
    assert list(both.export_person(Person(1, "somebody@example.org"))) == ["first", "second"]
