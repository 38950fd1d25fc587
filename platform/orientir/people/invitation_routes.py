"""Inviting people, and the page an invitation opens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from orientir.accounts import services as accounts
from orientir.accounts.devices import device_words
from orientir.accounts.queries import current_rules, find_account, held_by
from orientir.accounts.roles import PEOPLE_MANAGE, Role, role_title
from orientir.accounts.second_factor import is_on
from orientir.accounts.sessions import enter
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.people import invitations
from orientir.people.forms import AcceptForm, InviteForm, JoinForm
from orientir.people.invitations import Addresses, Outcome
from orientir.people.models import Invitation
from orientir.people.places import Place, choose_places, name_places
from orientir.people.queries import find_by_digest, find_invitation, has_account
from orientir.people.routes import actor
from orientir.people.scopes import scope_of_invitation
from orientir.web.access import public, requires, viewer
from orientir.web.formats import counted
from orientir.web.forms import show_error
from orientir.web.links import follow_once, site_address

blueprint = Blueprint("invitations", __name__)
LINK = "invitation"
Answer = Response | str | tuple[str, int]


@blueprint.route("/people/invite", methods=["GET", "POST"])
@requires(PEOPLE_MANAGE)
def invite() -> Answer:
    typed = request.args.get("find", "")
    places = _offered_places(typed)
    rules, giver = current_rules(), held_by(actor())
    roles = [role for role in Role if any(role in rules.gives.get(held.role, ()) for held in giver)]
    form = InviteForm(emails=_email_of_person(), place=places[0].key if len(places) == 1 else "")
    form.offer(roles, places)
    if form.validate_on_submit():
        try:
            emails = invitations.read_addresses(form.emails.data or "")
            scope = _chosen(places, form.place.data).scope
            outcome = invitations.invite(
                emails, form.role.data or "", scope, actor=actor(), addresses=letter_addresses()
            )
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            flash(outcome_words(outcome), "good")
            return redirect(url_for("people.index"), 303)
    page = render_template("people/invite.html", form=form, places=places, find=typed)
    return (page, 400) if form.errors else page


@blueprint.post("/people/invitations/<int:invitation_id>/again")
@requires(PEOPLE_MANAGE, scope=scope_of_invitation)
def send_again(invitation_id: int) -> Response:
    invitations.send_again(_existing(invitation_id), actor=actor(), addresses=letter_addresses())
    return _done(_("Отправлено ещё раз. Новая ссылка действует 7 дней, прежняя больше не открывается."))


@blueprint.post("/people/invitations/<int:invitation_id>/withdraw")
@requires(PEOPLE_MANAGE, scope=scope_of_invitation)
def withdraw(invitation_id: int) -> Response:
    invitations.withdraw(_existing(invitation_id), actor=actor())
    return _done(_("Приглашение отозвано, ссылка больше не открывается."))


# The page of the invited


@blueprint.get("/invitation/<token>")
@public
def follow(token: str) -> Response:
    """Take the token out of the address at once; opening a link changes nothing, previews open it too."""
    return follow_once(LINK, invitations.token_digest(token), url_for(".accept"))


@blueprint.route("/invitation", methods=["GET", "POST"])
@public
def accept() -> Answer:
    invitation = find_by_digest(session.get(LINK, ""))
    if invitation is None:
        return render_template("people/invitation_dead.html"), 404
    joins = has_account(invitation.email)
    form = JoinForm() if joins else AcceptForm()
    if form.validate_on_submit():
        given = form.data
        try:
            user = invitations.accept(invitation, given.get("name") or "", given.get("password") or "")
        except InvalidInputError as error:
            show_error(form, error)
            db.session.rollback()
        else:
            if joins or is_on(user.id):
                return _joined()
            row = accounts.sign_in(user, device_words(request.user_agent.string))
            db.session.commit()
            enter(user, row)
            flash(_("Добро пожаловать! Учётная запись готова."), "good")
            return redirect(url_for("front.home"), 303)
    place = name_places([invitation.scope])[invitation.branch]
    words = {"role": role_title(invitation.role), "place": place, "joins": joins}
    page = render_template("people/accept.html", form=form, invitation=invitation, **words)
    return (page, 400) if form.errors else page


def letter_addresses() -> Addresses:
    """Return where the links of letters lead, on this site."""
    site = site_address()
    return Addresses(lambda token: site + url_for("invitations.follow", token=token), f"{site}/")


def _joined() -> Response:
    """Lead somebody who has an account to the usual door: a link is no password."""
    db.session.commit()
    session.pop(LINK, None)
    flash(_("Роль добавлена к вашей учётной записи. Войдите как обычно."), "good")
    return redirect(url_for("accounts.login"), 303)


def _offered_places(typed: str) -> list[Place]:
    organisation_id = None if typed else request.args.get("organisation", type=int)
    return choose_places(held_by(actor()), current_rules(), typed=typed, organisation_id=organisation_id)


def _email_of_person() -> str:
    """Return the address of the colleague the page was opened for, when they are one of ours."""
    person = find_account(request.args.get("person", 0, type=int))
    ours = person is not None and any(viewer().belongs(grant.scope) for grant in person.grants)
    return person.email if person and ours else ""


def _chosen(places: list[Place], key: str | None) -> Place:
    """Return the chosen branch; a foreign one is none, whatever was posted."""
    for place in places:
        if place.key == key:
            return place
    raise InvalidInputError(_("Выберите из списка, где человек будет работать."), "place")


def _existing(invitation_id: int) -> Invitation:
    found = find_invitation(invitation_id)
    if found is None:
        raise MissingError
    return found


def outcome_words(outcome: Outcome) -> str:
    """Return what became of the addresses, for the line above the page."""
    words = []
    if outcome.invited:
        forms = _("приглашение отправлено|приглашения отправлены|приглашений отправлено")
        words.append(counted(outcome.invited, forms))
    if outcome.given:
        forms = _("человек получил роль сразу|человека получили роль сразу|человек получили роль сразу")
        words.append(counted(outcome.given, forms))
    if outcome.known:
        forms = _("уже с этой ролью или приглашён|уже с этой ролью или приглашены|уже с этой ролью или приглашены")
        words.append(counted(outcome.known, forms))
    return _("Готово: %(words)s.", words=", ".join(words))


def _done(text: str) -> Response:
    db.session.commit()
    flash(text, "good")
    return redirect(url_for("people.index"), 303)
