"""Statements said straight to the driver mean the same as those SQLAlchemy says, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_class
from sqlalchemy import NullPool, bindparam, create_engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from orientir.audit.models import AuditEntry
from orientir.db import begin_writing, connection_in_hand, db, read_anew, say, table_of
from orientir.organisations.models import Headcount, SchoolClass
from orientir.prepared import Asking, Writing, adding

CLASSES, COUNTS, ENTRIES = table_of(SchoolClass).c, table_of(Headcount), table_of(AuditEntry)
MOMENT = datetime(2026, 5, 14, 10, 0, 0, 123456, timezone(timedelta(hours=8)))
GRADES = Asking(int, select(CLASSES.grade).where(CLASSES.id.in_(bindparam("ids", expanding=True))).order_by(CLASSES.id))
RELETTERING = Writing(
    update(table_of(SchoolClass)).where(CLASSES.id == bindparam("of_class")).values(letter=bindparam("letter"))
)


class Kept(NamedTuple):
    id: int
    at: datetime
    details: dict[str, object]
    action: str


KEPT = Asking(
    Kept, select(*ENTRIES.c[Kept._fields]).where(ENTRIES.c.at == bindparam("at"), ENTRIES.c.action != "100 %")
)
COUNTING = adding(Headcount, ("class_id", "on_date", "total", "ovz", "disabled"), "id", "on_date", row=lambda *row: row)


@pytest.fixture
def classes(cast: Cast) -> list[int]:
    return [make_class(cast.school, grade, "Щ").id for grade in (5, 6, 7)]


def test_moments_and_documents_come_back_as_the_column_says(app: Flask):
    entry = {"at": MOMENT, "action": "a", "object_kind": "o", "object_id": "1", "details": {"слово": [1, None]}}
    db.session.add(AuditEntry(**entry))
    db.session.flush()
    kept = KEPT.one(at=MOMENT)
    assert kept is not None
    assert (kept.at, kept.details, kept.action) == (MOMENT, {"слово": [1, None]}, "a")
    assert kept.at.tzinfo is UTC
    assert KEPT.one(at=MOMENT + timedelta(microseconds=1)) is None


def test_a_moment_without_a_zone_is_refused_here_too(app: Flask):
    with pytest.raises((ValueError, StatementError), match="time zone"):
        KEPT.one(at=MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize("many", [1, 2, 3])
def test_a_list_may_be_of_any_length(classes: list[int], many: int):
    assert GRADES.all(ids=classes[:many]) == [5, 6, 7][:many]
    assert GRADES.one(ids=classes[:many]) == 5


def test_rows_are_changed_one_by_one_and_together(classes: list[int]):
    assert RELETTERING.run(of_class=classes[0], letter="Ю") == 1
    assert RELETTERING.run(of_class=0, letter="Ю") == 0
    RELETTERING.leave_each([{"of_class": one, "letter": "Э"} for one in classes[1:]])
    db.session.expire_all()
    assert [db.session.get_one(SchoolClass, one).letter for one in classes] == ["Ю", "Э", "Э"]


def test_a_row_that_is_there_is_passed_over(classes: list[int]):
    row = {"class_id": classes[0], "on_date": date(2026, 5, 1), "total": 25, "ovz": 1, "disabled": 0}
    made = COUNTING.made(**row)
    assert made[1] == date(2026, 5, 1)
    assert COUNTING.one(**row) is None
    assert db.session.scalar(select(func.count()).select_from(COUNTS).where(COUNTS.c.id == made[0])) == 1


def test_a_refusal_of_the_database_is_that_of_sqlalchemy_and_quotes_nobody(classes: list[int]):
    wrong = insert(COUNTS).values(
        {name: bindparam(name) for name in ("class_id", "on_date", "total", "ovz", "disabled")}
    )
    with pytest.raises(IntegrityError) as refused:
        Writing(wrong).run(class_id=classes[0], on_date=date(2026, 5, 1), total=5, ovz=77, disabled=0)
    assert "77" not in str(refused.value).replace(str(refused.value.orig), "")


def test_it_is_part_of_the_transaction_and_heard_by_whoever_listens(classes: list[int], count_queries):
    db.session.commit()
    begin_writing()
    with count_queries() as seen:
        RELETTERING.run(of_class=classes[0], letter="Ю")
    assert seen.count == 1
    db.session.rollback()
    assert db.session.get_one(SchoolClass, classes[0]).letter == "Щ"


def test_the_connection_in_hand_is_that_of_the_transaction(classes: list[int]):
    db.session.commit()
    for ends in (db.session.commit, db.session.rollback, db.session.remove):
        with db.session.begin_nested():
            assert connection_in_hand() is db.session.connection()
        assert connection_in_hand() is db.session.connection()
        ends()
    assert connection_in_hand() is db.session.connection()


def test_an_object_at_hand_is_read_anew(classes: list[int]):
    known = db.session.get_one(SchoolClass, classes[0])
    RELETTERING.run(of_class=classes[0], letter="Ю")
    assert known.letter == "Щ"
    read_anew(SchoolClass, classes[0])
    read_anew(SchoolClass, 0)
    assert known.letter == "Ю"


def test_a_text_nobody_understands_is_an_error_of_sqlalchemy(app: Flask):
    with pytest.raises((OperationalError, StatementError)):
        say(db.session.connection(), "SELEKT 1")
    db.session.rollback()


@pytest.mark.parametrize("engine_name", ["postgresql"])  # a file does not go away
def test_a_database_that_went_away_is_told_by_its_name_and_found_again(classes: list[int], database_url: str):
    db.session.commit()
    begin_writing()
    process = say(connection_in_hand(), "SELECT pg_backend_pid()").fetchone()[0]
    beside = create_engine(database_url, poolclass=NullPool)
    with beside.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    with pytest.raises(OperationalError) as gone:
        RELETTERING.run(of_class=classes[0], letter="Ю")
    assert gone.value.connection_invalidated
    db.session.rollback()
    assert GRADES.all(ids=classes) == [5, 6, 7]


class TestOneRow:
    """A statement that stands alone, outside of any transaction."""

    SAID = select(AuditEntry.at, AuditEntry.action, func.coalesce(AuditEntry.object_id, "none")).where(
        AuditEntry.action == bindparam("action")
    )
    ACTS = Asking(lambda *row: row, SAID)

    def test_it_reads_what_the_session_reads(self, app: Flask) -> None:
        db.session.add(AuditEntry(at=MOMENT, action="act", object_kind="o", object_id="1", details={}))
        db.session.commit()
        usual = db.session.execute(self.SAID, {"action": "act"}).one()
        found = self.ACTS.alone(action="act")
        assert found is not None
        assert list(found) == list(usual)
        assert found[0].tzinfo is UTC
        assert self.ACTS.alone(action="'; --") is None

    def test_it_leaves_the_connection_as_it_was(self, app: Flask) -> None:
        assert self.ACTS.alone(action="act") is None
        with db.engine.connect() as connection:
            connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
            connection.rollback()
        assert not inspect(db.engine).has_table("half_done")

    @pytest.mark.parametrize("engine_name", ["postgresql"])  # a file is not lost
    def test_a_lost_connection_is_made_anew(self, app: Flask) -> None:
        db.session.remove()
        db.engine.dispose()
        lost = db.engine.raw_connection()
        number = lost.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
        lost.close()
        with create_engine(db.engine.url, poolclass=NullPool).connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        assert self.ACTS.alone(action="act") is None
