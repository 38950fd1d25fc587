"""Sign in, in one step or two, and out; the way back for a forgotten password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from orientir.accounts import links, second_factor, services, sign_ins
from orientir.accounts.devices import device_words
from orientir.accounts.forms import CodeForm, ForgottenForm, NewPasswordForm, SignInForm
from orientir.accounts.models import User
from orientir.accounts.sessions import enter, hold_half_open, is_known, session_key, who_is_half_in
from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError, TooManyAttemptsError
from orientir.i18n import _
from orientir.plugins import current_plugins
from orientir.web.access import public, viewer
from orientir.web.forms import show_error
from orientir.web.links import follow_once, safe_target, site_address
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("accounts", __name__)
RESET_LINK = "reset_link"
Answer = Response | str | tuple[str, int]


@blueprint.get("/login")
@public
def login() -> Answer:
    if is_known():
        return redirect(safe_target(request.args.get("next"), url_for("front.home")))
    return _sign_in_page(SignInForm(next=request.args.get("next", "")))


@blueprint.post("/login")
@begins_as_reader
@public
def sign_in() -> Answer:
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), 400
    password = form.password.data or ""
    try:
        user = services.recognise(form.email.data or "", password)
        stamp = user.session_stamp
        db.session.rollback()  # the reader's transaction ends, the writer's begins
        begin_writing()
        if not services.hold_recognised(user, stamp):
            raise services.not_recognised()
    except (InvalidInputError, TooManyAttemptsError) as error:
        form.password.errors = [error.message]
        return _sign_in_page(form), error.status
    services.renew_hash(user, password)
    if second_factor.is_on(user.id):
        db.session.commit()
        hold_half_open(user)
        return redirect(url_for(".second_step", next=form.next.data or None))
    return _let_in(user, form.next.data)


@blueprint.route("/login/code", methods=["GET", "POST"])
@public
def second_step() -> Answer:
    """Ask for the code after the password; without a password given a moment ago there is nothing to ask for."""
    user = who_is_half_in()
    if user is None:
        session.pop("half", None)
        return redirect(url_for(".login", next=request.args.get("next")))
    form = CodeForm()
    status = 200
    if form.validate_on_submit():
        if not services.hold_recognised(user, user.session_stamp):
            return redirect(url_for(".login", next=request.args.get("next")))
        try:
            second_factor.pass_step(user, form.code.data or "")
        except (InvalidInputError, TooManyAttemptsError) as error:
            _note_wrong_code(user, error)
            form.code.errors = [error.message]
            status = error.status
        else:
            return _let_in(user, request.args.get("next"))
    elif form.errors:
        status = 400
    return render_template("accounts/second_step.html", form=form), status


@blueprint.post("/logout")
@public
def logout() -> Response:
    if session_key():
        sign_ins.end(viewer().user_id or 0, session_key())
        db.session.commit()
    session.clear()
    logout_user()
    return redirect(url_for("front.home"))


# A forgotten password


@blueprint.route("/password", methods=["GET", "POST"])
@public
def forgotten() -> Answer:
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            links.ask_reset(form.email.data or "", _reset_address)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            return redirect(url_for(".link_sent"), 303)
    page = render_template("accounts/forgotten.html", form=form)
    return (page, 400) if form.errors else page


@blueprint.get("/password/sent")
@public
def link_sent() -> str:
    return render_template("accounts/link_sent.html")


@blueprint.get("/password/<token>")
@public
def follow_reset(token: str) -> Response:
    """Take the token out of the address at once; opening a link changes nothing, previews open it too."""
    return follow_once(RESET_LINK, links.token_digest(token), url_for(".new_password"))


@blueprint.route("/password/new", methods=["GET", "POST"])
@public
def new_password() -> Answer:
    link = links.find(session.get(RESET_LINK, ""), links.RESET)
    if link is None:
        return render_template("accounts/link_dead.html", again=url_for(".forgotten")), 404
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            links.use_reset(link, form.password.data or "")
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            session.clear()
            logout_user()
            flash(_("Пароль изменён. Войдите с ним."), "good")
            return redirect(url_for(".login"), 303)
    page = render_template("accounts/new_password.html", form=form, email=link.email)
    return (page, 400) if form.errors else page


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/login.html", form=form, providers=current_plugins().auth_providers())


def _let_in(user: User, target: str | None) -> Response:
    row = services.sign_in(user, device_words(request.user_agent.string))
    db.session.commit()
    enter(user, row)
    return redirect(safe_target(target, url_for("front.home")))


def _note_wrong_code(user: User, error: InvalidInputError | TooManyAttemptsError) -> None:
    """Keep the failure in the log, though the attempt itself is taken back."""
    db.session.rollback()
    if isinstance(error, InvalidInputError):
        begin_writing()
        second_factor.note_failure(user)
        db.session.commit()


def _reset_address(token: str) -> str:
    return site_address() + url_for("accounts.follow_reset", token=token)
