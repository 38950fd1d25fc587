"""The log is sealed in blocks; whoever changes it, with every right on the database, is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import SCHOOL_DAY, Cast
from orientir_testkit.races import PATIENCE
from sqlalchemy import create_engine, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from orientir import clock, upkeep
from orientir.audit import sealing
from orientir.audit import services as audit
from orientir.audit.models import AuditBlock, AuditEntry
from orientir.audit.sealing import seal
from orientir.audit.verification import last_block, verify
from orientir.db import begin_writing, db
from orientir.jobs.queue import run_task

Acts = Callable[[int], None]
Tamper = Callable[..., None]


def _blocks() -> list[tuple[int, int]]:
    db.session.rollback()
    rows = db.session.execute(select(AuditBlock.number, AuditBlock.size).order_by(AuditBlock.number))
    return [(row.number, row.size) for row in rows]


def _found() -> list[str]:
    db.session.rollback()
    words = [one.words for one in verify().findings]
    db.session.rollback()
    return words


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BLOCK_ENTRIES", 4)


@pytest.fixture
def sealed(acts: Acts, small_blocks: None) -> None:
    """Three blocks: what made the cast and ten acts of the teacher."""
    acts(12 - (db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0) % 4)
    seal()


class TestSealing:
    def test_it_takes_all_there_is_block_by_block(self, acts: Acts, small_blocks: None):
        acts(10)
        total = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert seal() == total
        assert sum(size for _number, size in _blocks()) == total
        assert [number for number, _size in _blocks()] == list(range(1, -(-total // 4) + 1))
        assert {size for _number, size in _blocks()[:-1]} == {4}
        db.session.rollback()
        done = verify()
        assert (done.findings, done.entries, done.unsealed) == ([], total, 0)

    def test_nothing_new_makes_no_block(self, sealed: None):
        before = _blocks()
        assert seal() == 0
        assert _blocks() == before

    def test_an_empty_log_is_whole(self, app: Flask):
        assert seal() == 0
        assert verify().findings == []
        assert last_block() is None

    def test_the_server_does_it_by_itself(self, app: Flask, acts: Acts):
        acts(1)
        task = next(one for one in upkeep.scheduled_tasks(app) if one.name == "platform.seal_audit")
        assert run_task(app, task) == ""
        assert verify().unsealed == 0

    def test_a_change_of_the_engine_changes_no_digest(self, acts: Acts):
        """Details come back from the database as they will come back in ten years: sealed is what was read."""
        audit.write("x.y", "thing", "ё", actor=None, count=1, share=0.5, words=["«а»", None], deep={"б": True})
        db.session.commit()
        seal()
        db.session.expire_all()
        assert _found() == []


class TestGuards:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entry SET action = 'x.y'",
            "UPDATE audit_entry SET block = NULL",
            "DELETE FROM audit_entry",
            "UPDATE audit_block SET size = 7",
            "DELETE FROM audit_block",
        ],
    )
    def test_the_database_refuses_to_change_what_is_sealed(self, sealed: None, statement: str):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
        assert _found() == []

    @pytest.mark.parametrize("statement", ["UPDATE audit_entry SET details = '{}'", "DELETE FROM audit_entry"])
    def test_nor_what_is_not_sealed_yet(self, acts: Acts, statement: str):
        acts(1)
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))

    def test_the_program_itself_refuses_too(self, acts: Acts):
        acts(1)
        entry = db.session.scalars(select(AuditEntry)).first()
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.execute(delete(AuditEntry))
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.execute(update(AuditBlock).values(size=1))
        entry.action = "x.y"
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.flush()


class TestVerification:
    def test_a_changed_entry_is_named(self, sealed: None, tamper: Tamper):
        tamper("UPDATE audit_entry SET details = '{\"year\": 2024}' WHERE id = 10")
        assert _found() == ["Блок 3: запись № 10 изменена."]

    def test_another_actor_is_a_change(self, sealed: None, tamper: Tamper, cast: Cast):
        tamper("UPDATE audit_entry SET actor_id = :actor WHERE id = 9", actor=cast.operator.id)
        assert _found() == ["Блок 3: запись № 9 изменена."]

    def test_a_removed_entry_is_named(self, sealed: None, tamper: Tamper):
        tamper("DELETE FROM audit_entry WHERE id = 7")
        assert _found() == ["Блок 2: запись № 7 удалена."]

    def test_an_entry_put_into_a_sealed_block_is_named(self, sealed: None, tamper: Tamper):
        columns = "at, actor_id, action, object_kind, object_id, region_id, details"
        tamper(
            f"INSERT INTO audit_entry (id, {columns}, block) SELECT 5000, {columns}, 2 FROM audit_entry WHERE id = 6",
        )
        assert _found() == ["Блок 2: запись № 5000 вписана позже."]

    @pytest.mark.parametrize("is_sealed", [False, True])
    def test_an_entry_written_later_to_look_old_is_named(self, sealed: None, acts: Acts, *, is_sealed: bool):
        with time_machine.travel(SCHOOL_DAY - timedelta(days=3)):
            audit.write("class.add", "class", 1, actor=None)
            db.session.commit()
        if is_sealed:
            seal()
        entry = db.session.scalar(select(func.max(AuditEntry.id)))
        assert [words for words in _found() if f"№ {entry} вписана задним числом" in words]

    def test_a_removed_block_is_named(self, sealed: None, tamper: Tamper):
        tamper("DELETE FROM audit_block WHERE number = 2")
        assert _found()[0] == "Блока 2 нет: он удалён."

    def test_a_removed_last_block_is_missed_by_its_entries(self, sealed: None, tamper: Tamper):
        last = _blocks()[-1][0]
        tamper("DELETE FROM audit_block WHERE number = :last", last=last)
        assert _found() == [f"Блока {last} нет, а записи его остались: он удалён."]

    def test_a_last_block_removed_with_all_traces_is_missed_by_the_anchor(self, sealed: None, tamper: Tamper):
        anchor = last_block().digest
        last = _blocks()[-1][0]
        db.session.rollback()
        assert verify(anchor).findings == []
        tamper("DELETE FROM audit_block WHERE number = :last", "DELETE FROM audit_entry WHERE block = :last", last=last)
        assert _found() == []  # the chain alone cannot know
        db.session.rollback()
        assert [one.words for one in verify(anchor).findings] == [
            f"Блока с отпечатком {anchor} нет: конец цепочки отрезан или переписан."
        ]

    def test_a_changed_block_is_named(self, sealed: None, tamper: Tamper):
        tamper("UPDATE audit_block SET sealed_at = :at WHERE number = 2", at=clock.now().replace(tzinfo=None))
        assert _found() == ["Блок 2: изменён сам блок."]

    @pytest.mark.parametrize("number", [0, -1])
    def test_an_entry_hidden_from_the_sealer_is_named(self, sealed: None, acts: Acts, tamper: Tamper, number: int):
        acts(1)
        entry = db.session.scalar(select(func.max(AuditEntry.id)))
        tamper("UPDATE audit_entry SET block = :number WHERE id = :entry", number=number, entry=entry)
        seal()
        assert _found() == [f"Запись № {entry} спрятана от печати: блоков с номером {number} не бывает."]

    @pytest.mark.parametrize("change", ["size = 1", "first_id = 1", "last_id = 99", "entries = '[]'"])
    def test_what_a_block_says_of_its_entries_is_held_against_them(self, sealed: None, tamper: Tamper, change: str):
        tamper(f"UPDATE audit_block SET {change} WHERE number = 2")
        assert _found() == ["Блок 2: изменён сам блок."]

    def test_a_chain_sealed_anew_without_the_key_is_found(
        self, app: Flask, sealed: None, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
    ):
        tamper(
            "DELETE FROM audit_block",
            "DELETE FROM audit_entry WHERE id = 7",
            "UPDATE audit_entry SET block = NULL",
        )
        own = app.config["ORIENTIR"]
        app.config["ORIENTIR"] = replace(own, secret_key="the thief has the database and not the key")
        seal()
        assert _found() == []
        app.config["ORIENTIR"] = own
        assert _found()[0] == "Печать блока 1 поставлена не этим сервером или другим ключом."


class TestWriters:
    def test_a_writer_does_not_wait_for_the_sealer(self, app: Flask, acts: Acts, engine_name: str):
        """While blocks are read and hashed, somebody else writes and commits."""
        acts(3)
        wrote: list[str] = []
        real = sealing._block_of

        def slow(*arguments: object) -> AuditBlock:
            if not wrote:
                writer = Thread(target=write)
                writer.start()
                writer.join(PATIENCE)
            return real(*arguments)

        def write() -> None:
            with app.app_context():
                begin_writing()
                audit.write("x.y", "thing", 1, actor=None)
                db.session.commit()
                wrote.append("committed")

        sealing._block_of = slow
        try:
            seal()
        finally:
            sealing._block_of = real
        assert wrote == ["committed"]
        assert verify().findings == []

    def test_the_sealer_does_not_wait_for_a_writer_and_a_late_commit_is_not_skipped(
        self, app: Flask, acts: Acts, engine_name: str
    ):
        if engine_name == "sqlite":
            pytest.skip("SQLite has one writer: numbers are committed in their order")
        acts(1)
        engine = create_engine(db.engine.url)
        with Session(engine) as late:
            entry = AuditEntry(at=clock.now(), action="late.act", object_kind="x", object_id="1", details={})
            late.add(entry)
            late.flush()
            number = entry.id
            acts(2)
            seal()
            assert last_block().last_id > number  # a mark «sealed up to here» would have left it out for ever
            late.commit()
        engine.dispose()
        seal()
        db.session.expire_all()
        assert db.session.get_one(AuditEntry, number).block == last_block().number
        assert (_found(), verify().unsealed) == ([], 0)


class TestTwoSealers:
    def _race(self, app: Flask) -> list[int]:
        """Let a second sealer read the same entries before the first has written its block."""
        real, sealed = sealing._append, []
        ready, go_on = Event(), Event()

        def second() -> None:
            with app.app_context():
                sealed.append(seal())

        def held(block: AuditBlock, rows: list[object]) -> bool:
            if not ready.is_set():  # the second one, holding what it read
                ready.set()
                db.session.rollback()
                go_on.wait(PATIENCE)
                begin_writing()
            return real(block, rows)

        sealing._append = held
        try:
            rival = Thread(target=second)
            rival.start()
            assert ready.wait(PATIENCE)
            sealed.append(seal())
            go_on.set()
            rival.join(PATIENCE)
        finally:
            sealing._append = real
        return sealed

    def test_they_make_one_chain(self, app: Flask, acts: Acts):
        acts(3)
        total = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert self._race(app) == [total, 0]
        assert _blocks() == [(1, total)]
        assert _found() == []

    def test_without_the_guard_the_chain_would_break(self, app: Flask, acts: Acts, monkeypatch: pytest.MonkeyPatch):
        """The negative control: a sealer that takes the next free number instead of giving way."""
        acts(3)
        real = sealing._append

        def stubborn(block: AuditBlock, rows: list[object]) -> bool:
            block.number = (db.session.scalar(select(func.max(AuditBlock.number))) or 0) + 1
            try:
                return real(block, rows)
            except RuntimeError:
                db.session.commit()  # nobody checked that the entries are its own
                return True

        monkeypatch.setattr(sealing, "_append", stubborn)
        self._race(app)
        assert [number for number, _size in _blocks()] == [1, 2]
        assert "Блок 2 не продолжает предыдущий: цепочка разорвана." in _found()


def test_the_guards_are_there_after_all_versions(app: Flask):
    """A later version that makes the table anew on SQLite would lose its triggers without a word."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    triggers = {row[0] for row in db.session.execute(text(question))}
    assert {name.rpartition("_")[0] for name in triggers} >= {"audit_entry", "audit_block"}
    assert {"audit_entry_update", "audit_entry_delete"} <= triggers
