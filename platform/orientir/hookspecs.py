"""Every hook of the platform. A plugin implements those it needs with `@orientir.hookspecs.hookimpl`.

pluggy calls the plugin registered last first; where order matters the result carries its own `order`. All hooks but
`manifest` run inside a savepoint: one that raises is logged by name and left out, it never takes the page down and
never widens access. The four hooks on the life of data (`export_person`, `forget_person`, `purge_expired`, `demo`)
are loud: a failure stops the operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pluggy

from orientir.contracts import (
    AuthProvider,
    CalendarEntry,
    CalendarFilter,
    ClassMeasure,
    CodeDestination,
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
    Viewer,
)

PROJECT = "orientir"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The specification; signatures here are the contract, `docs/hooks.md` lists them word for word."""

    @hookspec
    def orientir_manifest(self) -> Manifest:
        """Return what the plugin brings. Called once when the application starts; None is not allowed."""
        raise AssertionError

    @hookspec
    def orientir_menu_links(self, viewer: Viewer) -> Sequence[MenuLink]:
        """Return the lines of the menu `viewer` sees. Called for every page; make no query. Sorted by `order`."""
        raise AssertionError

    @hookspec
    def orientir_home_panels(self, viewer: Viewer) -> Sequence[HomePanel]:
        """Return what waits for a signed-in `viewer`. Called on the home page. Sorted by `order`."""
        raise AssertionError

    @hookspec
    def orientir_calendar_entries(
        self, first: datetime, last: datetime, filters: CalendarFilter
    ) -> Sequence[CalendarEntry]:
        """Return public occasions that touch [first, last). Called by the front page and calendars. Sorted by start."""
        raise AssertionError

    @hookspec
    def orientir_student_history(self, student_id: int) -> Sequence[HistoryLine]:
        """Return what the seat took part in. Called on the page a card opens. Sorted by date, newest first."""
        raise AssertionError

    @hookspec
    def orientir_report_sections(self, scope: Scope, year: int) -> Sequence[ReportSection]:
        """Return the plugin's chapters of the report for the academic year starting in `year`. Sorted by `order`."""
        raise AssertionError

    @hookspec
    def orientir_measures(self, scope: Scope, period: int) -> Sequence[ClassMeasure]:
        """Return the people counted by `coverage.count` and not yet in the ledger, from the plugin's own tables.

        Called by `coverage verify` and `rebuild`: they are the evidence for running counts.
        """
        raise AssertionError

    @hookspec
    def orientir_open_code(self, code: OpenedCode) -> CodeDestination | None:
        """Return where `code` leads. Only the plugin whose manifest names the kind is asked; None means a dead code.

        Reads only: the request that asks takes no lock.
        """
        raise AssertionError

    @hookspec
    def orientir_auth_providers(self) -> Sequence[AuthProvider]:
        """Return further ways to sign in. Called on the sign-in page."""
        raise AssertionError

    @hookspec
    def orientir_export_person(self, person: Person) -> Mapping[str, Any]:
        """Return all the plugin holds about `person`, ready for JSON. Loud."""
        raise AssertionError

    @hookspec
    def orientir_forget_person(self, person: Person) -> None:
        """Erase or mask all the plugin holds about `person`, in the caller's transaction. Loud."""
        raise AssertionError

    @hookspec
    def orientir_purge_expired(self, today: date) -> int:
        """Delete what is past its keeping time and return how many rows went. Called daily. Loud."""
        raise AssertionError

    @hookspec
    def orientir_demo(self, world: DemoWorld) -> None:
        """Add the plugin's part of the demo, in the caller's transaction. Plugins in configuration order. Loud."""
        raise AssertionError

    @hookspec
    def orientir_health(self) -> Sequence[HealthCheck]:
        """Return the plugin's checks for `/healthz`; quick, without personal data."""
        raise AssertionError
