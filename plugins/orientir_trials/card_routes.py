"""The pages of whoever offers trials: the cards, their words, their dates."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.bookings.rooms import RoomTakenError
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import Table
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, plural
from orientir.organisations.models import Organisation
from orientir.organisations.queries import today_of
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_trials import queries, services
from orientir_trials.forms import CardForm, CopyForm, DatesForm
from orientir_trials.models import Season, Trial
from orientir_trials.places import offering_organisations, seasons_of_offerers
from orientir_trials.routes import OFFER, WORDS
from orientir_trials.scopes import scope_of_trial
from orientir_trials.tables import cards_table

blueprint = Blueprint("trial_cards", __name__, url_prefix="/trials", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.get("/cards")
@requires(OFFER)
def index() -> Response | str:
    organisations = offering_organisations(viewer().scopes(OFFER))
    ids = [one.id for one in organisations]
    if file := asked_file(lambda: _cards_file(queries.cards_of(ids))):
        return file
    page = queries.list_cards(ids, page=request.args.get("page", 1, type=int))
    return render_template(
        "trials/cards.html",
        page=page,
        page_url=lambda number: url_for(".index", page=number),
        counts=_counts(page.trials),
        own=organisations if len(organisations) == 1 else [],
        seasons=seasons_of_offerers(viewer().scopes(OFFER)),
        **WORDS,
    )


@blueprint.route("/cards/new", methods=["GET", "POST"])
@requires(OFFER)
def add() -> FormPage:
    seasons = seasons_of_offerers(viewer().scopes(OFFER))
    organisations = offering_organisations(viewer().scopes(OFFER))
    if not seasons:
        return render_template("trials/no_season.html")
    form = CardForm()
    form.offer(seasons, organisations)
    if form.validate_on_submit():
        try:
            trial = services.add_trial(
                _chosen_season(form, seasons), _chosen(form, organisations), form.card(), actor=viewer().user_id
            )
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except ConflictError as error:  # this season is not for organisations of this kind: what was typed stays
            db.session.rollback()
            show_error(form, InvalidInputError(error.message, "season_id"))
        else:
            db.session.commit()
            flash(_("Карточка готова. Теперь добавьте сеансы."), "good")
            return redirect(url_for(".dates", trial_id=trial.id), 303)
    page = render_template("trials/card_form.html", form=form, trial=None, **WORDS)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:trial_id>/edit", methods=["GET", "POST"])
@requires(OFFER, scope_of_trial)
def edit(trial_id: int) -> FormPage:
    trial = queries.existing_trial(trial_id)
    form = CardForm.of(trial)
    del form.season_id, form.organisation_id
    if form.validate_on_submit():
        try:
            services.change_trial(trial, form.card(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Карточка сохранена."), "good")
            return redirect(url_for("trials.trial", trial_id=trial_id), 303)
    page = render_template("trials/card_form.html", form=form, trial=queries.existing_trial(trial_id), **WORDS)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:trial_id>/dates", methods=["GET", "POST"])
@requires(OFFER, scope_of_trial)
def dates(trial_id: int) -> FormPage:
    trial = queries.existing_trial(trial_id)
    form = DatesForm(data=None if request.method == "POST" else _usual_terms(trial))
    met: tuple[object, ...] = ()
    if form.validate_on_submit():
        try:
            made = services.add_dates(
                trial, form.repetition(), form.terms(), actor=viewer().user_id, despite=bool(form.despite.data)
            )
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except RoomTakenError as error:
            db.session.rollback()
            met = error.occasions
        else:
            db.session.commit()
            words = plural(len(made), _("сеанс|сеанса|сеансов"))
            flash(_("Добавлено: %(count)s %(words)s.", count=len(made), words=words), "good")
            return redirect(url_for(".dates", trial_id=trial_id), 303)
    trial = queries.existing_trial(trial_id)
    page = render_template(
        "trials/dates.html", form=form, trial=trial, dates=queries.dates_of(trial), met=met, now=clock.now(), **WORDS
    )
    return page, 400 if form.errors else 409 if met else 200


@blueprint.route("/<int:trial_id>/copy", methods=["GET", "POST"])
@requires(OFFER, scope_of_trial)
def copy(trial_id: int) -> FormPage:
    trial, seasons = queries.existing_trial(trial_id), seasons_of_offerers(viewer().scopes(OFFER))
    form = CopyForm()
    form.offer(seasons)
    if form.validate_on_submit():
        copied = services.copy_trial(trial, _chosen_season(form, seasons), actor=viewer().user_id)
        db.session.commit()
        flash(_("Карточка скопирована. Проверьте её и добавьте сеансы."), "good")
        return redirect(url_for(".edit", trial_id=copied.id), 303)
    page = render_template("trials/copy.html", form=form, trial=trial, seasons=seasons)
    return page, 400 if form.errors else 200


@blueprint.post("/<int:trial_id>/suggest")
@requires(OFFER, scope_of_trial)
def suggest(trial_id: int) -> Response:
    trial = queries.existing_trial(trial_id)
    try:
        services.suggest(trial, actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
        return redirect(url_for(".dates", trial_id=trial_id), 303)
    db.session.commit()
    if trial.is_approved:
        flash(_("Проба в реестре: запись открывается в назначенный день."), "good")
    else:
        flash(_("Карточка отправлена оператору. Следующие ваши пробы попадут в реестр сразу."), "good")
    return redirect(url_for("trials.trial", trial_id=trial_id), 303)


@blueprint.post("/<int:trial_id>/withdraw")
@requires(OFFER, scope_of_trial)
def withdraw(trial_id: int) -> Response:
    try:
        services.withdraw(queries.existing_trial(trial_id), actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
        return redirect(url_for("trials.trial", trial_id=trial_id), 303)
    db.session.commit()
    flash(_("Карточка снята."), "good")
    return redirect(url_for(".index"), 303)


def _usual_terms(trial: Trial) -> dict[str, object]:
    """Return what most dates are: booking is open from today, or from the season's last day before it begins."""
    return {"opens_on": today_of(trial.season.region), "minutes": {1: 45, 2: 120, 3: 120}[trial.step]}


def _cards_file(trials: Sequence[Trial]) -> Table:
    return cards_table(trials, _counts(trials))


def _counts(trials: Sequence[Trial]) -> dict[int, tuple[int, int, int]]:
    return queries.date_counts([one.id for one in trials])


def _chosen(form: CardForm, organisations: list[Organisation]) -> Organisation:
    return next(one for one in organisations if str(one.id) == form.organisation_id.data)


def _chosen_season(form: CardForm | CopyForm, seasons: list[Season]) -> Season:
    return next(one for one in seasons if str(one.id) == form.season_id.data)
