"""Reads for those who look after accounts: who is in my branch, who is invited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.accounts.models import Grant, User
from orientir.contracts import Scope
from orientir.db import db, fold
from orientir.organisations.models import Organisation
from orientir.organisations.search import search_words
from orientir.people.models import Invitation

PAGE_ROWS = 50
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Wish:
    """What the list is narrowed to; empty words are no condition."""

    typed: str = ""
    role: str = ""
    organisation: str = ""
    state: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list: its accounts, its number from 1, how many pages and people there are."""

    people: list[User]
    number: int
    pages: int
    total: int


def list_people(scopes: Sequence[Scope], wish: Wish, page: int = 1, rows: int = PAGE_ROWS) -> PeoplePage:
    """Return the accounts that hold a role inside `scopes`, by name; a page beyond the last is the last one."""
    wanted = _wanted(scopes, wish)
    total = db.session.scalar(select(func.count(User.id)).where(wanted)) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    listed = select(User).where(wanted).order_by(User.search_key, User.id)
    found = db.session.scalars(listed.limit(rows).offset((number - 1) * rows))
    return PeoplePage(list(found), number, pages, total)


def open_invitations(scopes: Sequence[Scope], rows: int = PAGE_ROWS) -> list[Invitation]:
    """Return the invitations inside `scopes` that were neither accepted nor withdrawn, latest first."""
    wanted = (
        select(Invitation)
        .where(_inside(Invitation, scopes), Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
        .limit(rows)
    )
    return list(db.session.scalars(wanted))


def find_invitation(invitation_id: int) -> Invitation | None:
    return db.session.get(Invitation, invitation_id) if 0 < invitation_id <= LARGEST_ID else None


def find_by_digest(digest: str) -> Invitation | None:
    """Return the invitation that can still be accepted, or None."""
    wanted = select(Invitation).where(
        Invitation.digest == digest,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    return db.session.scalar(wanted)


def has_account(email: str) -> bool:
    return db.session.scalar(select(User.id).where(User.email == email)) is not None


def _wanted(scopes: Sequence[Scope], wish: Wish) -> ColumnElement[bool]:
    role = aliased(Grant)
    conditions: list[ColumnElement[bool]] = [role.user_id == User.id, _inside(role, scopes)]
    if wish.role:
        conditions.append(role.role == wish.role)
    if words := search_words(wish.organisation):
        named = [Organisation.search_key.contains(word, autoescape=True) for word in words]
        conditions.append(role.organisation_id.in_(select(Organisation.id).where(*named)))
    whole: list[ColumnElement[bool]] = [exists().where(*conditions)]
    printable = "".join(sign if sign.isprintable() else " " for sign in wish.typed[:100])
    whole += [User.search_key.contains(word, autoescape=True) for word in fold(printable).split()]
    if wish.state:
        whole.append(User.disabled_at.is_(None) if wish.state == "active" else User.disabled_at.is_not(None))
    return and_(*whole)


def _inside(rows: Any, scopes: Iterable[Scope]) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped class or its alias
    """Return the condition that keeps rows in a branch to `scopes`; a role in an object belongs to its region."""
    return or_(false(), *(_within(rows, scope) for scope in scopes if not scope.object_key))


def _within(rows: Any, scope: Scope) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped class or its alias
    conditions = [rows.region_id == scope.region_id]
    if scope.organisation_id is not None:
        conditions.append(rows.organisation_id == scope.organisation_id)
    elif scope.municipality_id is not None:
        inside = select(Organisation.id).where(Organisation.municipality_id == scope.municipality_id)
        conditions.append(or_(rows.municipality_id == scope.municipality_id, rows.organisation_id.in_(inside)))
    return and_(*conditions)
