"""People whose data are exported or forgotten, and the demo they are tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


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
