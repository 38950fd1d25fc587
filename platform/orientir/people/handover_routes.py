"""«Дела передать»: name the successor, read what will happen, do it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from orientir.accounts.models import User
from orientir.accounts.roles import PEOPLE_MANAGE, role_title
from orientir.db import db
from orientir.errors import InvalidInputError, NotAllowedError
from orientir.i18n import _
from orientir.people import handover
from orientir.people.forms import HandOverForm
from orientir.people.invitation_routes import letter_addresses
from orientir.people.places import name_places
from orientir.people.routes import actor, existing
from orientir.people.scopes import scope_of_person
from orientir.web.access import requires, signed_in, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("handover", __name__, url_prefix="/people")
Answer = Response | str | tuple[str, int]


@blueprint.route("/<int:user_id>/hand-over", methods=["GET", "POST"])
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def of_person(user_id: int) -> Answer:
    return _page(existing(user_id), url_for("people.index"))


@blueprint.route("/hand-over", methods=["GET", "POST"])
@signed_in
def own() -> Answer:
    return _page(actor(), url_for("account.index"))


def _page(leaver: User, back: str) -> Answer:
    """Show the form, then the plan in words; the second post, of the plan's own page, does it."""
    moving = handover.movable(leaver, actor=actor())
    if not moving:
        raise NotAllowedError(_("Здесь нечего передавать: эти роли дают и забирают вышестоящие."))
    form = HandOverForm()
    made = None
    if form.validate_on_submit():
        try:
            made = handover.plan(leaver, form.email.data or "", closes=bool(form.closes.data), actor=actor())
        except InvalidInputError as error:
            show_error(form, error)
    if made is not None and request.form.get("step") == "do":
        handover.carry_out(made, actor=actor(), addresses=letter_addresses())
        return _done(made, back)
    page = render_template(
        "people/hand_over.html",
        form=form,
        leaver=leaver,
        plan=made,
        is_own=leaver.id == viewer().user_id,
        moving=moving,
        places=name_places(held.scope for held in leaver.grants),
        role_title=role_title,
    )
    return (page, 400) if form.errors else page


def _done(made: handover.Plan, back: str) -> Response:
    own_and_closed = made.closes and made.leaver.id == actor().id
    db.session.commit()
    if own_and_closed:
        session.clear()
        logout_user()
        back = url_for("front.home")
    flash(_("Дела переданы: %(email)s.", email=made.email), "good")
    return redirect(back, 303)
