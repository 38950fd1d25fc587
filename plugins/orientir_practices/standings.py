"""The ranking of a contest as tables of lines: worked out of rows alone, by no clock and no database.

Three hundred entries with five sheets each are worked out in some ten milliseconds and looked at again and again, so
the last few answers are kept beside the very rows they came of, and what was drawn of them beside the answers. Other
rows, other answer: nothing has to be told when somebody sends a sheet, and nothing can be out of date (decision 28).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from orientir.i18n import current_locale
from orientir.organisations.models import titled
from orientir_practices.ranking import Contender, Place, Ranking, Rules, SentSheet, rank
from orientir_practices.rounds import DEFENCE, FIRST
from orientir_practices.scoring import final, needs_one_more, shown
from orientir_practices.severity import Severity, blend
from orientir_practices.severity import severity as severity_of
from orientir_practices.told import rows_in

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


def entry_of(row: Sequence[Any]) -> EntryRow:
    """Return the entry of a row as `Told` has it; SQLite writes moments without their zone, which is UTC."""
    entry, number, title, nomination, organisation, town, kind, written = row
    at = datetime.fromisoformat(written) if written else None
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return EntryRow(entry, number, title, nomination, organisation, town, kind, at)


class Told(NamedTuple):
    """The rows as the database tells them, each kind in one text (`told.py`).

    `entries` as those of `EntryRow`, `sheets` as (entry, juror, total, digits, round), where digits are the scores in
    the order of the rubric, «-» for none, `verdicts` as (entry, place). `finalists` are the entries of the short list.
    """

    entries: str
    sheets: str
    verdicts: str
    finalists: str


class Facts(NamedTuple):
    """All that a ranking comes of: what the contest fixed before, up to which round, and the very rows."""

    rules: Rules
    spread_limit: int
    nominations: tuple[tuple[int, str], ...]
    told: Told


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


def sheet_of(row: Sequence[Any]) -> SentSheet:
    """Return the sheet of a row as `Told` has it."""
    entry, juror, total, digits, number = row
    return SentSheet(entry, juror, total, Digits(digits), number)


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


class Line(NamedTuple):
    """An entry in its nomination: what it got in each round, its place, and whether one more expert is asked.

    `is_out`: it did not come into the short list, so it stands outside the order. What it shows of figures and ranks
    is put in words once: `adjusted` is what an average expert would have given, «» where ranks cannot be compared.
    """

    entry: EntryRow
    nomination: str
    parts: tuple[Part, ...]
    place: Place
    needs_expert: bool
    is_out: bool
    shown: str
    rank: str
    adjusted: str
    adjusted_rank: str

    @property
    def totals(self) -> tuple[int, ...]:
        """The totals of the last round."""
        return self.parts[-1].totals

    @property
    def listed(self) -> str:
        return self.parts[-1].listed

    @property
    def final(self) -> Fraction | None:
        return self.place.final

    @property
    def has_passed(self) -> bool:
        return self.place.passes


def line_of(
    entry: EntryRow,
    nomination: str,
    parts: tuple[Part, ...],
    place: Place,
    *,
    needs_expert: bool = False,
    is_out: bool = False,
) -> Line:
    """Return the line of an entry with its words."""
    at = place.adjusted_rank
    adjusted = f"{place.adjusted:.2f}".replace(".", ",") if at else ""
    return Line(
        entry, nomination, parts, place, needs_expert, is_out, shown(place.final), str(place.rank or ""), adjusted,
        str(at or ""),
    )  # fmt: skip


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


class Standings(tuple[Table, ...]):
    """The ranking of every nomination, and what was drawn of it: that goes when the ranking goes."""

    drawn: dict[tuple[object, ...], Markup]

    def __new__(cls, tables: Iterable[Table]) -> Standings:
        made = super().__new__(cls, tables)
        made.drawn = {}
        return made

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The lines of all nominations, one after the other."""
        return [line for table in self for line in table.lines]

    @cached_property
    def undecided(self) -> Sequence[Line]:
        """Those the chair must part."""
        return [line for line in self.lines if line.place.needs_chair]

    @cached_property
    def counts(self) -> Sequence[Collection[int]]:
        """Of how many sheets there are figures, round by round."""
        by_round = zip(*(line.parts for line in self.lines), strict=True)
        return [{len(part.totals) for part in parts if part.figure is not None} for parts in by_round]


def towns_of(lines: Iterable[Line]) -> dict[tuple[str, str], str]:
    """Return the municipalities by name and kind as the reader is told them; each is told once."""
    towns = {(line.entry.town, line.entry.town_kind): line.entry for line in lines}
    return {town: entry.municipality for town, entry in towns.items()}


@lru_cache(maxsize=KEPT)
def worked_out(facts: Facts) -> Standings:
    """Return the ranking of every nomination; the same facts give the same answer, which nobody may change."""
    board = _board_of(facts)
    return Standings(_table(board, one, title) for one, title in facts.nominations)


class _Board(NamedTuple):
    """The rows taken apart: sheets by entry, verdicts by entry; `finalists` is None while there is one round."""

    rules: Rules
    spread_limit: int
    entries: Sequence[EntryRow]
    sheets: Mapping[int, Sequence[SentSheet]]
    verdicts: Mapping[int, int]
    finalists: frozenset[int] | None
    severity: Severity


def _board_of(facts: Facts) -> _Board:
    rules, told = facts.rules, facts.told
    entries = [*map(entry_of, rows_in(told.entries))]
    sheets: dict[int, list[SentSheet]] = {row.id: [] for row in entries}
    for sheet in map(sheet_of, rows_in(told.sheets)):
        sheets[sheet.entry_id].append(sheet)
    severity = _severity(sheets, FIRST)
    if second := rules.second:
        severity = blend(severity, _severity(sheets, DEFENCE), second.weight)
    finalists = frozenset(entry for (entry,) in rows_in(told.finalists)) if second else None
    return _Board(rules, facts.spread_limit, entries, sheets, dict(rows_in(told.verdicts)), finalists, severity)


def _severity(sheets: Mapping[int, Sequence[SentSheet]], number: int) -> Severity:
    return severity_of(sheet[:3] for found in sheets.values() for sheet in found if sheet.round == number)


def _table(board: _Board, nomination: int, title: str) -> Table:
    rules, sheets = board.rules, board.sheets
    rows = {row.id: row for row in board.entries if row.nomination_id == nomination}
    going = [row for row in rows.values() if board.finalists is None or row.id in board.finalists]
    ranking = rank(
        [Contender(row.id, row.number, row.submitted_at) for row in going],
        [sheet for row in going for sheet in sheets[row.id]],
        rules, chair=board.verdicts, severity=board.severity,
    )  # fmt: skip
    limit, most = board.spread_limit, (rules.second or rules).minimum + 1
    lines = []
    for place in ranking.places:
        parts = _parts(rules, sheets[place.entry_id], place.final)
        asks = place.spread >= limit and needs_one_more(parts[-1].totals, limit, most=most)
        lines.append(line_of(rows[place.entry_id], title, parts, place, needs_expert=asks))
    return Table(nomination, title, [*lines, *_left_out(board, title, rows)], ranking)


def _left_out(board: _Board, title: str, rows: Mapping[int, EntryRow]) -> list[Line]:
    """Return the entries the short list left out, the best of the first round first, without a place."""
    if board.finalists is None:
        return []
    lines = [
        line_of(row, title, _parts(board.rules, board.sheets[row.id], None), Place(row.id, 0, 0), is_out=True)
        for row in rows.values()
        if row.id not in board.finalists
    ]
    return sorted(lines, key=lambda line: (-(line.parts[0].figure or 0), line.entry.number))


def _parts(rules: Rules, sheets: Sequence[SentSheet], figure: Fraction | None) -> tuple[Part, ...]:
    if rules.second is None:
        return (Part(tuple(sheet.total for sheet in sheets), figure),)
    rounds = ((FIRST, rules.minimum), (DEFENCE, rules.second.minimum))
    totals = [(tuple(sheet.total for sheet in sheets if sheet.round == one), minimum) for one, minimum in rounds]
    return tuple(Part(found, final(found, rules.aggregation, minimum)) for found, minimum in totals)
