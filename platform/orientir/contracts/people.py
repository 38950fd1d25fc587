"""People whose data are exported or forgotten, and the demo they are tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Person:
    """A grown-up with an account whose data are exported or forgotten."""

    user_id: int
    email: str


class DemoScale(StrEnum):
    """A few schools made in seconds by the verbs people use, or a whole region made in bulk."""

    SMALL = "small"
    REGION = "region"


def _keep_quiet(_title: str, _done: int, _total: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class DemoWorld:
    """What the demo has built before plugins add their part.

    At the scale of a region a plugin writes its rows in bulk and only the evidence of coverage (own rows behind
    `measures`, facts by `orientir.coverage.loading`): counters are built once, after the last plugin. `report` shows a
    step's name, how much of it is done and how much there is.
    """

    region_id: int
    seed: int
    today: date
    staff: Mapping[str, int]
    showcase_class_id: int
    note: Callable[[str, str], None]
    scale: DemoScale = DemoScale.SMALL
    report: Callable[[str, int, int], None] = _keep_quiet
