"""Roles in the objects of plugins, people whose data are exported or forgotten, and the demo they are tried on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orientir.contracts.texts import Text
from orientir.contracts.tree import Scope
from orientir.errors import NotAllowedError, PluginError


@dataclass(frozen=True)
class ObjectRole:
    """A role in one object of a plugin, such as a juror of a contest.

    `kind` names the sort of object and bears the plugin's name: a grant carries «contest:12», and `scope` makes its
    branch. `permissions` are the plugin's own and hold on that object alone; `given_by` is the permission of whoever
    may give the role there. `named` says what objects are called, by their numbers, in one question for all.
    """

    key: str
    title: Text
    kind: str
    permissions: tuple[str, ...]
    given_by: str
    named: Callable[[Collection[int]], Mapping[int, Text]] | None = None

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


class DemoScale(StrEnum):
    """A few schools made in seconds by the verbs people use, or a whole region made in bulk."""

    SMALL = "small"
    REGION = "region"


def _add_nobody(name: str, _title: str) -> int:
    raise NotAllowedError(f"this demo has no further logins, such as «{name}»")


def _keep_quiet(_title: str, _done: int, _total: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class DemoWorld:
    """What the demo has built before plugins add their part.

    At the scale of a region a plugin writes its rows in bulk and only the evidence of coverage (own rows behind
    `measures`, facts by `orientir.coverage.loading`): counters are built once, after the last plugin. `report` shows a
    step's name, how much of it is done and how much there is. `add_login` makes a further account («juror», what it is
    called) that signs in as those of `staff` do, and returns its id.
    """

    region_id: int
    seed: int
    today: date
    staff: Mapping[str, int]
    showcase_class_id: int
    note: Callable[[str, str], None]
    scale: DemoScale = DemoScale.SMALL
    add_login: Callable[[str, str], int] = _add_nobody
    report: Callable[[str, int, int], None] = _keep_quiet
