"""Profession trials: what the plugin brings and answers, in one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from orientir.contracts import (
    Activity,
    AuditObject,
    CalendarEntry,
    CalendarFilter,
    CardPage,
    CodeDestination,
    DemoWorld,
    HistoryLine,
    HomePanel,
    Manifest,
    MenuLink,
    OpenedCode,
    Viewer,
)
from orientir.hookspecs import hookimpl
from orientir.i18n import _l
from orientir_trials import calendar, certificates, demo, history, panels
from orientir_trials.advice_routes import blueprint as advice_pages
from orientir_trials.card_routes import blueprint as card_pages
from orientir_trials.desk_routes import blueprint as desk_pages
from orientir_trials.figure_routes import blueprint as figure_pages
from orientir_trials.models import ACTIVITY
from orientir_trials.paper_routes import blueprint as paper_pages
from orientir_trials.reply_routes import blueprint as reply_pages
from orientir_trials.routes import MODERATE, OFFER, SEE
from orientir_trials.routes import blueprint as public_pages
from orientir_trials.versions import shipped


@hookimpl
def orientir_manifest() -> Manifest:
    return Manifest(
        name="trials",
        title=_l("Профессиональные пробы"),
        package="orientir_trials",
        blueprints=(public_pages, card_pages, desk_pages, reply_pages, paper_pages, figure_pages, advice_pages),
        permissions={
            SEE: _l("видеть показатели проб"),
            OFFER: _l("объявлять пробы"),
            MODERATE: _l("вести сезоны и проверять карточки проб"),
        },
        roles={
            "administrator": (SEE, OFFER, MODERATE),
            "operator": (SEE, OFFER, MODERATE),
            "coordinator": (SEE,),
            "school_admin": (SEE,),
            "teacher": (SEE,),
            "organiser": (SEE, OFFER),
            "observer": (SEE,),
        },
        activities=(Activity(ACTIVITY, _l("Профессиональные пробы"), grades=tuple(range(6, 12))),),
        questionnaires=(shipped(),),
        code_kinds=(certificates.KIND,),
        audit_words={
            "trials.season.add": _l("объявлен сезон проб: %(title)s"),
            "trials.season.change": _l("изменён сезон проб: %(title)s"),
            "trials.trial.add": _l("заведена карточка пробы: %(title)s"),
            "trials.trial.change": _l("изменена карточка пробы: %(title)s"),
            "trials.trial.suggest": _l("карточка пробы отправлена на проверку: %(title)s"),
            "trials.trial.approve": _l("проба попала в реестр: %(title)s"),
            "trials.trial.return": _l("карточка пробы возвращена организатору: %(title)s"),
            "trials.trial.withdraw": _l("карточка пробы снята: %(title)s"),
            "trials.words": _l("просмотрены советы участников, «%(title)s»: показано %(shown)s, скрыто %(hidden)s"),
            "trials.trial.priority": _l("изменена отметка «приоритет региона» у пробы: %(title)s"),
        },
        mixed_tables=("trials_reply", "trials_answer"),
        card_pages=(
            CardPage(
                _l("Моя лестница проб"),
                "trial_papers.ladder",
                _l("три ступени: познакомиться, попробовать руками, погрузиться"),
            ),
        ),
        audit_objects=(
            AuditObject("trials_season", _l("сезон проб")),
            AuditObject("trials_trial", _l("проба"), "trials.trial", "trial_id"),
        ),
    )


@hookimpl
def orientir_menu_links(viewer: Viewer) -> Sequence[MenuLink]:
    links = [MenuLink(_l("Пробы"), url_for("trials.index"), order=12)]
    if viewer.can(OFFER) and not viewer.can(MODERATE):
        links.append(MenuLink(_l("Мои пробы"), url_for("trial_cards.index"), order=11))
    return links


@hookimpl
def orientir_home_panels(viewer: Viewer) -> Sequence[HomePanel]:
    return panels.home_panels(viewer)


@hookimpl
def orientir_calendar_entries(first: datetime, last: datetime, filters: CalendarFilter) -> Sequence[CalendarEntry]:
    return calendar.entries(first, last, filters)


@hookimpl
def orientir_student_history(student_id: int) -> Sequence[HistoryLine]:
    return history.student_history(student_id)


@hookimpl
def orientir_open_code(code: OpenedCode) -> CodeDestination | None:
    return certificates.open_certificate(code)


@hookimpl
def orientir_demo(world: DemoWorld) -> None:
    demo.build(world)
