"""The mixing of tables: by key, by one transaction, beside traffic; what cannot be mixed is refused at the start."""

from __future__ import annotations

import random
import secrets
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from sqlite3 import OperationalError

import pytest
from flask import Flask
from orientir_testkit.traces import laid
from sqlalchemy import delete, select, text

from orientir import upkeep
from orientir.contracts import Manifest
from orientir.db import db
from orientir.errors import ConflictError, PluginError
from orientir.questionnaires import mixing
from orientir.questionnaires.mixing import LAID, check_mixed, mix_tables
from orientir.questionnaires.models import FreeWord

LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"


def say(count: int, length: int = 12) -> list[str]:
    """Keep words one after the other, each in a transaction of its own, and return their keys as they came."""
    dice, keys = random.Random(5), []
    for number in range(count):
        keys.append(secrets.token_hex(16))
        words = "".join(dice.choices(LETTERS, k=length)) + f"<{number}>"
        db.session.add(FreeWord(key=keys[-1], owner="tests", owner_id=number, question="Q", text=words))
        db.session.commit()
    return keys


@pytest.mark.parametrize("engine_name", ["postgresql"])
class TestOnPostgresql:
    def test_rows_lie_by_key_and_are_all_of_one_transaction(self, app: Flask):
        came = say(30)
        assert laid("free_word.key") == came
        assert mix_tables().mixed[0] == "free_word"
        assert laid("free_word.key") == sorted(came)
        assert transactions() == 1

    def test_values_kept_apart_from_their_row_are_counted_up_by_key_too(self, app: Flask):
        """A long text lies in a table of its own under a number that grows, and keeps it when its row is clustered."""
        db.session.execute(text("ALTER TABLE free_word ALTER text SET STORAGE EXTERNAL"))
        came = say(20, length=1900)
        by_key = sorted(came)
        assert long_values() == came
        db.session.execute(text("CLUSTER free_word USING pk_free_word"))
        assert long_values() == came, "the negative control: to cluster is not enough"
        mix_tables()
        assert long_values() == by_key

    def test_what_lies_well_is_left_alone(self, app: Flask):
        say(1)
        db.session.execute(
            text("INSERT INTO free_word SELECT md5(n::text), owner, n, question, text, state FROM free_word,"
                 " generate_series(1, 200) n")
        )  # fmt: skip
        assert "free_word" in mix_tables().mixed
        assert "free_word" not in mix_tables().mixed
        say(1)
        assert "free_word" in mix_tables().mixed

    def test_old_rows_that_somebody_still_reads_are_cleared_away_the_next_time(self, app: Flask):
        say(120)
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
            assert (
                reader.scalar(text("SELECT count(*) FROM account")) == 0
            )  # a back-up has begun, and comes to us later
            mix_tables()
            assert reader.scalar(text("SELECT count(*) FROM free_word")) == 120
            assert not is_dense()
        mix_tables()
        assert is_dense()
        assert "free_word" not in mix_tables().mixed

    def test_a_table_that_is_held_is_left_for_later_and_said_so(self, app: Flask, monkeypatch, caplog):
        monkeypatch.setattr(mixing, "WAIT", 50)
        came = say(5)
        with db.engine.connect() as other, other.begin():
            other.execute(delete(FreeWord).where(FreeWord.key == came[0]))
            assert mix_tables(tries=2, pause=0).busy == ("free_word",)
            monkeypatch.setattr(upkeep, "mix_tables", partial(mix_tables, tries=1))
            with pytest.raises(ConflictError, match="free_word"):
                upkeep.mix_answers()
        assert "free_word" in caplog.text
        assert mix_tables(pause=0).busy == ()
        assert laid("free_word.key") == sorted(came[1:])

    def test_words_said_meanwhile_are_all_kept(self, app: Flask):
        said: list[str] = []

        def speak() -> None:
            with app.app_context():
                said.extend(say(40))
                db.session.remove()

        speaker = threading.Thread(target=speak)
        speaker.start()
        while speaker.is_alive():
            mix_tables(pause=0)
        speaker.join()
        assert set(db.session.scalars(select(FreeWord.key))) == set(said)


def transactions() -> int:
    return db.session.scalar(text("SELECT count(DISTINCT xmin::text) FROM free_word")) or 0


def is_dense() -> bool:
    return bool(db.session.execute(text(LAID.format(table="free_word", keys="key"))).one()[3])


def long_values() -> list[str]:
    """Return the keys of the words in the order of the numbers their long texts have."""
    toast = db.session.scalar(text("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'free_word'"))
    firsts = db.session.scalars(text(f"SELECT chunk_data FROM {toast} WHERE chunk_seq = 0 ORDER BY chunk_id")).all()
    by_beginning = {one.text[:200]: one.key for one in db.session.scalars(select(FreeWord))}
    return [by_beginning[bytes(first).decode(errors="ignore")[:200]] for first in firsts]


@pytest.mark.parametrize("engine_name", ["sqlite"])
class TestOnSqlite:
    def test_the_log_is_emptied_and_long_words_lie_by_key(self, app: Flask):
        mix_tables()  # migrations leave free pages, which would be filled from behind
        came = say(40, length=1900)
        assert log_of()
        into_the_file()
        assert ends_in_file(came) == came, "the negative control: what is too long for its row lies as it came"
        mix_tables()
        assert not log_of()
        assert ends_in_file(came) == sorted(came)
        assert sorted(db.session.scalars(select(FreeWord.key))) == sorted(came)

    def test_what_was_deleted_is_gone_from_the_file(self, app: Flask):
        secret = "Телефон мамы".encode()
        db.session.add(FreeWord(key="0" * 32, owner="tests", owner_id=1, question="Q", text=secret.decode()))
        db.session.commit()
        db.session.execute(delete(FreeWord))
        db.session.commit()
        assert secret in file_of().read_bytes() + log_of()
        mix_tables()
        assert secret not in file_of().read_bytes() + log_of()

    def test_somebody_who_reads_all_the_time_is_in_the_way_and_nothing_breaks(self, app: Flask, monkeypatch):
        came = say(3)
        with db.engine.connect() as reader:
            assert reader.scalar(text("SELECT count(*) FROM free_word")) == 3
            monkeypatch.setattr(mixing, "WAIT", 50)
            assert "free_word" in mix_tables(tries=1).busy
        assert sorted(db.session.scalars(select(FreeWord.key))) == sorted(came)

    def test_a_disk_without_room_is_told_in_words(self, app: Flask, monkeypatch):
        monkeypatch.setattr(db.engine, "raw_connection", Full)
        with pytest.raises(ConflictError, match="disk is full"):
            mix_tables()


class Full:
    """A connection to a file on a full disk."""

    def cursor(self) -> Full:
        return self

    def execute(self, statement: str) -> None:
        if statement == "VACUUM":
            raise OperationalError("database or disk is full")

    def detach(self) -> None: ...

    def close(self) -> None: ...


def file_of() -> Path:
    return Path(str(db.engine.url.database))


def log_of() -> bytes:
    """Return the write-ahead log; the last connection takes it away with itself."""
    log = Path(f"{file_of()}-wal")
    return log.read_bytes() if log.exists() else b""


def into_the_file() -> None:
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint")


def ends_in_file(came: list[str]) -> list[str]:
    """Return the keys in the order in which the ends of their words lie in the file."""
    db.session.rollback()
    content = file_of().read_bytes()
    places = {key: content.rindex(f"<{number}>".encode()) for number, key in enumerate(came)}
    return sorted(places, key=places.__getitem__)


class TestDeclaring:
    def test_a_table_without_the_name_of_its_plugin_is_refused(self):
        with pytest.raises(PluginError, match="account"):
            Manifest("fair", "Ярмарка", package="fair", mixed_tables=("account",))

    @pytest.mark.parametrize(("name", "reason"), [("fair_nothing", "not there"), ("booking", "leans on it")])
    def test_one_that_is_not_there_or_that_others_lean_on_is_refused(self, app: Flask, name: str, reason: str):
        with pytest.raises(PluginError, match=reason):
            check_mixed([name])

    def test_it_stands_on_the_clock_for_every_night(self, app: Flask):
        task = next(one for one in upkeep.scheduled_tasks(app) if one.name == "platform.mix_answers")
        assert task.hour == 19

    def test_every_table_of_a_send_is_declared(self, app: Flask):
        assert mixing.declared_tables() == [
            "free_word", "plans_slip", "plans_answer", "trials_reply", "trials_answer",
        ]  # fmt: skip
