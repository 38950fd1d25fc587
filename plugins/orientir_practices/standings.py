"""The ranking of a contest as tables of lines: worked out of rows alone, by no clock and no database.

Three hundred entries with five sheets each are worked out in some ten milliseconds and looked at again and again, so
the last few answers are kept beside the very rows they came of. Other rows, other answer: nothing has to be told when
somebody sends a sheet, and nothing can be out of date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

from orientir.i18n import current_locale
from orientir.organisations.models import titled
from orientir_practices.ranking import Contender, Place, Ranking, Rules, SentSheet, rank
from orientir_practices.rounds import DEFENCE, FIRST
from orientir_practices.scoring import final, needs_one_more, shown
from orientir_practices.severity import Severity, blend
from orientir_practices.severity import severity as severity_of

SheetRow: TypeAlias = tuple[int, int, int, str, int]
KEPT = 8  # contests of a process; one of three hundred entries holds about a megabyte


class EntryRow(NamedTuple):
    """What a line of the ranking says of an entry."""

    id: int
    number: int
    title: str
    nomination_id: int
    organisation: str
    town: str
    town_kind: str
    submitted_at: datetime | None

    @property
    def municipality(self) -> str:
        return titled(self.town, self.town_kind)


class Facts(NamedTuple):
    """All that a ranking comes of: what the contest fixed before, and the rows as the database gives them.

    `sheets` as (entry, juror, total, digits, round), where digits are the scores in the order of the rubric, «-» for
    none. `finalists` are the entries of the short list where there is a second round, None where there is none (yet).
    """

    rules: Rules
    spread_limit: int
    nominations: tuple[tuple[int, str], ...]
    entries: tuple[EntryRow, ...]
    sheets: tuple[SheetRow, ...]
    verdicts: tuple[tuple[int, int], ...]
    finalists: tuple[int, ...] | None = None


class Digits(Sequence[int | None]):
    """The scores of a sheet in the order of the rubric, read one by one: most are never looked at."""

    __slots__ = ("signs",)

    def __init__(self, signs: str) -> None:
        self.signs = signs

    def __len__(self) -> int:
        return len(self.signs)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - a score, or a part of them
        if isinstance(at, slice):
            return Digits(self.signs[at])
        sign = self.signs[at]
        return None if sign == "-" else int(sign)


class Part(NamedTuple):
    """What an entry got in one round: the totals of its sheets and what they make, None while some are missing."""

    totals: tuple[int, ...]
    figure: Fraction | None

    @property
    def shown(self) -> str:
        return shown(self.figure)

    @property
    def listed(self) -> str:
        return ", ".join(map(str, self.totals))


@dataclass(frozen=True)
class Line:
    """An entry in its nomination: what it got in each round, its place, and whether one more expert is asked.

    `is_out`: it did not come into the short list, so it stands outside the order.
    """

    entry: EntryRow
    nomination: str
    parts: tuple[Part, ...]
    place: Place
    needs_expert: bool = False
    is_out: bool = False

    @property
    def totals(self) -> tuple[int, ...]:
        """The totals of the last round."""
        return self.parts[-1].totals

    @property
    def final(self) -> Fraction | None:
        return self.place.final

    @property
    def has_passed(self) -> bool:
        return self.place.passes

    @cached_property
    def shown(self) -> str:
        return shown(self.place.final)

    @cached_property
    def listed(self) -> str:
        return self.parts[-1].listed

    @cached_property
    def adjusted(self) -> str:
        """The figure an average expert would have given, «81,40»; «» where the ranks cannot be compared."""
        is_compared = self.place.adjusted_rank is not None
        return f"{self.place.adjusted:.2f}".replace(".", ",") if is_compared else ""

    @cached_property
    def adjusted_rank(self) -> str:
        return str(self.place.adjusted_rank or "")

    @cached_property
    def rank(self) -> str:
        return str(self.place.rank or "")


@dataclass(frozen=True)
class Table:
    """The ranking of one nomination, its lines from the best."""

    nomination_id: int
    title: str
    lines: Sequence[Line]
    ranking: Ranking

    told: dict[str, list[str]] = field(default_factory=dict, compare=False)

    @property
    def reasons(self) -> list[str]:
        """What parted the ties; a reader's language is told once."""
        language = str(current_locale())
        if language not in self.told:
            numbers = {line.entry.id: line.entry.number for line in self.lines}
            self.told[language] = self.ranking.reasons(numbers)
        return self.told[language]

    @property
    def notes(self) -> list[str]:
        """What a reader must know before comparing."""
        return self.ranking.notes()


@lru_cache(maxsize=KEPT)
def worked_out(facts: Facts) -> tuple[Table, ...]:
    """Return the ranking of every nomination; the same facts give the same answer, which nobody may change."""
    by_entry: dict[int, list[SentSheet]] = {row.id: [] for row in facts.entries}
    for entry, juror, total, digits, number in facts.sheets:
        by_entry[entry].append(SentSheet(entry, juror, total, Digits(digits), number))
    severity = _severity(facts, FIRST)
    if second := facts.rules.second:
        severity = blend(severity, _severity(facts, DEFENCE), second.weight)
    return tuple(_table(facts, one, title, by_entry, severity) for one, title in facts.nominations)


def _severity(facts: Facts, number: int) -> Severity:
    return severity_of((entry, juror, total) for entry, juror, total, _digits, one in facts.sheets if one == number)


def _table(
    facts: Facts, nomination: int, title: str, sheets: Mapping[int, list[SentSheet]], severity: Severity
) -> Table:
    rows = {row.id: row for row in facts.entries if row.nomination_id == nomination}
    going = [row for row in rows.values() if facts.finalists is None or row.id in facts.finalists]
    ranking = rank(
        [Contender(row.id, row.number, row.submitted_at) for row in going],
        [sheet for row in going for sheet in sheets[row.id]],
        facts.rules, chair=dict(facts.verdicts), severity=severity,
    )  # fmt: skip
    limit, most = facts.spread_limit, (facts.rules.second or facts.rules).minimum + 1
    lines = []
    for place in ranking.places:
        parts = _parts(facts.rules, sheets[place.entry_id], place.final)
        asks = place.spread >= limit and needs_one_more(parts[-1].totals, limit, most=most)
        lines.append(Line(rows[place.entry_id], title, parts, place, asks))
    return Table(nomination, title, [*lines, *_left_out(facts, title, rows, sheets)], ranking)


def _left_out(
    facts: Facts, title: str, rows: Mapping[int, EntryRow], sheets: Mapping[int, list[SentSheet]]
) -> list[Line]:
    """Return the entries the short list left out, the best of the first round first, without a place."""
    if facts.finalists is None:
        return []
    lines = [
        Line(row, title, _parts(facts.rules, sheets[row.id], None), Place(row.id, 0, 0), is_out=True)
        for row in rows.values()
        if row.id not in facts.finalists
    ]
    return sorted(lines, key=lambda line: (-(line.parts[0].figure or 0), line.entry.number))


def _parts(rules: Rules, sheets: Sequence[SentSheet], figure: Fraction | None) -> tuple[Part, ...]:
    if rules.second is None:
        return (Part(tuple(sheet.total for sheet in sheets), figure),)
    rounds = ((FIRST, rules.minimum), (DEFENCE, rules.second.minimum))
    totals = [(tuple(sheet.total for sheet in sheets if sheet.round == one), minimum) for one, minimum in rounds]
    return tuple(Part(found, final(found, rules.aggregation, minimum)) for found, minimum in totals)
