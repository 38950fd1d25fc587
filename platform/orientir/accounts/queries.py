"""Reads of accounts: who is there, what they hold, who may give what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from orientir.accounts.delegation import GIVES, Held, Rules
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import PERMISSIONS, Role, object_roles, permissions_of
from orientir.contracts import Scope
from orientir.db import db

LARGEST_ID = 2**31 - 1


def find_account(user_id: int) -> User | None:
    """Return the account with this number, or None."""
    return db.session.get(User, user_id) if 0 < user_id <= LARGEST_ID else None


def held_by(user: User) -> list[Held]:
    """Return the roles of an account in their branches."""
    return [Held(grant.role, grant.scope) for grant in user.grants]


def home_scope(user: User) -> Scope | None:
    """Return the branch that acts on the account are filed under: that of its first role."""
    return user.grants[0].scope if user.grants else None


def current_rules() -> Rules:
    """Return who may give which role, with the roles of the plugins that are on."""
    added = object_roles()
    gives = {
        giver: {*GIVES.get(giver, ()), *(key for key, role in added.items() if role.given_by in permissions_of(giver))}
        for giver in (*PERMISSIONS, *added)
    }
    return Rules(gives, {key: role.kind for key, role in added.items()})


def active_administrators(region_id: int) -> Sequence[int]:
    """Return the accounts that administer the region and can sign in."""
    wanted = (
        select(Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.role == Role.ADMINISTRATOR, Grant.region_id == region_id, User.disabled_at.is_(None))
    )
    return db.session.scalars(wanted.distinct()).all()
