"""The pages of the second step: set up, confirm, recovery codes, turn off."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from orientir.accounts import second_factor, services
from orientir.accounts.forms import CodeForm, TurnOffForm
from orientir.accounts.models import SecondFactor
from orientir.accounts.own_routes import own
from orientir.db import begin_writing, db
from orientir.documents.qr import qr_svg
from orientir.errors import InvalidInputError, TooManyAttemptsError
from orientir.web.access import signed_in
from orientir.web.forms import show_error

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
Answer = Response | str | tuple[str, int]


@blueprint.get("", strict_slashes=False)
@signed_in
def index() -> Answer:
    user = own()
    held = second_factor.find(user.id)
    return render_template(
        "accounts/second_factor.html",
        is_on=held is not None and held.confirmed_at is not None,
        is_required=second_factor.is_required(user),
        must_enrol=current_user.must_enrol,
        codes_left=second_factor.codes_left(user.id),
    )


@blueprint.post("/begin")
@signed_in
def begin() -> Response:
    second_factor.begin(own())
    db.session.commit()
    return redirect(url_for(".confirm"), 303)


@blueprint.route("/confirm", methods=["GET", "POST"])
@signed_in
def confirm() -> Answer:
    """Show the secret until its first code comes back; the answer to that code is the page with the paper codes."""
    held = second_factor.find(own().id)
    if held is None or held.confirmed_at is not None:
        return redirect(url_for(".index"))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            codes = second_factor.confirm(own(), form.code.data or "")
        except (InvalidInputError, TooManyAttemptsError) as error:
            _refused(form, error)
            held = second_factor.find(own().id) or held
        else:
            db.session.commit()
            return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)
    return _confirm_page(form, held)


@blueprint.route("/codes", methods=["GET", "POST"])
@signed_in
def codes() -> Answer:
    form = CodeForm()
    if form.validate_on_submit():
        try:
            made = second_factor.renew_codes(own(), form.code.data or "")
        except (InvalidInputError, TooManyAttemptsError) as error:
            _refused(form, error)
        else:
            db.session.commit()
            return render_template("accounts/recovery_codes.html", codes=made, is_new=False)
    page = render_template("accounts/renew_codes.html", form=form)
    return (page, 400) if form.errors else page


@blueprint.route("/off", methods=["GET", "POST"])
@signed_in
def turn_off() -> Answer:
    form = TurnOffForm()
    if form.validate_on_submit():
        try:
            services.check_password(own(), form.current.data or "")
            second_factor.turn_off(own(), form.code.data or "")
        except (InvalidInputError, TooManyAttemptsError) as error:
            _refused(form, error)
        else:
            db.session.commit()
            return redirect(url_for(".index"), 303)
    page = render_template("accounts/turn_off.html", form=form)
    return (page, 400) if form.errors else page


def _refused(form: CodeForm, error: InvalidInputError | TooManyAttemptsError) -> None:
    """Hang the refusal on its field and keep the failure in the log, though the attempt is taken back."""
    show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(error.message, "code"))
    db.session.rollback()
    begin_writing()
    second_factor.note_failure(own())
    db.session.commit()


def _confirm_page(form: CodeForm, held: SecondFactor) -> Answer:
    secret = second_factor.opened_secret(held)
    page = render_template(
        "accounts/confirm_second_factor.html",
        form=form,
        qr=Markup(qr_svg(second_factor.address_for(held, own().email))),  # noqa: S704 - drawn by us
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
    return (page, 400) if form.errors else page
