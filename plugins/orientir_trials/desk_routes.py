"""The pages of the regional operator: seasons, and the first cards of organisations that wait for a decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_trials import queries, services
from orientir_trials.forms import RemarkForm, SeasonForm
from orientir_trials.routes import MODERATE, WORDS
from orientir_trials.scopes import scope_of_season, scope_of_trial
from orientir_trials.seasons import change_season

blueprint = Blueprint("trial_desk", __name__, url_prefix="/trials", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.get("/moderation")
@requires(MODERATE)
def moderation() -> str:
    return render_template("trials/moderation.html", trials=queries.suggested_in(viewer().scopes(MODERATE)), **WORDS)


@blueprint.post("/<int:trial_id>/approve")
@requires(MODERATE, scope_of_trial)
def approve(trial_id: int) -> Response:
    trial = queries.existing_trial(trial_id)
    try:
        services.approve(trial, actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
    else:
        db.session.commit()
        flash(_("«%(title)s» в реестре. Дальше эта организация публикует сама.", title=trial.title), "good")
    return redirect(url_for(".moderation"), 303)


@blueprint.route("/<int:trial_id>/return", methods=["GET", "POST"])
@requires(MODERATE, scope_of_trial)
def send_back(trial_id: int) -> FormPage:
    trial, form = queries.existing_trial(trial_id), RemarkForm()
    if form.validate_on_submit():
        try:
            services.send_back(trial, form.remark.data or "", actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Карточка вернулась организатору с вашим замечанием."), "good")
            return redirect(url_for(".moderation"), 303)
    page = render_template("trials/send_back.html", trial=queries.existing_trial(trial_id), form=form)
    return page, 400 if form.errors else 200


@blueprint.post("/<int:trial_id>/priority")
@requires(MODERATE, scope_of_trial)
def priority(trial_id: int) -> Response:
    """Turn the mark «приоритет региона» on or off."""
    trial = queries.existing_trial(trial_id)
    services.mark_priority(trial, is_priority=not trial.is_priority, actor=viewer().user_id)
    db.session.commit()
    return redirect(url_for("trials.trial", trial_id=trial_id), 303)


@blueprint.route("/seasons", methods=["GET", "POST"])
@requires(MODERATE)
def seasons() -> FormPage:
    region, form = _own_region(), SeasonForm()
    if form.validate_on_submit():
        try:
            services.add_season(region, **form.season(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Сезон объявлен. Организаторы могут готовить карточки."), "good")
            return redirect(url_for(".seasons"), 303)
    page = render_template("trials/seasons.html", form=form, seasons=queries.seasons_in(_own_region().id))
    return page, 400 if form.errors else 200


@blueprint.route("/seasons/<int:season_id>", methods=["GET", "POST"])
@requires(MODERATE, scope_of_season)
def season(season_id: int) -> FormPage:
    found = queries.existing_season(season_id)
    form = SeasonForm.of(found)
    if form.validate_on_submit():
        try:
            change_season(found, **form.season(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Сезон изменён."), "good")
            return redirect(url_for(".seasons"), 303)
    page = render_template("trials/season.html", form=form, season=queries.existing_season(season_id))
    return page, 400 if form.errors else 200


def _own_region() -> Region:
    """Return the region the viewer runs trials in; who works in two works in the first."""
    return db.session.get_one(Region, viewer().scopes(MODERATE)[0].region_id)
