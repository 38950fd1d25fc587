"""«Дела передать»: somebody leaves, the roles go to a successor today, with them whatever waits in their branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.accounts.queries import current_rules, held_by
from orientir.accounts.roles import role_title
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, NotAllowedError
from orientir.i18n import _
from orientir.mail import services as mail
from orientir.people import invitations, letters
from orientir.people.invitations import Addresses
from orientir.people.models import Invitation
from orientir.people.places import name_places


@dataclass(frozen=True)
class Plan:
    """What would be done: these roles go from `leaver` to `email`, `successor` when there is an account already."""

    leaver: User
    email: str
    successor: User | None
    moving: Sequence[Grant]
    staying: Sequence[Grant]
    places: Mapping[str, str]
    closes: bool

    def words(self, held: Grant) -> str:
        """Return a role with its branch: «учитель — Школа № 3, Братск»."""
        return f"{role_title(held.role)} — {self.places.get(held.branch, '')}"


def movable(leaver: User, *, actor: User) -> list[Grant]:
    """Return the roles the actor may hand over: the own ones of a school or municipality, or those of a colleague."""
    rules, giver = current_rules(), held_by(actor)
    if actor.id == leaver.id:
        return [held for held, own in zip(leaver.grants, held_by(leaver), strict=True) if rules.may_pass_on(own)]
    return [held for held in leaver.grants if rules.may_give(giver, held.role, held.scope)]


def plan(leaver: User, email: str, *, closes: bool, actor: User) -> Plan:
    """Return what handing over to `email` would do; raises InvalidInputError (field «email») or NotAllowedError."""
    moving = movable(leaver, actor=actor)
    if not moving:
        raise NotAllowedError(_("Здесь нечего передавать: эти роли дают и забирают вышестоящие."))
    address = accounts.checked_email(email)
    if address == leaver.email:
        raise InvalidInputError(_("Это адрес того, кто уходит. Впишите адрес преемника."), "email")
    successor = db.session.scalar(select(User).where(User.email == address))
    if successor is not None and successor.disabled_at is not None:
        raise InvalidInputError(_("Эта учётная запись закрыта. Откройте её или назовите другого."), "email")
    if successor is not None and successor.id == actor.id:
        raise InvalidInputError(_("Себе роль не дают. Попросите вышестоящих передать дела вам."), "email")
    staying = [held for held in leaver.grants if held not in moving]
    places = name_places([held.scope for held in leaver.grants])
    return Plan(leaver, address, successor, moving, staying, places, closes and not staying)


def carry_out(made: Plan, *, actor: User, addresses: Addresses) -> None:
    """Do what the plan says, in the caller's transaction.

    Raises ConflictError where somebody closed the successor's account, or passed the roles on, since the plan was made.
    """
    leaver, successor = made.leaver, made.successor
    _hold(leaver, successor)
    roles = [(held, held.role, held.scope, made.words(held)) for held in made.moving if held in leaver.grants]
    if not roles:
        raise ConflictError(_("Эти роли уже передали или сняли. Откройте страницу заново."))
    for held, role, scope, _words in roles:
        accounts.take(leaver, held, actor=actor.id)
        if successor is not None:
            accounts.grant(successor, role, scope, actor=actor.id)
        else:
            place = made.places[scope.branch]
            invitations.send(made.email, role, scope, place, actor=actor, addresses=addresses, is_handover=True)
    if successor is not None:
        _pass_invitations(leaver, successor)
        subject, text = letters.handed_over(
            successor.name, actor.name, "; ".join(words for *_role, words in roles), addresses.home
        )
        region_id = roles[0][2].region_id
        mail.post(successor.email, subject, text, kind="role.handed_over", region_id=region_id, user_id=successor.id)
    if made.closes and not leaver.grants:
        accounts.disable(leaver, actor=actor.id)
    audit.write(
        "account.hand_over",
        "account",
        leaver.id,
        actor=actor.id,
        scope=roles[0][2],
        to=successor.id if successor else None,
        roles=[role for _held, role, _scope, _words in roles],
    )


def _hold(leaver: User, successor: User | None) -> None:
    """Hold both accounts, in one order: two who hand over to each other would else both be left without a role."""
    for one in sorted({leaver, successor or leaver}, key=lambda user: user.id):
        accounts.lock(one)
    if successor is not None and successor.disabled_at is not None:
        raise ConflictError(_("Учётную запись преемника только что закрыли. Откройте страницу заново."))


def _pass_invitations(leaver: User, successor: User) -> None:
    """Let the successor stand behind the invitations the leaver has sent."""
    sent = update(Invitation).where(Invitation.invited_by == leaver.id, Invitation.accepted_at.is_(None))
    db.session.execute(sent.values(invited_by=successor.id))
