"""The contest of best practices and the bank that keeps them: what the plugin brings and answers, in one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from orientir.contracts import (
    CalendarEntry,
    CalendarFilter,
    CodeDestination,
    DemoWorld,
    HomePanel,
    Indicator,
    Manifest,
    MenuLink,
    OpenedCode,
    Person,
    Reminder,
    Viewer,
)
from orientir.hookspecs import hookimpl
from orientir.i18n import _l
from orientir_practices import calendar, demo, diplomas, life, panels
from orientir_practices.audit_words import AUDIT_OBJECTS, AUDIT_WORDS
from orientir_practices.contest_routes import blueprint as contest_pages
from orientir_practices.counting import ACTIVITIES, SENT
from orientir_practices.desk_routes import blueprint as desk_pages
from orientir_practices.distributing import owed
from orientir_practices.entry_routes import blueprint as entry_pages
from orientir_practices.file_routes import blueprint as file_pages
from orientir_practices.jury_routes import blueprint as jury_pages
from orientir_practices.paper_routes import blueprint as paper_pages
from orientir_practices.people import ROLES
from orientir_practices.result_routes import blueprint as result_pages
from orientir_practices.rights import MANAGE, PRESIDE, RUN, SCORE, SUBMIT, VIEW, WRITE
from orientir_practices.round_routes import blueprint as round_pages
from orientir_practices.routes import blueprint as public_pages
from orientir_practices.telling import KINDS, OWED


@hookimpl
def orientir_manifest() -> Manifest:
    return Manifest(
        name="practices",
        title=_l("Конкурс практик"),
        package="orientir_practices",
        blueprints=(
            public_pages,
            entry_pages,
            contest_pages,
            desk_pages,
            jury_pages,
            result_pages,
            round_pages,
            file_pages,
            paper_pages,
        ),
        permissions={
            MANAGE: _l("открывать конкурсы и назначать секретаря и председателя"),
            RUN: _l("вести конкурс: техническая экспертиза, эксперты, этапы"),
            VIEW: _l("видеть рейтинг и протокол конкурса"),
            PRESIDE: _l("решать и подписывать протокол"),
            SCORE: _l("оценивать заявки"),
            SUBMIT: _l("подавать заявки на конкурс"),
            WRITE: _l("писать заявку"),
        },
        roles={
            "administrator": (MANAGE, RUN, VIEW),
            "operator": (MANAGE, RUN, VIEW),
            "coordinator": (SUBMIT,),
            "school_admin": (SUBMIT,),
            "teacher": (SUBMIT,),
            "organiser": (SUBMIT,),
        },
        object_roles=ROLES,
        code_kinds=(diplomas.KIND,),
        activities=ACTIVITIES,
        indicators=(Indicator("1.7", _l("Практики, поданные на конкурс"), SENT),),
        notices=KINDS,
        reminders=(Reminder(OWED, owed, (-7, -3, -1, 0)),),
        audit_words=AUDIT_WORDS,
        audit_objects=AUDIT_OBJECTS,
    )


@hookimpl
def orientir_menu_links(viewer: Viewer) -> Sequence[MenuLink]:  # noqa: ARG001 - the bank is everybody's
    return [MenuLink(_l("Практики"), url_for("practices.index"), order=50)]


@hookimpl
def orientir_home_panels(viewer: Viewer) -> Sequence[HomePanel]:
    return panels.home_panels(viewer)


@hookimpl
def orientir_calendar_entries(first: datetime, last: datetime, filters: CalendarFilter) -> Sequence[CalendarEntry]:
    return calendar.entries(first, last, filters)


@hookimpl
def orientir_open_code(code: OpenedCode) -> CodeDestination | None:
    return diplomas.open_diploma(code)


@hookimpl
def orientir_export_person(person: Person) -> Mapping[str, Any]:
    return life.export_person(person)


@hookimpl
def orientir_forget_person(person: Person) -> None:
    life.forget_person(person)


@hookimpl
def orientir_demo(world: DemoWorld) -> None:
    demo.build(world)
