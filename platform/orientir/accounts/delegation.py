"""Who may give, take and manage which role in which branch: a pure rule over what people hold.

Nobody gives more than they hold, nor a role beside their own; administrators alone name each other. Nobody touches
the own account through this rule, and a region always keeps an administrator who can sign in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from orientir.accounts.roles import Role
from orientir.contracts import Scope

REGION, MUNICIPALITY, ORGANISATION, OBJECT = "region", "municipality", "organisation", "object"

# Where a role makes sense; a role of a plugin stands in an object of that plugin.
STANDS_IN: Mapping[str, AbstractSet[str]] = {
    Role.ADMINISTRATOR: {REGION},
    Role.OPERATOR: {REGION},
    Role.OBSERVER: {REGION, MUNICIPALITY, ORGANISATION},
    Role.COORDINATOR: {MUNICIPALITY},
    Role.SCHOOL_ADMIN: {ORGANISATION},
    Role.TEACHER: {ORGANISATION},
    Role.ORGANISER: {ORGANISATION},
}
GIVES: Mapping[str, AbstractSet[str]] = {
    Role.ADMINISTRATOR: set(Role),
    Role.OPERATOR: {Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER, Role.ORGANISER, Role.OBSERVER},
    Role.COORDINATOR: {Role.SCHOOL_ADMIN, Role.TEACHER, Role.ORGANISER},
    Role.SCHOOL_ADMIN: {Role.TEACHER},
}
# What a person who leaves may pass on alone; the offices of the region are given by its administrators.
PASSED_ON = frozenset({Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER, Role.ORGANISER})


@dataclass(frozen=True)
class Held:
    """A role in its branch, with the municipality the organisation lies in now."""

    role: str
    scope: Scope


@dataclass(frozen=True)
class Rules:
    """The rule with the roles of the plugins in it: `gives` who names whom, `objects` the kind each stands in."""

    gives: Mapping[str, AbstractSet[str]]
    objects: Mapping[str, str]

    def stands(self, role: str, scope: Scope) -> bool:
        """Tell whether the role makes sense in the branch."""
        if scope.object_key:
            return role in self.objects and scope.object_key.startswith(f"{self.objects[role]}:")
        return level_of(scope) in STANDS_IN.get(role, set())

    def may_give(self, giver: Iterable[Held], role: str, scope: Scope) -> bool:
        """Tell whether somebody who holds `giver` may give the role in the branch to somebody else."""
        return self.stands(role, scope) and any(
            role in self.gives.get(held.role, ()) and held.scope.covers(scope) for held in giver
        )

    def may_manage(self, giver: Sequence[Held], person: Sequence[Held]) -> bool:
        """Tell whether the giver may close the person's account or reset its secrets: every role of it is theirs.

        A person of two regions, or with a role above the giver's, is left to those above both. A role that people of an
        object give each other (an author of an entry) stands under nobody, and binds nobody.
        """
        bound = [held for held in person if self._is_given_in_tree(held.role)]
        return bool(bound) and all(self.may_give(giver, held.role, held.scope) for held in bound)

    def _is_given_in_tree(self, role: str) -> bool:
        return any(role in self.gives.get(giver, ()) for giver in STANDS_IN)

    def may_meet(self, giver: Sequence[Held], person: Iterable[Held]) -> bool:
        """Tell whether the person is any of the giver's business: one role at least is theirs to give."""
        return any(self.may_give(giver, held.role, held.scope) for held in person)

    def may_pass_on(self, own: Held) -> bool:
        """Tell whether a holder who leaves may hand the role over without asking anybody."""
        return own.role in PASSED_ON and not own.scope.object_key


PLATFORM_RULES = Rules(GIVES, {})


def level_of(scope: Scope) -> str:
    """Return the level of the tree a branch stands on, or OBJECT."""
    if scope.object_key:
        return OBJECT
    if scope.organisation_id is not None:
        return ORGANISATION
    return REGION if scope.municipality_id is None else MUNICIPALITY


def orphaned(administrators: Iterable[int], leaving: int) -> bool:
    """Tell whether a region would lose its last administrator: `administrators` are those who can sign in now."""
    present = set(administrators)
    return leaving in present and present == {leaving}
