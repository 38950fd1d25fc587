"""Codes people type, and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orientir.contracts.texts import Text


@dataclass(frozen=True)
class CodeKind:
    """A kind of code a plugin opens; `title` says on refusals what the person holds in the hand.

    `keeps_answers`: behind it somebody answers page by page, so asked again one hears that nothing is lost.
    """

    key: str
    title: Text
    keeps_answers: bool = False


@dataclass(frozen=True)
class OpenedCode:
    """A code somebody typed: its kind, the owner it was issued to, and the digits themselves.

    The digits are a secret of the person; they unlock the person's own draft and are never stored.
    """

    kind: str
    owner: str
    digits: str = field(repr=False)


@dataclass(frozen=True)
class CodeDestination:
    """Where a code leads, and what the browser's session must remember until then.

    `person` names whose code it is («student:12»): beside it the browser keeps only codes of other kinds that name the
    same person. "" is somebody unknown; None a code of no person, such as the PIN of a door. `until`: the browser keeps
    it until then, however long nobody touched it. `returns`: whoever was on the way to a page this code opens is led
    there instead.
    """

    url: str
    remember: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = ""
    until: datetime | None = None
    returns: bool = False


@dataclass(frozen=True)
class PlatformCode:
    """A kind of code the platform opens itself, in the way `orientir_open_code` does for a plugin's."""

    kind: CodeKind
    open: Callable[[OpenedCode], CodeDestination | None]
