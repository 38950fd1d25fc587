"""Pages of coverage: activities, then region → municipality → organisation → classes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import COVERAGE_VIEW, SETTINGS_EDIT
from orientir.contracts import Activity, Audience, Scope
from orientir.coverage import services
from orientir.coverage.activities import activities as all_activities
from orientir.coverage.activities import find_activity, period_on
from orientir.coverage.class_shares import class_shares
from orientir.coverage.compared import level_lines, period_lines
from orientir.coverage.forms import TargetForm
from orientir.coverage.pages import BranchPage, Place, branch_page, tiles_of
from orientir.coverage.queries import shares
from orientir.coverage.tables import coverage_table, lines_table
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import Table
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.queries import today_of
from orientir.organisations.scopes import scope_of_municipality, scope_of_organisation, scope_of_region
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("coverage", __name__, url_prefix="/coverage")
blueprint.add_app_template_global(class_shares)  # the page of a class stands below this package and shows it too
FIRST_YEAR, LAST_YEAR = 2000, 2099


@blueprint.get("/")
@requires(COVERAGE_VIEW)
def activities() -> str:
    branches = [
        tiles_of(_place_of(scope), _current_periods(scope)) for scope in _widest(viewer().scopes(COVERAGE_VIEW))
    ]
    return render_template("coverage/activities.html", branches=branches)


@blueprint.get("/<activity>/region/<int:region_id>")
@requires(COVERAGE_VIEW, scope_of_region)
def region(activity: str, region_id: int) -> Response | str:
    return _page(activity, Region, region_id)


@blueprint.post("/<activity>/region/<int:region_id>/target")
@requires(SETTINGS_EDIT, scope_of_region)
def set_target(activity: str, region_id: int) -> Response | tuple[str, int]:
    """Set the target of a year for the whole region; schools without their own are measured by it."""
    known, form = find_activity(activity), TargetForm()
    period = _asked_period(period_on(known, clock.today(str(g.timezone))))
    place = db.session.get_one(Region, region_id)
    if form.validate():
        try:
            services.set_target(
                activity=activity, period=period, scope=place.scope, share=form.share(), actor=viewer().user_id
            )
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, InvalidInputError(error.message, "percent"))
        else:
            db.session.commit()
            flash(_("Цель записана."), "good")
            return redirect(url_for(".region", activity=activity, region_id=region_id, year=period), 303)
    page = branch_page(shares(known, period, place.scope), place, clock.today(str(g.timezone)), viewer())
    return render_template("coverage/branch.html", page=page, target_form=form), 400


@blueprint.get("/<activity>/municipality/<int:municipality_id>")
@requires(COVERAGE_VIEW, scope_of_municipality)
def municipality(activity: str, municipality_id: int) -> Response | str:
    return _page(activity, Municipality, municipality_id)


@blueprint.get("/<activity>/organisation/<int:organisation_id>")
@requires(COVERAGE_VIEW, scope_of_organisation)
def organisation(activity: str, organisation_id: int) -> Response | str:
    return _page(activity, Organisation, organisation_id)


def _page(key: str, kind: type[Place], identity: int) -> Response | str:
    activity = find_activity(key)
    today = clock.today(str(g.timezone))
    period = _asked_period(period_on(activity, today))
    place = db.session.get_one(kind, identity)
    coverage = shares(activity, period, place.scope)
    page = branch_page(coverage, place, today, viewer())
    if file := asked_file(lambda: coverage_table(page), levels=lambda: _levels_table(page)):
        return file
    is_planned = isinstance(place, Region) and activity.audience is Audience.STUDENTS
    form = TargetForm() if is_planned and viewer().can(SETTINGS_EDIT, place.scope) else None
    compared = None
    if "compare" in request.args:
        compared = level_lines(activity, period, place.scope), period_lines(activity, period, place.scope)
    return render_template("coverage/branch.html", page=page, target_form=form, compared=compared)


def _levels_table(page: BranchPage) -> Table:
    coverage = page.coverage
    return lines_table(page, _("Уровень"), level_lines(coverage.activity, coverage.period, coverage.scope))


def _asked_period(current: int) -> int:
    """Return the period the address names, the current one when it names none."""
    asked = request.args.get("year", str(current))
    if not (asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR):
        raise MissingError(_("Такого года нет. Выберите год из списка."))
    return int(asked)


def _current_periods(scope: Scope) -> list[tuple[Activity, int]]:
    """Return all activities with the period that runs in the region of `scope` today."""
    today = today_of(db.session.get_one(Region, scope.region_id))
    return [(activity, period_on(activity, today)) for activity in all_activities().values()]


def _widest(scopes: Sequence[Scope]) -> list[Scope]:
    """Return the branches that do not lie in another one of them."""
    return [one for one in scopes if not any(other != one and other.covers(one) for other in scopes)]


def _place_of(scope: Scope) -> Region | Municipality | Organisation:
    if scope.organisation_id is not None:
        return db.session.get_one(Organisation, scope.organisation_id)
    if scope.municipality_id is not None:
        return db.session.get_one(Municipality, scope.municipality_id)
    return db.session.get_one(Region, scope.region_id)
