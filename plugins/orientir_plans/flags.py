"""Marks on answers that look careless (domain.md, C.1 «Quality flags»). An answer is marked, never deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FAST_SECONDS = 60
FLAT_SECONDS = 90
SCALE = "P14"
PROFESSION = "P4"
WORD = re.compile(r"[а-яё]*[аеёиоуыэюя][а-яё]*", re.IGNORECASE)
KEYBOARD_RUNS = ("йцук", "фыва", "ячсм", "qwer", "asdf", "zxcv")


def quality_flags(answers: Mapping[str, Any], *, seconds: float) -> list[str]:
    """Return the marks of an answer that took `seconds` from the first page to the send."""
    marks = {
        "fast": seconds < FAST_SECONDS,
        "flat": seconds < FLAT_SECONDS and _is_flat(answers.get(SCALE)),
        "odd_profession": _is_odd(answers.get(PROFESSION)),
    }
    return [name for name, found in marks.items() if found]


def _is_flat(scale: object) -> bool:
    return isinstance(scale, dict) and len(scale) == 5 and len(set(scale.values())) == 1


def _is_odd(profession: object) -> bool:
    if isinstance(profession, list) and profession:
        profession = profession[0].get("text")
    if not isinstance(profession, str) or profession == "skip":
        return False
    folded = profession.casefold()
    return not WORD.search(profession) or any(run in folded for run in KEYBOARD_RUNS)
