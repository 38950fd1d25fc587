"""When classes move to the next year, and what most likely becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orientir.clock import AcademicYear
from orientir.db import fold
from orientir.organisations.class_names import LAST_GRADE, ClassName
from orientir.organisations.models import Region, SchoolClass
from orientir.organisations.queries import today_of

SPRING, AUTUMN = range(5, 9), range(9, 11)  # months: 1 May to 31 October
SCHOOL_ENDS = (9, 11, 12)  # grades after which most or all leave; who stays is chosen by hand


class Fate(StrEnum):
    """What becomes of a class; without one the question is still open."""

    MOVES = "moves"
    LEAVES = "leaves"
    WAITS = "waits"


@dataclass(frozen=True)
class Guess:
    """The likeliest fate of a class and its name in the next year; None where only the school knows."""

    fate: Fate | None
    name: ClassName | None


def moving_from(region: Region) -> AcademicYear | None:
    """Return the academic year whose classes move on now, or None out of season; a demo has no season."""
    today = today_of(region)
    current = AcademicYear.of(today)
    if today.month in SPRING:
        return current
    return AcademicYear(current.start - 1) if today.month in AUTUMN or region.is_demo else None


def guess(school_class: SchoolClass) -> Guess:
    """Return what most likely becomes of the class: 8«А» → 9«А», 11 leaves, a комплект «5–6» is asked about."""
    name = school_class.class_name
    if name.last_grade == 0:
        leaves = fold(name.letter).startswith("подготовит")  # the last group of a kindergarten
        return Guess(Fate.LEAVES if leaves else Fate.MOVES, name)
    following = ClassName(name.grade + 1, name.last_grade + 1, name.letter) if name.last_grade < LAST_GRADE else None
    if name.grade != name.last_grade:
        return Guess(None, following)
    return Guess(Fate.LEAVES if name.grade in SCHOOL_ENDS else Fate.MOVES, following)
