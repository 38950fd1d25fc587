"""The regional calendar: what the plugin brings and answers, in one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from orientir.contracts import (
    CalendarEntry,
    CalendarFilter,
    CardPage,
    DemoWorld,
    HomePanel,
    Manifest,
    MenuLink,
    Viewer,
)
from orientir.hookspecs import hookimpl
from orientir.i18n import _l
from orientir_calendar import demo, entries, panels
from orientir_calendar.audit_words import AUDIT_OBJECTS, AUDIT_WORDS
from orientir_calendar.event_routes import blueprint as event_pages
from orientir_calendar.external_routes import blueprint as external_pages
from orientir_calendar.file_routes import blueprint as file_pages
from orientir_calendar.importing import EVENTS
from orientir_calendar.list_routes import blueprint as list_pages
from orientir_calendar.note_routes import blueprint as note_pages
from orientir_calendar.open_routes import blueprint as open_lists
from orientir_calendar.personal_routes import blueprint as personal_pages
from orientir_calendar.report_importing import REPORTS
from orientir_calendar.report_routes import blueprint as report_pages
from orientir_calendar.routes import PUBLISH, REPORT, SUGGEST
from orientir_calendar.routes import blueprint as public_pages
from orientir_calendar.site_checks import SITES_CHECK, SITES_TASK
from orientir_calendar.site_routes import blueprint as site_pages
from orientir_calendar.sites import SITE_STALE
from orientir_calendar.words import ACTIVITIES, INDICATORS


@hookimpl
def orientir_manifest() -> Manifest:
    return Manifest(
        name="calendar",
        title=_l("Календарь"),
        package="orientir_calendar",
        blueprints=(
            public_pages,
            event_pages,
            report_pages,
            file_pages,
            personal_pages,
            external_pages,
            site_pages,
            list_pages,
            open_lists,
            note_pages,
        ),
        permissions={
            SUGGEST: _l("предлагать мероприятия, новости и публикации"),
            PUBLISH: _l("проверять и публиковать мероприятия, новости и публикации"),
            REPORT: _l("отчитываться, кто был на мероприятии"),
        },
        roles={
            "administrator": (SUGGEST, PUBLISH, REPORT),
            "operator": (SUGGEST, PUBLISH, REPORT),
            "coordinator": (SUGGEST, PUBLISH, REPORT),
            "school_admin": (SUGGEST, REPORT),
            "teacher": (SUGGEST, REPORT),
            "organiser": (SUGGEST,),
        },
        activities=ACTIVITIES,
        indicators=INDICATORS,
        imports=(EVENTS, REPORTS),
        settings=(SITES_CHECK,),
        tasks=(SITES_TASK,),
        reminders=(SITE_STALE,),
        audit_words=AUDIT_WORDS,
        audit_objects=AUDIT_OBJECTS,
        card_pages=(
            CardPage(
                _l("Мой календарь в телефоне"),
                "calendar_personal.mine",
                _l("ваши записи и то, что проходит для вашего класса"),
            ),
        ),
    )


@hookimpl
def orientir_menu_links(viewer: Viewer) -> Sequence[MenuLink]:  # noqa: ARG001 - the calendar is everybody's
    return [MenuLink(_l("Календарь"), url_for("calendar.index"), order=10)]


@hookimpl
def orientir_home_panels(viewer: Viewer) -> Sequence[HomePanel]:
    return panels.home_panels(viewer)


@hookimpl
def orientir_calendar_entries(first: datetime, last: datetime, filters: CalendarFilter) -> Sequence[CalendarEntry]:
    return entries.entries(first, last, filters)


@hookimpl
def orientir_demo(world: DemoWorld) -> None:
    demo.build(world)
