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
from orientir_practices.scoring import needs_one_more, shown
from orientir_practices.severity import Severity
from orientir_practices.severity import severity as severity_of

SheetRow: TypeAlias = tuple[int, int, int, str]
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

    `sheets` as (entry, juror, total, digits), where digits are the scores in the order of the rubric, «-» for none.
    """

    rules: Rules
    spread_limit: int
    nominations: tuple[tuple[int, str], ...]
    entries: tuple[EntryRow, ...]
    sheets: tuple[SheetRow, ...]
    verdicts: tuple[tuple[int, int], ...]


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


@dataclass(frozen=True)
class Line:
    """An entry in its nomination: the totals of its sheets, its place, and whether one more expert is asked."""

    entry: EntryRow
    nomination: str
    totals: tuple[int, ...]
    place: Place
    needs_expert: bool

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
        return ", ".join(map(str, self.totals))

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
    for entry, juror, total, digits in facts.sheets:
        by_entry[entry].append(SentSheet(entry, juror, total, Digits(digits)))
    severity = severity_of((entry, juror, total) for entry, juror, total, _digits in facts.sheets)
    return tuple(_table(facts, one, title, by_entry, severity) for one, title in facts.nominations)


def _table(
    facts: Facts, nomination: int, title: str, sheets: Mapping[int, list[SentSheet]], severity: Severity
) -> Table:
    rows = {row.id: row for row in facts.entries if row.nomination_id == nomination}
    ranking = rank(
        [Contender(row.id, row.number, row.submitted_at) for row in rows.values()],
        [sheet for one in rows for sheet in sheets[one]],
        facts.rules, chair=dict(facts.verdicts), severity=severity,
    )  # fmt: skip
    limit, most, lines = facts.spread_limit, facts.rules.minimum + 1, []
    for place in ranking.places:
        totals = tuple(sheet.total for sheet in sheets[place.entry_id])
        asks = place.spread >= limit and needs_one_more(totals, limit, most=most)
        lines.append(Line(rows[place.entry_id], title, totals, place, asks))
    return Table(nomination, title, lines, ranking)
