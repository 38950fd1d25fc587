"""Pages of the four acts. Each names in numbers what comes of it before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.organisations.queries import State, today_of
from orientir.organisations.routes import existing
from orientir.organisations.scopes import scope_of_organisation
from orientir.reorganisation import services
from orientir.reorganisation.choosing import Asked, choice_of, find_other
from orientir.reorganisation.forms import CloseForm, JoinForm, OtherForm, SplitForm
from orientir.reorganisation.previews import holdings_of, preview_merging
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir.web.page_form import PageForm

blueprint = Blueprint("reorganisation", __name__, url_prefix="/organisations/<int:organisation_id>/changes")
FormPage = str | tuple[str, int]


@blueprint.get("")
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def choose(organisation_id: int) -> str:
    found = existing(organisation_id)
    return render_template("reorganisation/choose.html", organisation=found, holdings=holdings_of(found))


@blueprint.route("/close", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def close(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    form = CloseForm(on_date=today_of(found.municipality.region))

    def act() -> None:
        successor = _other(found, form) if form.other_id.data else None
        services.close_organisation(found, _day(form), successor, actor=viewer().user_id)

    if form.validate_on_submit() and _is_done(form, act):
        return _lead_to(organisation_id, _("Организация закрыта. Её классы и цифры остались на месте."))
    return _page("close", form, organisation_id)


@blueprint.route("/join", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def join(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    form = JoinForm(on_date=today_of(found.municipality.region))

    def act() -> None:
        services.join_organisation(found, _other(found, form), _day(form), actor=viewer().user_id)

    if form.validate_on_submit() and _is_done(form, act):
        return _lead_to(organisation_id, _("Присоединение записано. Классы и цифры остались на месте."))
    return _page("join", form, organisation_id)


@blueprint.route("/double", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def double(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    form = OtherForm()

    def act() -> None:
        services.merge_double(found, _other(found, form), actor=viewer().user_id)

    if form.validate_on_submit() and _is_done(form, act):
        original_id = existing(organisation_id).merged_into_id or organisation_id
        return _lead_to(original_id, _("Записи объединены: классы, отметки и сотрудники теперь здесь."))
    return _page("double", form, organisation_id)


@blueprint.route("/split", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def split(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    form = SplitForm(on_date=today_of(found.municipality.region), closes=True)

    def act() -> None:
        names, closes = form.new_names(), bool(form.closes.data)
        services.split_organisation(found, _day(form), [], names, closes=closes, actor=viewer().user_id)

    if form.validate_on_submit() and _is_done(form, act):
        return _lead_to(organisation_id, _("Разделение записано, новые организации добавлены."))
    return _page("split", form, organisation_id)


@blueprint.post("/reopen")
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def reopen(organisation_id: int) -> Response:
    try:
        services.reopen_organisation(existing(organisation_id), actor=viewer().user_id)
    except InvalidInputError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
        return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)
    db.session.commit()
    return _lead_to(organisation_id, _("Организация снова действует."))


def _is_done(form: PageForm, act: Callable[[], None]) -> bool:
    """Do the act and commit it, or hang the refusal on its field."""
    try:
        act()
    except InvalidInputError as error:
        db.session.rollback()
        field = "names" if error.field == "name" else error.field
        show_error(form, InvalidInputError(error.message, field))
        return False
    db.session.commit()
    return True


def _other(organisation: Organisation, form: OtherForm) -> Organisation:
    other = find_other(organisation, viewer(), form.other_id.data or "")
    if other is None:
        raise InvalidInputError(_("Найдите организацию по названию и выберите её."), "other_id")
    return other


def _day(form: CloseForm | JoinForm | SplitForm) -> date:
    if form.on_date.data is None:
        raise InvalidInputError(_("Напишите дату так: 1.05.2026."), "on_date")
    return form.on_date.data


def _lead_to(organisation_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)


def _page(act: str, form: PageForm, organisation_id: int) -> FormPage:
    organisation = existing(organisation_id)
    typed, chosen = request.args.get("q", ""), request.form.get("other_id") or request.args.get("other", "")
    asked = Asked(typed, chosen)
    if act == "double":
        asked = replace(asked, kind=organisation.kind, state=State.ALL)
    choice = choice_of(organisation, viewer(), asked)
    page = render_template(
        f"reorganisation/{act}.html",
        form=form,
        organisation=organisation,
        choice=choice,
        holdings=holdings_of(organisation),
        merging=preview_merging(organisation, choice.chosen) if act == "double" and choice.chosen else None,
    )
    return (page, 400) if form.errors else page
