"""What callers say to the ledger: where the people belong, how they are known, and which act says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orientir.coverage.levels import Level
from orientir.errors import InvalidInputError
from orientir.i18n import _

MOST_PEOPLE = 100_000


@dataclass(frozen=True)
class Source:
    """The act behind a fact: unique per plugin; marking again after an undo is the next `revision`."""

    plugin: str
    reference: str
    revision: int = 0


@dataclass(frozen=True)
class ClassHome:
    """People of one class."""

    class_id: int


@dataclass(frozen=True)
class LevelHome:
    """People of an organisation whose class is not known; grown-ups have no level."""

    organisation_id: int
    level: Level = Level.NONE


@dataclass(frozen=True)
class Seat:
    """One student, by the pseudonymous seat; the home is the seat's class."""

    student_id: int

    kind = "seat"
    people = 1

    def columns(self) -> Mapping[str, Any]:
        return {"student_id": self.student_id}

    def check(self) -> None:
        """A seat cannot be wrong by itself."""


@dataclass(frozen=True)
class Party:
    """People present together from `starts_at` to `ends_at` (aware), «из них» with ОВЗ, with инвалидность.

    `others`: other children than at all parties of this home that start earlier («другие дети»).
    """

    people: int
    starts_at: datetime
    ends_at: datetime
    ovz: int = 0
    disabled: int = 0
    others: bool = False

    kind = "party"

    def columns(self) -> Mapping[str, Any]:
        return {
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "ovz": self.ovz,
            "disabled": self.disabled,
            "others": self.others,
        }

    def check(self) -> None:
        """Raise InvalidInputError naming the field that is wrong (V-02, V-14)."""
        check_people(self.people)
        _check_part(self.ovz, self.people, "ovz", _("Показатель «в том числе с ОВЗ» больше общего числа."))
        _check_part(
            self.disabled, self.people, "disabled", _("Показатель «в том числе с инвалидностью» больше общего числа.")
        )
        if self.starts_at >= self.ends_at:
            raise InvalidInputError(_("Окончание должно быть позже начала."), "ends_at")


@dataclass(frozen=True)
class Slips:
    """Used one-time slips of one class: different people by construction."""

    people: int

    kind = "slips"

    def columns(self) -> Mapping[str, Any]:
        return {}

    def check(self) -> None:
        """Raise InvalidInputError unless at least one slip was used."""
        check_people(self.people)


@dataclass(frozen=True)
class Entry:
    """One thing to record; `home` may be left out for a seat, `host_organisation_id` is who held the occasion."""

    activity: str
    period: int
    on_date: date
    evidence: Seat | Party | Slips
    source: Source
    home: ClassHome | LevelHome | None = None
    host_organisation_id: int | None = None


@dataclass(frozen=True)
class Recorded:
    """The stored outcome; `is_new` is False when the source had been recorded before and nothing changed."""

    fact_id: int
    is_new: bool


def check_people(people: int) -> None:
    """Raise InvalidInputError unless `people` is a whole number from 1 (V-14)."""
    if type(people) is not int or not 1 <= people <= MOST_PEOPLE:
        raise InvalidInputError(_("Число человек\N{NO-BREAK SPACE}— целое, не меньше одного."), "people")


def _check_part(part: int, people: int, field: str, too_many: str) -> None:
    if type(part) is not int or part < 0:
        raise InvalidInputError(_("Число человек\N{NO-BREAK SPACE}— целое, не меньше нуля."), field)
    if part > people:
        raise InvalidInputError(too_many, field)
