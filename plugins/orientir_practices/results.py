"""The ranking of a contest from its sheets: rows in, places out. One way for the page, the papers and the protocol.

It is read by rows, not by objects: three hundred entries with five sheets each are one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from orientir.db import db, table_of
from orientir.organisations.models import Municipality, Organisation
from orientir.prepared import Asking
from orientir_practices import queries, rounds
from orientir_practices.jury_models import Finalist, Sheet, SheetState, Verdict
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.ranking import Rules, SecondRound, SentSheet
from orientir_practices.rounds import DEFENCE, FIRST
from orientir_practices.scoring import Aggregation
from orientir_practices.standings import Facts, Line, Standings, Told, sheet_of, worked_out
from orientir_practices.told import in_one_text, rows_in

ENTRY, SHEET, VERDICT = table_of(Entry).c, table_of(Sheet).c, table_of(Verdict).c
FINALIST, ORGANISATION, MUNICIPALITY = table_of(Finalist).c, table_of(Organisation).c, table_of(Municipality).c
OF_CONTEST = ENTRY.contest_id == bindparam("contest_id")
ACCEPTED = (OF_CONTEST, ENTRY.state == EntryState.ACCEPTED)
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
    .where(*ACCEPTED, SHEET.state == SheetState.SENT, SHEET.round <= bindparam("round"))
    .order_by(SHEET.entry_id, SHEET.round, SHEET.expert)
)
VERDICTS = (
    select(VERDICT.entry_id, VERDICT.place)
    .join_from(table_of(Verdict), table_of(Entry), ENTRY.id == VERDICT.entry_id)
    .where(OF_CONTEST)
    .order_by(VERDICT.entry_id)
)
FINALISTS = (
    select(FINALIST.entry_id)
    .join_from(table_of(Finalist), table_of(Entry), ENTRY.id == FINALIST.entry_id)
    .where(*ACCEPTED, FINALIST.is_in, bindparam("round") == DEFENCE)
    .order_by(FINALIST.entry_id)
)


def _in_one_statement(engine: str) -> Select[Any]:
    """Return what asks for all of it at one moment: rows of several would not fit together where somebody writes."""
    return select().add_columns(*[in_one_text(engine, rows) for rows in (ENTRIES, SHEETS, VERDICTS, FINALISTS)])


TOLD = Asking(Told, _in_one_statement)


def tables_of(contest: Contest) -> Standings:
    """Return the ranking of every nomination of the contest, as things stand now."""
    return worked_out(facts_of(contest, rounds.current(contest)))


def tables_of_first_round(contest: Contest) -> Standings:
    """Return the ranking the short list is made of, whatever came after."""
    return worked_out(facts_of(contest, FIRST))


def lines_of(contest: Contest) -> Sequence[Line]:
    """Return the lines of all nominations, one after the other."""
    return tables_of(contest).lines


def facts_of(contest: Contest, number: int) -> Facts:
    """Return all that the ranking comes of up to a round, as it is now."""
    nominations = tuple((one.id, one.title) for one in contest.nominations)
    return Facts(rules_of(contest, number), contest.spread_limit, nominations, _told(contest, number))


def _told(contest: Contest, number: int) -> Told:
    db.session.flush()
    return TOLD.made(contest_id=contest.id, round=number)


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


def sheet_rows(contest: Contest, number: int) -> list[SentSheet]:
    """Return the sheets of a round that were sent about accepted entries."""
    sheets = map(sheet_of, rows_in(_told(contest, number).sheets))
    return [sheet for sheet in sheets if sheet.round == number]


def opinions_for_authors(entry: Entry) -> list[Sheet]:
    """Return what authors may read of the experts: after the results, by «Эксперт 1…», never who it was."""
    if entry.contest.stage != Stage.PUBLISHED or entry.state != EntryState.ACCEPTED:
        return []
    return [sheet for sheet in queries.sheets_about(entry) if sheet.state == SheetState.SENT]
