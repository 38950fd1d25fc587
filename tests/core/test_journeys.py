"""What is said to PostgreSQL in one journey happens in its order, in the session's transaction, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.races import write_alone
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, NotSupportedError, ProgrammingError, ResourceClosedError

from orientir.db import begin_snapshot, begin_writing, connection_in_hand, db, line_of, table_of
from orientir.journeys import Line, Saying
from orientir.organisations.models import Headcount, SchoolClass
from orientir.prepared import Asking, Writing

CLASSES, COUNTS = table_of(SchoolClass), table_of(Headcount)
LETTER = Asking(str, select(CLASSES.c.letter).where(CLASSES.c.id == bindparam("of_class")))
RELETTERING = Writing(update(CLASSES).where(CLASSES.c.id == bindparam("of_class")).values(letter=bindparam("letter")))
COUNTING = Writing(
    insert(COUNTS).values({name: bindparam(name) for name in ("class_id", "on_date", "total", "ovz", "disabled")})
)
on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"])  # SQLite needs no journeys


@pytest.fixture
def one(cast: Cast) -> int:
    made = make_class(cast.school, 5, "Щ").id
    db.session.commit()
    return made


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The first words of the statements of each journey."""
    made: list[list[str]] = []
    travel = Line._travel

    def noted(line: Line, sayings: list[Saying]) -> object:
        made.append([saying.text.split()[0] for saying in sayings])
        return travel(line, sayings)

    monkeypatch.setattr(Line, "_travel", noted)
    return made


def headcount(one: int, **figures: int) -> dict[str, object]:
    return {"class_id": one, "on_date": date(2026, 5, 1), "total": 25, "ovz": 1, "disabled": 0, **figures}


class TestOnBoth:
    def test_what_is_left_is_done_before_what_is_asked_next(self, one: int) -> None:
        RELETTERING.leave(of_class=one, letter="Ю")
        soon = LETTER.soon(of_class=one)
        RELETTERING.leave_each([{"of_class": one, "letter": "Я"}, {"of_class": one, "letter": "Э"}])
        assert (soon.one(), LETTER.one(of_class=one), soon.made()) == ("Ю", "Э", "Ю")

    def test_objects_see_it_too(self, one: int) -> None:
        RELETTERING.leave(of_class=one, letter="Ю")
        assert db.session.get_one(SchoolClass, one).letter == "Ю"

    def test_a_commit_keeps_it(self, one: int) -> None:
        begin_writing()
        RELETTERING.leave(of_class=one, letter="Ю")
        db.session.commit()
        db.session.rollback()
        assert LETTER.one(of_class=one) == "Ю"

    @pytest.mark.parametrize("is_sent", [True, False])
    def test_a_rollback_drops_it(self, one: int, is_sent: bool) -> None:
        begin_writing()
        RELETTERING.leave(of_class=one, letter="Ю")
        if is_sent:
            assert LETTER.one(of_class=one) == "Ю"
        db.session.rollback()
        assert LETTER.one(of_class=one) == "Щ"

    def test_a_point_to_go_back_to_takes_back_what_came_after_it(self, one: int) -> None:
        begin_writing()
        RELETTERING.leave(of_class=one, letter="Ю")
        point = db.session.begin_nested()
        RELETTERING.leave(of_class=one, letter="Я")
        assert LETTER.one(of_class=one) == "Я"
        point.rollback()
        assert LETTER.one(of_class=one) == "Ю"

    def test_what_the_database_refuses_is_not_kept_and_told_at_the_end_at_latest(self, one: int) -> None:
        begin_writing()
        with pytest.raises(IntegrityError):  # noqa: PT012 - SQLite refuses at once
            RELETTERING.leave(of_class=one, letter="Ю")
            COUNTING.leave(**headcount(one, ovz=77))
            db.session.commit()
        db.session.rollback()
        assert LETTER.one(of_class=one) == "Щ"
        assert db.session.scalar(select(func.count()).where(COUNTS.c.class_id == one)) == 1


@on_postgresql
class TestOneJourney:
    def test_beginning_questions_and_end_go_together(self, one: int, journeys: list[list[str]]) -> None:
        begin_writing()
        RELETTERING.leave(of_class=one, letter="Ю")
        asked = [LETTER.soon(of_class=one) for _ in range(2)]
        assert [answer.one() for answer in asked] == ["Ю", "Ю"]
        RELETTERING.leave(of_class=one, letter="Я")
        db.session.commit()
        assert journeys == [["BEGIN", "UPDATE", "SELECT", "SELECT"], ["UPDATE", "COMMIT"]]

    def test_who_says_nothing_goes_nowhere(self, one: int, journeys: list[list[str]]) -> None:
        begin_writing()
        db.session.commit()
        assert journeys == []

    def test_the_first_refusal_is_told_and_nothing_behind_it_done(self, one: int) -> None:
        COUNTING.leave(**headcount(one, ovz=77))
        RELETTERING.leave(of_class=one, letter="Ю")
        unknown = LETTER.soon(of_class=one)
        with pytest.raises(IntegrityError, match="headcount"):
            unknown.one()
        db.session.rollback()
        with pytest.raises(ResourceClosedError):
            unknown.all()
        assert LETTER.one(of_class=one) == "Щ"

    def test_a_text_nobody_understands_spoils_its_own_journey_only(self, one: int) -> None:
        line = line_of(connection_in_hand())
        assert line is not None
        for _ in range(2):
            line.add(Saying("SELEKT 1"))
            with pytest.raises(ProgrammingError):
                LETTER.one(of_class=one)
            db.session.rollback()
            assert LETTER.one(of_class=one) == "Щ"

    def test_it_begins_as_the_transaction_was_asked_for(self, one: int) -> None:
        db.session.rollback()
        begin_snapshot()
        LETTER.one(of_class=one)
        assert db.session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        db.session.rollback()
        LETTER.one(of_class=one)
        assert db.session.scalar(text("SHOW transaction_isolation")) == "read committed"

    def test_what_is_prepared_outlives_its_transaction(self, one: int) -> None:
        for end in (db.session.rollback, db.session.commit, db.session.remove):
            LETTER.one(of_class=one)
            end()
        LETTER.one(of_class=one)
        of_letter = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT school_class.letter%'"
        assert db.session.scalar(text(of_letter)) == 1

    def test_what_the_driver_had_the_server_forget_is_prepared_anew(self, one: int) -> None:
        many = text("SELECT count(*) FROM school_class")
        for _ in range(8):  # so often that the driver prepares it too
            db.session.execute(many)
        LETTER.one(of_class=one)
        with db.session.begin_nested() as point:
            point.rollback()
        assert LETTER.one(of_class=one) == "Щ"
        for forgetting in ("DEALLOCATE ALL", "\n  drop table if exists nothing"):
            db.session.execute(text(forgetting))
            assert LETTER.one(of_class=one) == "Щ"

    def test_what_somebody_else_had_the_server_forget_spoils_one_transaction_at_most(self, one: int) -> None:
        assert LETTER.one(of_class=one) == "Щ"
        db.session.execute(text("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$"))
        with pytest.raises(ProgrammingError):  # noqa: PT012 - one journey
            RELETTERING.leave(of_class=one, letter="Ю")
            LETTER.one(of_class=one)
        db.session.rollback()
        assert LETTER.one(of_class=one) == "Щ"

    def test_so_does_a_column_that_changed_meanwhile(self, one: int, database_url: str) -> None:
        assert LETTER.one(of_class=one) == "Щ"
        db.session.commit()
        write_alone(database_url, "ALTER TABLE school_class ALTER COLUMN letter TYPE text")
        with pytest.raises(NotSupportedError):
            LETTER.one(of_class=one)
        db.session.rollback()
        assert LETTER.one(of_class=one) == "Щ"


@on_postgresql
def test_a_journey_that_breaks_off_leaves_no_line_behind(app: Flask, one: int, monkeypatch: pytest.MonkeyPatch):
    def break_off(line: Line) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):  # noqa: PT012 - one act
        patched.setattr(Line, "_answer", break_off)
        LETTER.one(of_class=one)
    db.session.remove()
    assert LETTER.one(of_class=one) == "Щ"
