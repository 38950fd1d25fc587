"""The ranking of a contest from its sheets: rows in, places out. One way for the page, the papers and the protocol.

It is read by rows, not by objects: three hundred entries with five sheets each are one page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import select

from orientir.db import db, table_of
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, titled
from orientir_practices import queries
from orientir_practices.jury_models import Sheet, SheetState, Verdict
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.ranking import Contender, Place, Ranking, Rules, SentSheet, rank
from orientir_practices.scoring import Aggregation, needs_one_more, shown
from orientir_practices.severity import severity as severity_of


class EntryRow(NamedTuple):
    """What a line of the ranking says of an entry."""

    id: int
    number: int
    title: str
    nomination_id: int
    organisation: str
    municipality: str
    submitted_at: datetime | None
    for_ovz: bool


@dataclass(frozen=True)
class Line:
    """An entry in its nomination: the totals of its sheets, its place, and the reason where a tie was parted."""

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

    @property
    def shown(self) -> str:
        return shown(self.place.final)

    @property
    def listed(self) -> str:
        return ", ".join(map(str, self.totals))

    @property
    def adjusted(self) -> str:
        """«81,40, ранг 2»: the figure an average expert would have given, and the order by it."""
        place = self.place
        if place.adjusted is None or place.adjusted_rank is None:
            return ""
        return _(
            "%(points)s, ранг %(rank)s", points=f"{place.adjusted:.2f}".replace(".", ","), rank=place.adjusted_rank
        )

    @property
    def rank(self) -> str:
        return str(self.place.rank) if self.place.rank else ""


@dataclass(frozen=True)
class Table:
    """The ranking of one nomination: its lines from the best, what parted the ties, and what to know of it."""

    nomination_id: int
    title: str
    lines: Sequence[Line]
    reasons: Sequence[str]
    notes: Sequence[str]
    minimum: int


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


def tables_of(contest: Contest) -> list[Table]:
    """Return the ranking of every nomination of the contest, as things stand now."""
    entries, sheets = entry_rows(contest), sheet_rows(contest)
    verdicts, severity = _verdicts(contest), severity_of((sheet[0], sheet[1], sheet[2]) for sheet in sheets)
    by_entry: dict[int, list[SentSheet]] = {row.id: [] for row in entries}
    for sheet in sheets:
        by_entry[sheet[0]].append(sheet)
    rules, tables = rules_of(contest), []
    for nomination in contest.nominations:
        rows = {row.id: row for row in entries if row.nomination_id == nomination.id}
        ranking = rank(
            [Contender(row.id, row.number, row.submitted_at) for row in rows.values()],
            [sheet for row_id in rows for sheet in by_entry[row_id]],
            rules, chair=verdicts, severity=severity,
        )  # fmt: skip
        tables.append(_table(contest, nomination.id, nomination.title, rows, by_entry, ranking))
    return tables


def lines_of(contest: Contest) -> list[Line]:
    """Return the lines of all nominations, one after the other."""
    return [line for table in tables_of(contest) for line in table.lines]


def rules_of(contest: Contest) -> Rules:
    """Return what the contest fixed before anybody scored."""
    return Rules(
        aggregation=Aggregation(contest.aggregation),
        minimum=contest.jurors_each,
        pass_mark=contest.pass_mark,
        chain=tuple(contest.ties),
        criteria=tuple(criterion.key for criterion in contest.criteria),
    )


def entry_rows(contest: Contest) -> list[EntryRow]:
    """Return the accepted entries by number."""
    entry, organisation, municipality = table_of(Entry), table_of(Organisation), table_of(Municipality)
    wanted = (
        select(
            entry.c.id, entry.c.number, entry.c.title, entry.c.nomination_id, organisation.c.name,
            municipality.c.name, municipality.c.kind, entry.c.submitted_at, entry.c.for_ovz,
        )
        .join_from(entry, organisation, organisation.c.id == entry.c.organisation_id)
        .join(municipality, municipality.c.id == organisation.c.municipality_id)
        .where(entry.c.contest_id == contest.id, entry.c.state == EntryState.ACCEPTED)
        .order_by(entry.c.number)
    )  # fmt: skip
    return [
        EntryRow(number_, shown_as, title, nomination, name, titled(town, kind), submitted_at, for_ovz)
        for number_, shown_as, title, nomination, name, town, kind, submitted_at, for_ovz in db.session.execute(wanted)
    ]


def sheet_rows(contest: Contest) -> list[SentSheet]:
    """Return the sheets that were sent about accepted entries."""
    entry, sheet = table_of(Entry), table_of(Sheet)
    wanted = (
        select(sheet.c.entry_id, sheet.c.juror_id, sheet.c.total, sheet.c.digits)
        .join_from(sheet, entry, entry.c.id == sheet.c.entry_id)
        .where(entry.c.contest_id == contest.id, entry.c.state == EntryState.ACCEPTED)
        .where(sheet.c.state == SheetState.SENT)
        .order_by(sheet.c.entry_id, sheet.c.expert)
    )
    return [SentSheet(one, juror, total, Digits(digits)) for one, juror, total, digits in db.session.execute(wanted)]


def opinions_for_authors(entry: Entry) -> list[Sheet]:
    """Return what authors may read of the experts: after the results, by «Эксперт 1…», never who it was."""
    if entry.contest.stage != Stage.PUBLISHED or entry.state != EntryState.ACCEPTED:
        return []
    return [sheet for sheet in queries.sheets_about(entry) if sheet.state == SheetState.SENT]


def _table(
    contest: Contest, number: int, title: str, rows: Mapping[int, EntryRow], sheets: Mapping[int, list[SentSheet]],
    ranking: Ranking,
) -> Table:  # fmt: skip
    numbers = {row.id: row.number for row in rows.values()}
    limit, most, lines = contest.spread_limit, contest.jurors_each + 1, []
    for place in ranking.places:
        totals = tuple(sheet[2] for sheet in sheets[place.entry_id])
        asks = place.spread >= limit and needs_one_more(totals, limit, most=most)
        lines.append(Line(rows[place.entry_id], title, totals, place, asks))
    return Table(number, title, lines, ranking.reasons(numbers), ranking.notes(), ranking.minimum)


def _verdicts(contest: Contest) -> dict[int, int]:
    found = select(Verdict.entry_id, Verdict.place).join(Entry, Entry.id == Verdict.entry_id)
    return dict(db.session.execute(found.where(Entry.contest_id == contest.id)).all())
