"""The signed-in person and nobody, as access rules and plugins see them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_login import AnonymousUserMixin, UserMixin

from orientir.accounts.models import SignIn, User
from orientir.accounts.roles import permissions_of
from orientir.contracts import Scope


class SignedIn(UserMixin):
    """An account looking at pages; implements `orientir.contracts.Viewer`."""

    def __init__(self, user: User, session: SignIn | None = None) -> None:
        self.user = user
        self.session_key = session.key if session else ""
        self.must_enrol = session.must_enrol if session else False
        self._grants = [(permissions_of(grant.role), grant.scope) for grant in user.grants]

    def get_id(self) -> str:
        """Return what the cookie keeps: the id, the stamp that dies with the password, and the session's row."""
        return f"{self.user.id}:{self.user.session_stamp}:{self.session_key}"

    @property
    def user_id(self) -> int | None:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    def can(self, permission: str, scope: Scope | None = None) -> bool:
        return any(permission in held and (scope is None or own.covers(scope)) for held, own in self._grants)

    def belongs(self, scope: Scope) -> bool:
        return any(own.covers(scope) for _held, own in self._grants)

    def scopes(self, permission: str) -> Sequence[Scope]:
        held = {
            own
            for permissions, own in self._grants
            if (permission in permissions if permission else not own.object_key)
        }
        return sorted(held, key=lambda one: (one.municipality_id or 0, one.organisation_id or 0, one.region_id))


class Nobody(AnonymousUserMixin):
    """Whoever is not signed in; implements `orientir.contracts.Viewer`."""

    user_id: int | None = None
    name = ""

    def can(self, permission: str, scope: Scope | None = None) -> bool:  # noqa: ARG002 - the shape of a viewer
        return False

    def belongs(self, scope: Scope) -> bool:  # noqa: ARG002 - the shape of a viewer
        return False

    def scopes(self, permission: str) -> Sequence[Scope]:  # noqa: ARG002 - the shape of a viewer
        return ()
