"""The rows a ranking comes of: one text, of one moment, whatever other workers write meanwhile (decision 28)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_user
from orientir_testkit.clients import without_tokens
from orientir_testkit.contests import STRANGE, entry_of
from orientir_testkit.queries import Queries
from orientir_testkit.races import write_alone, written_before
from sqlalchemy import select, text

from orientir.accounts.models import User
from orientir.db import db, on_rows
from orientir_practices import results, standings
from orientir_practices.jury_models import Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.rights import SECRETARY
from orientir_practices.told import rows_in

AsUser = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def contest(half_read: Contest) -> Contest:
    return half_read


def test_a_worker_sees_what_another_one_wrote(contest: Contest, database_url: str):
    """Random writes past all verbs: each time the kept ranking is the one worked out of the objects themselves."""
    dice = random.Random(28)
    entries = [row for (row,) in db.session.execute(select(Entry.id).where(Entry.contest_id == contest.id))]
    found = [row for (row,) in db.session.execute(select(Sheet.id).where(Sheet.entry_id.in_(entries)))]
    db.session.commit()
    writes = {
        "UPDATE practices_sheet SET state = 'sent', total = :figure WHERE id = :sheet": 6,
        "UPDATE practices_sheet SET state = 'open', total = NULL WHERE id = :sheet": 2,
        "UPDATE practices_sheet SET digits = :words WHERE id = :sheet AND state = 'sent'": 1,
        "UPDATE practices_entry SET state = 'rejected' WHERE id = :entry": 1,
        "UPDATE practices_entry SET state = 'accepted' WHERE id = :entry": 2,
        "UPDATE practices_entry SET title = :words WHERE id = :entry": 1,
        "DELETE FROM practices_verdict WHERE entry_id = :entry": 1,
        "INSERT INTO practices_verdict (entry_id, place, reason) VALUES (:entry, :place, '') ON CONFLICT DO NOTHING": 1,
        "UPDATE practices_contest SET pass_mark = :figure WHERE id = :contest": 1,
    }  # fmt: skip
    contest_id, number_of_looks = contest.id, 40
    for _look in range(number_of_looks):
        statement = dice.choices([*writes], [*writes.values()])[0]
        values = {"sheet": dice.choice(found), "entry": dice.choice(entries), "contest": contest_id,
                  "figure": dice.randrange(101), "place": dice.randrange(1, 4),
                  "words": "".join(dice.choices("012345", k=6))}  # fmt: skip
        write_alone(database_url, statement, **{name: values[name] for name in re.findall(r":(\w+)", statement)})
        db.session.expire_all()
        db.session.rollback()
        kept = db.session.get_one(Contest, contest_id)
        assert drawn(results.tables_of(kept)) == drawn(worked_out_of_objects(kept)), statement
        db.session.rollback()


def drawn(tables: standings.Standings) -> list[object]:
    return [(table.title, line.entry, line.parts, line.place, line.needs_expert, table.reasons)
            for table in tables for line in table.lines]  # fmt: skip


def worked_out_of_objects(contest: Contest) -> standings.Standings:
    """Return the ranking of the first round, from rows read one kind after the other and put together here."""
    of_contest = (Entry.contest_id == contest.id, Entry.state == EntryState.ACCEPTED)
    entries = db.session.scalars(select(Entry).where(*of_contest).order_by(Entry.number)).all()
    found = db.session.scalars(select(Sheet).join(Sheet.entry).where(*of_contest, Sheet.state == SheetState.SENT)).all()
    verdicts = db.session.execute(text("SELECT entry_id, place FROM practices_verdict ORDER BY entry_id")).all()
    told = standings.Told(
        lines_of((one.id, one.number, one.title, one.nomination_id, one.organisation.name,
                  one.organisation.municipality.name, one.organisation.municipality.kind, one.submitted_at.isoformat())
                 for one in entries),
        lines_of((one.entry_id, one.juror_id, one.total, one.digits, one.round)
                 for one in sorted(found, key=lambda one: (one.entry_id, one.expert))),
        lines_of(verdicts), "",
    )  # fmt: skip
    nominations = tuple((one.id, one.title) for one in contest.nominations)
    facts = standings.Facts(results.rules_of(contest), contest.spread_limit, nominations, told)
    return standings.worked_out.__wrapped__(facts)


def lines_of(rows: Iterable[Sequence[Any]]) -> str:
    return json.dumps([list(row) for row in rows])[1:-1]


def test_rows_in_one_text_are_the_rows(contest: Contest):
    told = results.TOLD.made(contest_id=contest.id, round=1)
    asked = {"contest_id": contest.id, "round": 1}
    entries = [*map(standings.entry_of, rows_in(told.entries))]
    assert entries == [standings.EntryRow._make(row) for row in on_rows(results.ENTRIES, asked)]
    assert entries[0].title == STRANGE
    assert rows_in(told.sheets) == [list(row) for row in on_rows(results.SHEETS, asked)]
    assert len(rows_in(told.sheets)) == 14
    assert [*told] == [*results.TOLD.made(contest_id=contest.id, round=1)], "the same rows, the same text"
    assert [*results.TOLD.made(contest_id=contest.id + 1, round=1)] == ["", "", "", ""]


def test_a_page_asks_for_its_rows_once(contest: Contest, as_user: AsUser, count_queries: Counted):
    secretary = as_user(make_user(SECRETARY, contest.scope))
    for page in ("ranking", "protocol", "ranking?format=csv"):
        with count_queries() as seen:
            assert secretary.get(f"/practices/contests/{contest.id}/{page}").status_code == 200
        assert sum("practices_sheet" in one for one in seen.statements) == 1


class TestAWriterInBetween:
    """Somebody accepts an entry whose sheets were sent, and commits between two statements of somebody who looks."""

    ACCEPT = "UPDATE practices_entry SET state = 'accepted' WHERE id = :entry"

    @pytest.fixture
    def entry(self, contest: Contest) -> int:
        entry = entry_of(contest, 4)
        entry.state = EntryState.REJECTED
        db.session.commit()
        return entry.id

    def test_a_page_is_of_one_moment(self, contest: Contest, entry: int, as_user: AsUser, database_url: str):
        secretary, address = as_user(make_user(SECRETARY, contest.scope)), f"/practices/contests/{contest.id}/ranking"

        def look() -> str:
            answer = secretary.get(address)
            assert answer.status_code == 200
            return without_tokens(answer.text)

        before, found, place = look(), set(), 0
        write_alone(database_url, self.ACCEPT, entry=entry)
        after, was_written = look(), ["at first"]
        while was_written:
            write_alone(database_url, self.ACCEPT.replace("accepted", "rejected"), entry=entry)
            place += 1
            with written_before(place, lambda: write_alone(database_url, self.ACCEPT, entry=entry)) as was_written:
                found.add(look())
            assert not was_written or look() == after, "what was kept meanwhile is not shown"
        assert found == {before, after}
        assert before != after
        assert place > 5, "a page asks more than that"

    def test_in_several_statements_rows_would_not_fit_together(
        self, contest: Contest, entry: int, database_url: str, engine_name: str
    ):
        """The negative control; a transaction of SQLite sees one moment in any case."""
        asked = {"contest_id": contest.id, "round": 1}
        db.session.commit()
        entries = {row.id for row in on_rows(results.ENTRIES, asked)}
        write_alone(database_url, self.ACCEPT, entry=entry)
        judged = {row.entry_id for row in on_rows(results.SHEETS, asked)}
        assert (judged <= entries) == (engine_name == "sqlite")
