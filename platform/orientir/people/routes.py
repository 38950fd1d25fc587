"""The list of people and the card of one, for those who look after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from orientir.accounts import second_factor, sign_ins
from orientir.accounts.models import User
from orientir.accounts.queries import current_rules, find_account, held_by
from orientir.accounts.roles import PEOPLE_MANAGE, Role, object_roles, role_title
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW, Table
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.people import services
from orientir.people.forms import FilterForm
from orientir.people.handover import movable
from orientir.people.places import name_places
from orientir.people.queries import Wish, list_people, open_invitations
from orientir.people.scopes import scope_of_person
from orientir.people.tables import invitations_table, people_table
from orientir.web.access import requires, viewer
from orientir.web.links import site_address

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("", strict_slashes=False)
@requires(PEOPLE_MANAGE)
def index() -> Response | str:
    scopes = viewer().scopes(PEOPLE_MANAGE)
    form = FilterForm(request.args)
    form.offer([*Role, *object_roles()])
    wish = Wish(form.q.data or "", form.role.data or "", form.organisation.data or "", form.state.data or "")
    file = asked_file(lambda: _people_table(scopes, wish, form), invitations=lambda: _invitations_table(scopes))
    if file:
        return file
    page = list_people(scopes, wish, request.args.get("page", 1, type=int))
    waiting = open_invitations(scopes)
    held = [grant.scope for person in page.people for grant in person.grants]
    return render_template(
        "people/index.html",
        form=form,
        page=page,
        waiting=waiting,
        places=name_places([*held, *(one.scope for one in waiting)]),
        role_title=role_title,
        belongs=viewer().belongs,
        page_url=_page_address(form),
    )


@blueprint.get("/<int:user_id>")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def person(user_id: int) -> str:
    found = existing(user_id)
    rules, own = current_rules(), held_by(actor())
    is_own = found.id == actor().id
    seen = [grant for grant in found.grants if viewer().belongs(grant.scope)]
    manages = services.manages(actor(), found)
    return render_template(
        "people/person.html",
        person=found,
        grants=seen,
        hidden=len(found.grants) - len(seen),
        places=name_places(grant.scope for grant in seen),
        role_title=role_title,
        takes={one.id for one in seen if not is_own and rules.may_give(own, one.role, one.scope)},
        manages=manages,
        hands_over=not is_own and bool(movable(found, actor=actor())),
        second_factor_on=manages and second_factor.is_on(found.id),
        seems_shared=manages and sign_ins.seems_shared(found),
        is_own=is_own,
    )


@blueprint.post("/<int:user_id>/roles/<int:grant_id>/take")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def take_role(user_id: int, grant_id: int) -> Response:
    found = existing(user_id)
    taken = services.take_role(found, grant_id, actor=actor())
    words = role_title(taken.role)
    left = any(viewer().belongs(grant.scope) for grant in found.grants)
    db.session.commit()
    flash(_("%(name)s больше не %(role)s.", name=found.name, role=words), "good")
    return redirect(url_for(".person", user_id=user_id) if left else url_for(".index"), 303)


@blueprint.post("/<int:user_id>/disable")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def disable(user_id: int) -> Response:
    services.disable(existing(user_id), actor=actor())
    return _done(user_id, _("Доступ закрыт, все сеансы завершены. Роли и история остались."))


@blueprint.post("/<int:user_id>/enable")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def enable(user_id: int) -> Response:
    services.enable(existing(user_id), actor=actor())
    return _done(user_id, _("Доступ снова открыт."))


@blueprint.post("/<int:user_id>/reset")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def start_reset(user_id: int) -> Response:
    services.start_reset(existing(user_id), _reset_address, actor=actor())
    return _done(user_id, _("Письмо со ссылкой для нового пароля отправлено. Она действует один час."))


@blueprint.post("/<int:user_id>/second-factor/reset")
@requires(PEOPLE_MANAGE, scope=scope_of_person)
def reset_second_factor(user_id: int) -> Response:
    services.reset_second_factor(existing(user_id), actor=actor())
    return _done(user_id, _("Второй шаг входа снят, сеансы завершены. Человеку ушло письмо об этом."))


def existing(user_id: int) -> User:
    """Return the account of the address; the access rule has met it already."""
    found = find_account(user_id)
    if found is None:
        raise MissingError
    return found


def actor() -> User:
    """Return the account that is signed in."""
    user: User = current_user.user
    return user


def _people_table(scopes: Sequence[Scope], wish: Wish, form: FilterForm) -> Table:
    every = list_people(scopes, wish, rows=EVERY_ROW).people
    places = name_places(grant.scope for person in every for grant in person.grants)
    return people_table(every, places, viewer().belongs, form)


def _invitations_table(scopes: Sequence[Scope]) -> Table:
    every = open_invitations(scopes, EVERY_ROW)
    return invitations_table(every, name_places(one.scope for one in every))


def _done(user_id: int, text: str) -> Response:
    db.session.commit()
    flash(text, "good")
    return redirect(url_for("people.person", user_id=user_id), 303)


def _reset_address(token: str) -> str:
    return site_address() + url_for("accounts.follow_reset", token=token)


def _page_address(form: FilterForm) -> Callable[[int], str]:
    """Return the address of any page of the list the form narrows."""
    conditions = {name: value for name, value in form.data.items() if value}
    return lambda number: url_for("people.index", **conditions, page=number)
