"""The ranking of a contest from its sheets: rows in, places out. One way for the page, the papers and the protocol.

It is read by rows, not by objects: three hundred entries with five sheets each are one page.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from orientir.db import db, on_rows, table_of
from orientir.organisations.models import Municipality, Organisation
from orientir_practices import queries, rounds
from orientir_practices.jury_models import Finalist, Sheet, SheetState, Verdict
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.ranking import Rules, SecondRound
from orientir_practices.rounds import DEFENCE, FIRST
from orientir_practices.scoring import Aggregation
from orientir_practices.standings import EntryRow, Facts, Line, SheetRow, Table, worked_out

ENTRY, SHEET, VERDICT = table_of(Entry).c, table_of(Sheet).c, table_of(Verdict).c
FINALIST, ORGANISATION, MUNICIPALITY = table_of(Finalist).c, table_of(Organisation).c, table_of(Municipality).c
ACCEPTED = (ENTRY.contest_id == bindparam("contest_id"), ENTRY.state == EntryState.ACCEPTED)
# Put together once: the ranking is looked at again and again, and reading it is a third of the page.
ENTRIES = (
    select(
        ENTRY.id, ENTRY.number, ENTRY.title, ENTRY.nomination_id, ORGANISATION.name, MUNICIPALITY.name,
        MUNICIPALITY.kind, ENTRY.submitted_at,
    )
    .join_from(table_of(Entry), table_of(Organisation), ORGANISATION.id == ENTRY.organisation_id)
    .join(table_of(Municipality), MUNICIPALITY.id == ORGANISATION.municipality_id)
    .where(*ACCEPTED)
    .order_by(ENTRY.number)
)  # fmt: skip
SHEETS = (
    select(SHEET.entry_id, SHEET.juror_id, SHEET.total, SHEET.digits, SHEET.round)
    .join_from(table_of(Sheet), table_of(Entry), ENTRY.id == SHEET.entry_id)
    .where(*ACCEPTED, SHEET.state == SheetState.SENT, SHEET.round.in_(bindparam("rounds", expanding=True)))
    .order_by(SHEET.entry_id, SHEET.round, SHEET.expert)
)
VERDICTS = (
    select(VERDICT.entry_id, VERDICT.place)
    .join_from(table_of(Verdict), table_of(Entry), ENTRY.id == VERDICT.entry_id)
    .where(ENTRY.contest_id == bindparam("contest_id"))
    .order_by(VERDICT.entry_id)
)
FINALISTS = (
    select(FINALIST.entry_id)
    .join_from(table_of(Finalist), table_of(Entry), ENTRY.id == FINALIST.entry_id)
    .where(*ACCEPTED, FINALIST.is_in)
    .order_by(FINALIST.entry_id)
)


def tables_of(contest: Contest) -> Sequence[Table]:
    """Return the ranking of every nomination of the contest, as things stand now."""
    return worked_out(facts_of(contest, rounds.current(contest)))


def tables_of_first_round(contest: Contest) -> Sequence[Table]:
    """Return the ranking the short list is made of, whatever came after."""
    return worked_out(facts_of(contest, FIRST))


def lines_of(contest: Contest) -> list[Line]:
    """Return the lines of all nominations, one after the other."""
    return [line for table in tables_of(contest) for line in table.lines]


def facts_of(contest: Contest, number: int) -> Facts:
    """Return all that the ranking comes of up to a round, as it is now."""
    db.session.flush()
    named = {"contest_id": contest.id}
    return Facts(
        rules_of(contest, number),
        contest.spread_limit,
        tuple((one.id, one.title) for one in contest.nominations),
        tuple(entry_rows(contest)),
        tuple(sheet_rows(contest, *range(FIRST, number + 1))),
        tuple((entry, place) for entry, place in on_rows(VERDICTS, named)),
        tuple(entry for (entry,) in on_rows(FINALISTS, named)) if number == DEFENCE else None,
    )


def rules_of(contest: Contest, number: int = FIRST) -> Rules:
    """Return what the contest fixed before anybody scored, up to a round."""
    return Rules(
        aggregation=Aggregation(contest.aggregation),
        minimum=contest.jurors_each,
        pass_mark=contest.pass_mark,
        chain=tuple(contest.ties),
        criteria=tuple(line.key for line in rounds.rubric_of(contest, FIRST)),
        second=_second_round(contest) if number == DEFENCE else None,
    )


def _second_round(contest: Contest) -> SecondRound:
    return SecondRound(
        weight=rounds.weight_of(contest, DEFENCE),
        minimum=rounds.each_of(contest, DEFENCE),
        criteria=tuple(line.key for line in rounds.rubric_of(contest, DEFENCE)),
    )


def entry_rows(contest: Contest) -> list[EntryRow]:
    """Return the accepted entries by number."""
    return [*map(EntryRow._make, on_rows(ENTRIES, {"contest_id": contest.id}).all())]


def sheet_rows(contest: Contest, *numbers: int) -> list[SheetRow]:
    """Return the sheets of these rounds that were sent about accepted entries."""
    return [*map(tuple, on_rows(SHEETS, {"contest_id": contest.id, "rounds": numbers}).all())]


def opinions_for_authors(entry: Entry) -> list[Sheet]:
    """Return what authors may read of the experts: after the results, by «Эксперт 1…», never who it was."""
    if entry.contest.stage != Stage.PUBLISHED or entry.state != EntryState.ACCEPTED:
        return []
    return [sheet for sheet in queries.sheets_about(entry) if sheet.state == SheetState.SENT]
