"""Roles in the objects of plugins, people whose data are exported or forgotten, and the demo they are tried on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from orientir.contracts.texts import Text
from orientir.contracts.tree import Scope
from orientir.errors import PluginError


@dataclass(frozen=True)
class ObjectRole:
    """A role in one object of a plugin, such as a juror of a contest.

    `kind` names the sort of object and bears the plugin's name: a grant carries «contest:12», and `scope` makes its
    branch. `permissions` are the plugin's own and hold on that object alone; `given_by` is the permission of whoever
    may give the role there.
    """

    key: str
    title: Text
    kind: str
    permissions: tuple[str, ...]
    given_by: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.kind):
            raise PluginError(f"role «{self.key}»: the kind of object «{self.kind}» must be letters, digits and _")

    def scope(self, region_id: int, number: int) -> Scope:
        """Return the branch of object `number` of this kind."""
        return Scope(region_id, object_key=f"{self.kind}:{number}")


@dataclass(frozen=True)
class Person:
    """A grown-up with an account whose data are exported or forgotten."""

    user_id: int
    email: str


@dataclass(frozen=True)
class DemoWorld:
    """What the demo has built before plugins add their part."""

    region_id: int
    seed: int
    today: date
    staff: Mapping[str, int]
    showcase_class_id: int
    note: Callable[[str, str], None]
