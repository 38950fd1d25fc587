"""Whom a notice is for: accounts by role or permission in a branch of the tree. One query for a whole region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select

from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import db


class Directory:
    """Who holds which role where in one region; accounts that are closed hold nothing."""

    def __init__(self, held: Iterable[tuple[int, str, Scope]]) -> None:
        self._by_branch: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._held = list(held)
        for user_id, role, scope in self._held:
            self._by_branch[role, scope.branch].add(user_id)

    def at(self, scope: Scope, *roles: str) -> tuple[int, ...]:
        """Return who holds one of `roles` for exactly this branch: the administrators of this very school."""
        return _sorted(self._by_branch.get((role, scope.branch), ()) for role in roles)

    def over(self, scope: Scope, *roles: str) -> tuple[int, ...]:
        """Return who holds one of `roles` in the branch or in one above it."""
        branches = {scope.branch, Scope(scope.region_id).branch}
        if scope.municipality_id is not None:
            branches.add(Scope(scope.region_id, scope.municipality_id).branch)
        return _sorted(self._by_branch.get((role, branch), ()) for role in roles for branch in branches)

    def within(self, scope: Scope, *roles: str) -> tuple[int, ...]:
        """Return who holds one of `roles` in the branch or in one below it."""
        return _sorted({user} for user, role, own in self._held if role in roles and scope.covers(own))

    def responsible(self, school: Scope) -> tuple[int, ...]:
        """Return who answers for a school: its administrators.

        Where there is none, a reminder goes by mail to the responsible person of its card (`contact_letters`), and the
        coordinator is told by a rule.
        """
        return self.at(school, Role.SCHOOL_ADMIN)

    def schools_with_responsible(self) -> set[int]:
        """Return the organisations that have an administrator."""
        return {
            own.organisation_id
            for _user, role, own in self._held
            if role == Role.SCHOOL_ADMIN and own.organisation_id is not None
        }


def directory(region_id: int) -> Directory:
    """Return who holds what in the region, in one query."""
    rows = db.session.execute(
        select(Grant.user_id, Grant.role, Grant.municipality_id, Grant.organisation_id, Grant.present_municipality_id)
        .join(User, Grant.user_id == User.id)
        .where(Grant.region_id == region_id, User.disabled_at.is_(None))
        .order_by(Grant.user_id)
    )
    return Directory(
        (user, role, Scope(region_id, own_municipality or present, organisation))
        for user, role, own_municipality, organisation, present in rows
    )


def people_at(organisation: Scope, *roles: str) -> tuple[int, ...]:
    """Return who holds one of `roles` for exactly this organisation, by a narrow query: for the act of a moment.

    Rounds over a whole region ask `directory` once. Closed accounts are left out by `tell`.
    """
    held = select(Grant.user_id).where(Grant.organisation_id == organisation.organisation_id, Grant.role.in_(roles))
    return tuple(sorted(set(db.session.scalars(held))))


def holds_over(user_id: int, scope: Scope, roles: Collection[str]) -> bool:
    """Tell whether the account is open and holds one of `roles` in the branch or in one above it."""
    held = (
        select(Grant.municipality_id, Grant.present_municipality_id, Grant.organisation_id)
        .join(User, Grant.user_id == User.id)
        .where(Grant.user_id == user_id, Grant.region_id == scope.region_id, Grant.role.in_(roles))
        .where(User.disabled_at.is_(None))
    )
    own = [Scope(scope.region_id, town or present, place) for town, present, place in db.session.execute(held)]
    return any(one.covers(scope) for one in own)


def _sorted(groups: Iterable[Iterable[int]]) -> tuple[int, ...]:
    return tuple(sorted({user for group in groups for user in group}))
