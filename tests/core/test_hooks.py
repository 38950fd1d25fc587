"""What the platform does with the answers of a plugin, hook by hook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from orientir.accounts.viewers import Nobody
from orientir.contracts import (
    Activity,
    AuthProvider,
    CalendarEntry,
    CalendarFilter,
    ClassMeasure,
    CodeDestination,
    CodeKind,
    DemoWorld,
    HealthCheck,
    HistoryLine,
    HomePanel,
    Manifest,
    MenuLink,
    OpenedCode,
    Person,
    ReportSection,
    Scope,
)
from orientir.hookspecs import hookimpl
from orientir.plugins import Plugins, current_plugins

TEN, ELEVEN = datetime(2026, 5, 14, 10, tzinfo=UTC), datetime(2026, 5, 14, 11, tzinfo=UTC)
PERSON = Person(7, "teacher@example.org")


class Circle:
    """A plugin that answers every hook; what it was told stays in `heard`."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    @hookimpl
    def orientir_manifest(self):
        return Manifest(
            "circle", "Кружок", package="circle", activities=(Activity("circle.visit", "Занятие"),),
            code_kinds=(CodeKind("circle", "код кружка"),), roles={"teacher": ("circle.edit",)},
            permissions={"circle.edit": "вести кружок"},
        )  # fmt: skip

    @hookimpl
    def orientir_menu_links(self, viewer):
        return [MenuLink("Поздний", "/late", order=90), MenuLink("Ранний", "/early", order=10)]

    @hookimpl
    def orientir_home_panels(self, viewer):
        return [HomePanel("Второе", (), order=2), HomePanel("Первое", (), order=1)]

    @hookimpl
    def orientir_calendar_entries(self, first, last, filters):
        return [CalendarEntry("b", "Позже", ELEVEN, ELEVEN, "/b"), CalendarEntry("a", "Раньше", TEN, TEN, "/a")]

    @hookimpl
    def orientir_student_history(self, student_id):
        return [HistoryLine(date(2025, 9, 1), "Сначала"), HistoryLine(date(2026, 5, 1), "Потом")]

    @hookimpl
    def orientir_report_sections(self, scope, year):
        return [ReportSection("Глава", f"{scope.region_id} {year}")]

    @hookimpl
    def orientir_measures(self, scope, period):
        return [ClassMeasure("circle.visit", period, 1, "circle", 12)]

    @hookimpl
    def orientir_open_code(self, code):
        return CodeDestination("/circle") if code.owner == "alive" else None

    @hookimpl
    def orientir_auth_providers(self):
        return [AuthProvider("esia", "Госуслуги", "/esia")]

    @hookimpl
    def orientir_export_person(self, person):
        return {"email": person.email}

    @hookimpl
    def orientir_forget_person(self, person):
        self.heard.append(person)

    @hookimpl
    def orientir_purge_expired(self, today):
        return 3

    @hookimpl
    def orientir_demo(self, world):
        self.heard.append(world.seed)
        world.note("Код кружка", "4817-2093-6614")

    @hookimpl
    def orientir_health(self):
        return [HealthCheck("circle", ok=True)]


@pytest.fixture
def circle() -> Circle:
    return Circle()


@pytest.fixture
def plugins(circle: Circle) -> dict[str, object]:
    return {"circle": circle}


@pytest.fixture
def asked(app: Flask) -> Plugins:
    return current_plugins()


def test_hook_manifest(asked: Plugins):
    assert asked.manifests["circle"].title == "Кружок"


def test_hook_menu_links(asked: Plugins):
    assert [link.title for link in asked.menu_links(Nobody()) if link.url in ("/early", "/late")] == [
        "Ранний",
        "Поздний",
    ]


def test_hook_home_panels(asked: Plugins):
    titles = [panel.title for panel in asked.home_panels(Nobody())]
    assert [title for title in titles if title in ("Первое", "Второе")] == ["Первое", "Второе"]


def test_hook_calendar_entries(asked: Plugins):
    assert [entry.uid for entry in asked.calendar_entries(TEN, ELEVEN, CalendarFilter())] == ["a", "b"]


def test_hook_student_history(asked: Plugins):
    assert [line.title for line in asked.student_history(1)] == ["Потом", "Сначала"]


def test_hook_report_sections(asked: Plugins):
    assert [section.body for section in asked.report_sections(Scope(38), 2025)] == ["38 2025"]


def test_hook_measures(asked: Plugins):
    assert [measure.people for measure in asked.measures(Scope(38), 2025)] == [12]


def test_hook_open_code(asked: Plugins):
    assert asked.open_code(OpenedCode("circle", "alive", "0")) == CodeDestination("/circle")
    assert asked.open_code(OpenedCode("circle", "dead", "0")) is None
    assert asked.open_code(OpenedCode("nobody's", "alive", "0")) is None


def test_hook_auth_providers(asked: Plugins):
    assert [provider.key for provider in asked.auth_providers()] == ["esia"]


def test_hook_export_person(asked: Plugins):
    assert asked.export_person(PERSON)["circle"] == {"email": "teacher@example.org"}


def test_hook_forget_person(asked: Plugins, circle: Circle):
    asked.forget_person(PERSON)
    assert circle.heard == [PERSON]


def test_hook_purge_expired(asked: Plugins):
    assert asked.purge_expired(date(2026, 5, 14)) >= 3


def test_hook_demo(circle: Circle):
    # The other plugins build on real rows; here only the call itself is of interest.
    notes: list[tuple[str, str]] = []
    alone = Plugins()
    alone.register(circle, "circle")
    alone.demo(DemoWorld(1, 38, date(2026, 5, 14), {}, 1, lambda what, value: notes.append((what, value))))
    assert circle.heard == [38]
    assert notes == [("Код кружка", "4817-2093-6614")]


def test_hook_health(asked: Plugins):
    assert HealthCheck("circle", ok=True) in asked.health()
