"""Sign in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from orientir.accounts import services
from orientir.accounts.forms import SignInForm
from orientir.accounts.sessions import is_known, mark_seen
from orientir.accounts.viewers import SignedIn
from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError, TooManyAttemptsError
from orientir.plugins import current_plugins
from orientir.web.access import public
from orientir.web.links import safe_target
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@public
def login() -> Response | str:
    if is_known():
        return redirect(safe_target(request.args.get("next"), url_for("front.home")))
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("accounts/login.html", form=form, providers=current_plugins().auth_providers())


@blueprint.post("/login")
@begins_as_reader
@public
def sign_in() -> Response | tuple[str, int]:
    form = SignInForm()
    status = 400
    if form.validate_on_submit():
        try:
            user = services.recognise(form.email.data or "", form.password.data or "")
        except (InvalidInputError, TooManyAttemptsError) as error:
            form.password.errors = [error.message]
            status = error.status
        else:
            db.session.rollback()  # the reader's transaction ends, the writer's begins
            begin_writing()
            services.sign_in(user, form.password.data or "")
            db.session.commit()
            _start_session(SignedIn(user))
            return redirect(safe_target(form.next.data, url_for("front.home")))
    return render_template("accounts/login.html", form=form, providers=current_plugins().auth_providers()), status


@blueprint.post("/logout")
@begins_as_reader
@public
def logout() -> Response:
    session.clear()
    logout_user()
    return redirect(url_for("front.home"))


def _start_session(viewer: SignedIn) -> None:
    """Begin with an empty session: whatever a stranger left in this browser does not come along."""
    session.clear()
    login_user(viewer)
    mark_seen()
