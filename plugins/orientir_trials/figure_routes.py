"""The figures of trials of a college, a school, a municipality, the region; and the answers about a card."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.queries import current_year
from orientir.organisations.scopes import scope_of_municipality, scope_of_organisation, scope_of_region
from orientir.web.access import requires, viewer
from orientir_trials import queries
from orientir_trials.advice import advice_of
from orientir_trials.figures import figures_of
from orientir_trials.results import results_of
from orientir_trials.routes import OFFER, SEE, WORDS
from orientir_trials.scopes import scope_of_trial
from orientir_trials.tables import figures_table

blueprint = Blueprint("trial_figures", __name__, url_prefix="/trials/figures", static_folder=None)


@blueprint.get("/region/<int:region_id>")
@requires(SEE, scope_of_region)
def region(region_id: int) -> Response | str:
    found = db.session.get_one(Region, region_id)
    return _page(found.scope, found.name, found)


@blueprint.get("/municipality/<int:municipality_id>")
@requires(SEE, scope_of_municipality)
def municipality(municipality_id: int) -> Response | str:
    found = db.session.get_one(Municipality, municipality_id)
    return _page(found.scope, found.title, found.region)


@blueprint.get("/organisation/<int:organisation_id>")
@requires(SEE, scope_of_organisation)
def organisation(organisation_id: int) -> Response | str:
    found = db.session.get_one(Organisation, organisation_id)
    return _page(found.scope, found.name, found.municipality.region)


@blueprint.get("/trial/<int:trial_id>")
@requires(OFFER, scope_of_trial)
def answers(trial_id: int) -> str:
    results = results_of(trial_id)
    return render_template(
        "trials/answers.html",
        trial=queries.existing_trial(trial_id),
        results=results,
        advice=[] if results.is_hidden else advice_of(trial_id),
        **WORDS,
    )


def _page(scope: Scope, title: str, of_region: Region) -> Response | str:
    now = current_year(of_region).start
    year = min(max(request.args.get("year", now, type=int), now - 5), now)
    figures = figures_of(scope, year)
    if file := asked_file(lambda: figures_table(title, year, figures)):
        return file
    return render_template(
        "trials/figures.html",
        title=title,
        scope=scope,
        year=year,
        years=[now, now - 1],
        figures=figures,
        lines=figures.lines,
        line_url=_line_url,
        is_host=scope.organisation_id is None or figures.given.dates > 0,
        has_pupils=figures.taken.share.base is not None or scope.organisation_id is None,
        as_of=clock.now(),
    )


def _line_url(scope: Scope, year: int) -> str:
    """Return the figures of a branch within the one shown, "" for who may not see them."""
    if not viewer().can(SEE, scope):
        return ""
    if scope.organisation_id is not None:
        return url_for(".organisation", organisation_id=scope.organisation_id, year=year)
    return url_for(".municipality", municipality_id=scope.municipality_id, year=year)
