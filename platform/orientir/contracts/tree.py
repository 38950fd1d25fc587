"""Branches of the tree, and who looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True)
class Scope:
    """A branch of the tree: a region, one of its municipalities, or one organisation in it.

    With `object_key` («contest:12») it is one object of a plugin in that branch, and covers nothing else: see
    `ObjectRole`. Only permissions of that plugin are ever held there, so lists of the tree never meet such a scope.
    """

    region_id: int
    municipality_id: int | None = None
    organisation_id: int | None = None
    object_key: str = ""

    def covers(self, other: Scope) -> bool:
        """Tell whether `other` is this branch or lies in it."""
        return self.region_id == other.region_id and all(
            mine is None or mine == theirs
            for mine, theirs in (
                (self.municipality_id, other.municipality_id),
                (self.organisation_id, other.organisation_id),
                (self.object_key or None, other.object_key),
            )
        )

    def lasting(self) -> Scope:
        """Return the branch as it is stored: an organisation without its municipality, because it may move."""
        return self if self.organisation_id is None else replace(self, municipality_id=None)

    def columns(self) -> dict[str, int | None]:
        """Return the branch as the columns of a table that knows the tree alone."""
        stored = self.lasting()
        return {
            "region_id": stored.region_id,
            "municipality_id": stored.municipality_id,
            "organisation_id": stored.organisation_id,
        }

    @property
    def branch(self) -> str:
        """The branch in one word, fit for UNIQUE: «1/7/» is municipality 7 of region 1, «1//4» organisation 4."""
        stored = self.lasting()
        place = f"{stored.region_id}/{stored.municipality_id or ''}/{stored.organisation_id or ''}"
        return f"{place}/{stored.object_key}" if stored.object_key else place


class Viewer(Protocol):
    """Who looks at a page: a grown-up with an account, or nobody."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def user_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...

    def can(self, permission: str, scope: Scope | None = None) -> bool:
        """Tell whether the viewer holds `permission` in `scope`; without a scope, anywhere at all."""
        ...

    def belongs(self, scope: Scope) -> bool:
        """Tell whether any role of the viewer lies over `scope`: if not, its objects do not exist for the viewer."""
        ...

    def scopes(self, permission: str) -> Sequence[Scope]:
        """Return the branches in which the viewer holds `permission` («»: any role in the tree), widest first."""
        ...
