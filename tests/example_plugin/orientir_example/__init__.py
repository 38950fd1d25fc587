"""Classroom hours about professions: what the plugin brings and answers, in one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from orientir.contracts import (
    Activity,
    DemoWorld,
    HealthCheck,
    HomePanel,
    Manifest,
    MenuLink,
    PanelItem,
    Person,
    ReportSection,
    Scope,
    Viewer,
)
from orientir.hookspecs import hookimpl
from orientir.i18n import _, _l
from orientir_example import queries, services
from orientir_example.routes import EDIT, blueprint
from orientir_example.services import ACTIVITY


@hookimpl
def orientir_manifest() -> Manifest:
    return Manifest(
        name="example",
        title=_l("Классные часы"),
        package="orientir_example",
        version="1.0.0",
        blueprints=(blueprint,),
        permissions={EDIT: _l("записывать классные часы")},
        roles={"teacher": (EDIT,), "school_admin": (EDIT,)},
        activities=(Activity(ACTIVITY, _l("Классный час о профессиях")),),
    )


@hookimpl
def orientir_menu_links(viewer: Viewer) -> Sequence[MenuLink]:
    return [MenuLink(_l("Классные часы"), url_for("example.hours"), order=40)] if viewer.can(EDIT) else []


@hookimpl
def orientir_home_panels(viewer: Viewer) -> Sequence[HomePanel]:
    scopes = viewer.scopes(EDIT)
    if not scopes:
        return []
    item = PanelItem(queries.count_hours(scopes), _l("классные часы"), url_for("example.hours"), _l("Записать"))
    return [HomePanel(_l("Классные часы"), (item,))]


@hookimpl
def orientir_report_sections(scope: Scope, year: int) -> Sequence[ReportSection]:
    body = _("Проведено классных часов: %(count)s.", count=queries.count_hours([scope], year))
    return [ReportSection(_l("Классные часы о профессиях"), body)]


@hookimpl
def orientir_export_person(person: Person) -> Mapping[str, Any]:
    return {"hours": queries.hours_noted_by(person.user_id)}


@hookimpl
def orientir_forget_person(person: Person) -> None:
    services.forget_author(person.user_id)


@hookimpl
def orientir_demo(world: DemoWorld) -> None:
    services.add_hour(world.showcase_class_id, world.today, 20, actor=world.staff["teacher"])


@hookimpl
def orientir_health() -> Sequence[HealthCheck]:
    return [HealthCheck("example", ok=True)]
