"""Verbs of those who look after accounts; each asks the rule of `accounts.delegation` first."""

from __future__ import annotations

from orientir.accounts import letters, links, second_factor
from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.accounts.queries import current_rules, held_by, home_scope
from orientir.audit import services as audit
from orientir.errors import InvalidInputError, MissingError, NotAllowedError
from orientir.i18n import _
from orientir.mail import services as mail


def take_role(person: User, grant_id: int, *, actor: User) -> Grant:
    """Take a role from somebody else and return it; raises MissingError, NotAllowedError or ConflictError."""
    held = next((one for one in person.grants if one.id == grant_id), None)
    if held is None:
        raise MissingError
    if person.id == actor.id or not current_rules().may_give(held_by(actor), held.role, held.scope):
        raise NotAllowedError
    accounts.take(person, held, actor=actor.id)
    return held


def disable(person: User, *, actor: User) -> None:
    check_manages(actor, person)
    accounts.disable(person, actor=actor.id)


def enable(person: User, *, actor: User) -> None:
    check_manages(actor, person)
    accounts.enable(person, actor=actor.id)


def start_reset(person: User, address_of: links.AddressOf, *, actor: User) -> None:
    """Send somebody a link for a new password."""
    check_manages(actor, person)
    if person.disabled_at is not None:
        raise InvalidInputError(_("Учётная запись закрыта. Сначала откройте её."))
    links.start_reset(person, address_of, actor=actor)


def reset_second_factor(person: User, *, actor: User) -> None:
    """Take somebody's second step away, end the sessions, and say so by mail."""
    check_manages(actor, person)
    second_factor.remove(person.id)
    accounts.end_sessions(person)
    scope = home_scope(person)
    subject, text = letters.second_factor_reset(person.name, actor.name)
    region_id = scope.region_id if scope else None
    mail.post(person.email, subject, text, kind="account.second_factor", region_id=region_id, user_id=person.id)
    audit.write("account.second_factor_reset", "account", person.id, actor=actor.id, scope=scope)


def manages(actor: User, person: User) -> bool:
    """Tell whether the actor looks after the whole of the other's account."""
    return person.id != actor.id and current_rules().may_manage(held_by(actor), held_by(person))


def check_manages(actor: User, person: User) -> None:
    if not manages(actor, person):
        raise NotAllowedError(_("Эту учётную запись ведут не только в вашей ветви: обратитесь к вышестоящим."))
