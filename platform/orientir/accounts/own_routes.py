"""One's own account: name, password, address, open sessions, what is stored."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from orientir.accounts import life, links, second_factor, services, sign_ins
from orientir.accounts.devices import device_words
from orientir.accounts.forms import EmailForm, NameForm, PasswordForm
from orientir.accounts.models import User
from orientir.accounts.queries import current_rules, held_by
from orientir.accounts.roles import role_title
from orientir.accounts.sessions import enter, session_key
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.web.access import public, signed_in
from orientir.web.forms import show_error
from orientir.web.links import follow_once, site_address

blueprint = Blueprint("account", __name__, url_prefix="/account")
EMAIL_LINK = "email_link"
Answer = AnyResponse | str | tuple[str, int]


def own() -> User:
    """Return the account that is signed in."""
    return cast(User, current_user.user)


@blueprint.get("", strict_slashes=False)
@signed_in
def index() -> str:
    user = own()
    minutes: int = current_app.config["ORIENTIR"].idle_minutes
    return render_template(
        "accounts/account.html",
        user=user,
        roles=[role_title(grant.role) for grant in user.grants],
        sessions=sign_ins.open_sessions(user.id, idle_minutes=minutes),
        present=session_key(),
        second_factor_on=second_factor.is_on(user.id),
        seems_shared=sign_ins.seems_shared(user),
        hands_over=any(current_rules().may_pass_on(held) for held in held_by(user)),
    )


@blueprint.route("/name", methods=["GET", "POST"])
@signed_in
def name() -> Answer:
    form = NameForm(obj=own())
    if form.validate_on_submit():
        try:
            services.rename(own(), form.name.data or "", actor=own().id)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            return _done(_("Имя изменено."))
    return _page("accounts/name.html", form)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> Answer:
    """Change the password; all other sessions end, this one begins anew."""
    form = PasswordForm()
    if form.validate_on_submit():
        user = own()
        try:
            services.check_password(user, form.current.data or "")
            services.set_password(user, form.password.data or "", actor=user.id)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            row = sign_ins.start(user, device_words(request.user_agent.string))
            answer = _done(_("Пароль изменён. Остальные сеансы закрыты."))
            enter(user, row)
            return answer
    return _page("accounts/password.html", form)


@blueprint.route("/email", methods=["GET", "POST"])
@signed_in
def email() -> Answer:
    form = EmailForm()
    if form.validate_on_submit():
        try:
            services.check_password(own(), form.current.data or "")
            links.ask_email_change(own(), form.email.data or "", _email_address)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            return _done(_("Мы отправили письмо на новый адрес. Откройте ссылку из него, и адрес изменится."))
    return _page("accounts/email.html", form)


@blueprint.get("/email/<token>")
@public
def follow_email(token: str) -> AnyResponse:
    return follow_once(EMAIL_LINK, links.token_digest(token), url_for(".confirm_email"))


@blueprint.route("/email/confirm", methods=["GET", "POST"])
@public
def confirm_email() -> Answer:
    """Take the new address over; whoever reads it may be signed in elsewhere, or nowhere."""
    link = links.find(session.get(EMAIL_LINK, ""), links.EMAIL)
    if link is None:
        return render_template("accounts/link_dead.html", again=url_for(".email")), 404
    if request.method == "POST":
        links.use_email_change(link)
        session.pop(EMAIL_LINK, None)
        return _done(_("Адрес почты изменён. Входите теперь с ним."))
    return render_template("accounts/confirm_email.html", email=link.email)


@blueprint.post("/sessions/<key>/end")
@signed_in
def end_session(key: str) -> AnyResponse:
    if not sign_ins.end(own().id, key[:32]):
        raise MissingError
    return _done(_("Сеанс закрыт."))


@blueprint.post("/sessions/end-others")
@signed_in
def end_others() -> AnyResponse:
    count = sign_ins.end_all(own().id, but=session_key())
    return _done(_("Закрыто сеансов: %(count)s.", count=count))


@blueprint.get("/data")
@signed_in
def data() -> str:
    return render_template("accounts/data.html")


@blueprint.get("/data.json")
@signed_in
def data_file() -> Response:
    """Hand out all that is stored about the person; a plugin that fails stops it, half an answer would be a lie."""
    answer = jsonify(life.export(own()))
    answer.headers["Content-Disposition"] = "attachment; filename=orientir.json"
    return answer


def _done(text: str) -> AnyResponse:
    db.session.commit()
    flash(text, "good")
    return redirect(url_for("account.index"), 303)


def _page(template: str, form: NameForm | PasswordForm | EmailForm) -> Answer:
    page = render_template(template, form=form, user=own())
    return (page, 400) if form.errors else page


def _email_address(token: str) -> str:
    return site_address() + url_for("account.follow_email", token=token)
