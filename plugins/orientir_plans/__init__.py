"""The survey of professional plans of grades 9 and 11: what the plugin brings and answers, in one page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from orientir.contracts import (
    Activity,
    AuditObject,
    ClassMeasure,
    CodeDestination,
    CodeKind,
    DemoWorld,
    HealthCheck,
    HomePanel,
    Manifest,
    MenuLink,
    OpenedCode,
    ScheduledTask,
    Scope,
    Setting,
    Viewer,
)
from orientir.hookspecs import hookimpl
from orientir.i18n import _l
from orientir_plans import demo, panels, queries, reminders, sittings
from orientir_plans.routes import blueprint as staff
from orientir_plans.services import SLIP, close_overdue
from orientir_plans.sitting_routes import blueprint as respondent
from orientir_plans.versions import shipped

SEE, PRINT, RUN = "plans.view", "plans.slips", "plans.manage"


@hookimpl
def orientir_manifest() -> Manifest:
    return Manifest(
        name="plans",
        title=_l("Профессиональные планы выпускников"),
        package="orientir_plans",
        blueprints=(staff, respondent),
        permissions={
            SEE: _l("видеть участие в опросе"),
            PRINT: _l("печатать коды опроса"),
            RUN: _l("проводить опрос"),
        },
        roles={
            "administrator": (SEE, PRINT, RUN),
            "operator": (SEE, PRINT, RUN),
            "coordinator": (SEE, PRINT),
            "school_admin": (SEE, PRINT),
            "teacher": (SEE, PRINT),
            "observer": (SEE,),
        },
        activities=(
            Activity(
                queries.ACTIVITY,
                _l("Опрос выпускников"),
                grades=(9, 11, 12),
                headcount_month=5,
                headcount_day=1,
            ),
        ),
        questionnaires=(shipped(),),
        code_kinds=(CodeKind(SLIP, _l("код анкеты"), keeps_answers=True),),
        settings=(
            Setting("two_exams", _l("Вариант «только два обязательных экзамена» в вопросе девятиклассникам")),
            Setting("native_exam", _l("Родной язык среди экзаменов девятиклассников")),
        ),
        notices=(reminders.RESULT,),
        reminders=reminders.ALL,
        audit_words={
            "plans.wave.add": _l("назначена волна опроса: %(days)s"),
            "plans.wave.open": _l("открыта волна опроса"),
            "plans.wave.close": _l("закрыта волна опроса, ответов: %(answers)s"),
            "plans.slips.issue": _l("выпущены коды опроса: %(slips)s"),
        },
        mixed_tables=("plans_slip", "plans_answer"),
        audit_objects=(AuditObject("plans_wave", _l("волна опроса"), "plans.wave", "wave_id"),),
        tasks=(
            ScheduledTask(
                "plans.close_overdue", close_overdue, minutes=10, title=_l("Закрыть волны опроса, срок которых вышел")
            ),
        ),
    )


@hookimpl
def orientir_menu_links(viewer: Viewer) -> Sequence[MenuLink]:
    return [MenuLink(_l("Опрос"), url_for("plans.waves"), order=10)] if viewer.can(SEE) else []


@hookimpl
def orientir_home_panels(viewer: Viewer) -> Sequence[HomePanel]:
    return panels.home_panels(viewer)


@hookimpl
def orientir_open_code(code: OpenedCode) -> CodeDestination | None:
    return sittings.open_slip(code)


@hookimpl
def orientir_measures(scope: Scope, period: int) -> Sequence[ClassMeasure]:
    return queries.running_counts(scope, period)


@hookimpl
def orientir_demo(world: DemoWorld) -> None:
    demo.build(world)


@hookimpl
def orientir_health() -> Sequence[HealthCheck]:
    return [HealthCheck("plans", ok=True, detail=f"open waves: {queries.open_wave_count()}")]
