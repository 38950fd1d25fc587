"""The two engines behave alike: moments, transactions, Cyrillic."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region
from orientir_testkit.races import PATIENCE
from sqlalchemy import collate, create_engine, func, literal, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from orientir.audit.models import AuditEntry
from orientir.config import Config
from orientir.db import Moment, begin_writing, db, fold
from orientir.organisations.models import Municipality, Region

MOMENT = datetime(2026, 5, 14, 10, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Irkutsk"))


class TestMoments:
    @pytest.mark.parametrize("zone", ["UTC", "Asia/Irkutsk", "America/New_York"])
    def test_they_come_back_in_utc_whatever_the_zone_of_the_connection(self, app: Flask, engine_name: str, zone: str):
        if engine_name == "postgresql":
            db.session.execute(text(f"SET TIME ZONE '{zone}'"))
        db.session.add(AuditEntry(at=MOMENT, action="a", object_kind="o", object_id="1", details={}))
        db.session.flush()
        db.session.expire_all()
        kept = db.session.scalars(select(AuditEntry.at)).one()
        assert kept == MOMENT
        assert kept.tzinfo is UTC

    def test_one_without_a_zone_is_refused(self, app: Flask):
        naive = MOMENT.replace(tzinfo=None)
        db.session.add(AuditEntry(at=naive, action="a", object_kind="o", object_id="1", details={}))
        with pytest.raises(StatementError, match="time zone"):
            db.session.flush()

    def test_they_are_compared_as_moments(self, app: Flask):
        later = MOMENT.astimezone(timezone(timedelta(hours=-5))) + timedelta(seconds=1)
        for at in (later, MOMENT):
            db.session.add(AuditEntry(at=at, action="a", object_kind="o", object_id="1", details={}))
        db.session.flush()
        assert db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.at)).first() == MOMENT
        assert db.session.scalars(select(AuditEntry.at).where(AuditEntry.at > MOMENT)).one() == later

    def test_nothing_stays_nothing(self):
        assert Moment().process_bind_param(None, object()) is None
        assert Moment().process_result_value(None, object()) is None


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Школа №3", "школа no3"), ("  ЁЛКА \u00a0 ёж ", "елка еж"), ("ГИМНАЗИЯ", "гимназия"), ("９Ａ", "9a"), ("", "")],
)
def test_folding_forgets_case_spaces_and_the_dots_of_yo(typed: str, folded: str):
    assert fold(typed) == folded


class TestCyrillic:
    """SQLite alone knows no letters but Latin ones; what PostgreSQL does is a matter of its locale."""

    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return request.param

    def test_lower_knows_it(self, app: Flask):
        assert db.session.scalar(select(func.lower("ЁЖ И ШКОЛА №3"))) == "ёж и школа №3"
        assert db.session.scalar(select(func.lower(literal(None)))) is None
        assert db.session.scalar(select(func.lower(12))) == 12

    def test_names_are_sorted_as_people_do(self, app: Flask):
        region = make_region()
        names = ["Шелехов", "ангарск", "Ёлкино", "Братск", "Ежово"]
        db.session.add_all(Municipality(region=region, name=name, kind="city") for name in names)
        order = select(Municipality.name).order_by(collate(Municipality.name, "ru"))
        assert db.session.scalars(order).all() == ["ангарск", "Братск", "Ежово", "Ёлкино", "Шелехов"]


class TestTransactions:
    def test_a_savepoint_undoes_its_own_part(self, app: Flask):
        make_region("Первый", "01")
        savepoint = db.session.begin_nested()
        make_region("Второй", "02")
        with pytest.raises(IntegrityError):
            make_region("Двойник", "01")
        savepoint.rollback()
        make_region("Третий", "03")
        db.session.commit()
        assert set(db.session.scalars(select(Region.code))) == {"01", "03"}

    def test_what_is_not_committed_is_gone_with_its_context(self, app: Flask):
        with app.app_context():
            make_region()
        assert db.session.scalars(select(Region)).all() == []

    def test_foreign_keys_hold(self, app: Flask):
        db.session.add(Municipality(region_id=987, name="Нигде", kind="city"))
        with pytest.raises(IntegrityError):
            db.session.flush()


class TestTwoWriters:
    """Both read first and write afterwards, as every form does."""

    def write_after_reading(self, app: Flask, *, as_writer: bool) -> list[Exception]:
        with app.app_context():
            make_region("0", "38")
            db.session.commit()
        both_have_read = threading.Barrier(2)
        failed: list[Exception] = []

        def work() -> None:
            with app.app_context():
                try:
                    if as_writer:
                        begin_writing()
                    region = db.session.scalars(select(Region)).one()
                    # A writer's turn begins when the other's has ended: only mere readers meet.
                    with suppress(threading.BrokenBarrierError):
                        both_have_read.wait(0.3 if as_writer else PATIENCE)
                    region.name = str(int(region.name) + 1)
                    db.session.commit()
                except OperationalError as error:
                    db.session.rollback()
                    failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return failed

    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return request.param

    def test_announced_as_writers_they_go_one_after_the_other(self, app: Flask):
        assert self.write_after_reading(app, as_writer=True) == []
        assert db.session.scalars(select(Region.name)).one() == "2"

    def test_as_mere_readers_one_of_them_fails(self, app: Flask):
        """The negative control: why every POST begins as a writer."""
        failed = self.write_after_reading(app, as_writer=False)
        assert len(failed) == 1
        assert "locked" in str(failed[0])


def test_requests_that_change_something_begin_as_writers(
    as_user: Callable[..., FlaskClient], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    client = as_user(cast.operator)
    said = []
    monkeypatch.setattr("orientir.web.transactions.begin_writing", lambda: said.append("writing"))
    for method, path in [("GET", "/login"), ("HEAD", "/login"), ("OPTIONS", "/login"), ("POST", "/nowhere"),
                         ("POST", "/login"), ("POST", "/code"), ("POST", "/view")]:  # fmt: skip
        client.open(path, method=method)
    assert said == []
    client.post("/organisations/new")
    assert said == ["writing"]


def test_sqlite_is_opened_with_our_manners(tmp_path):
    engine = create_engine(Config(data_dir=tmp_path).database)
    with engine.connect() as connection:
        pragmas = ("journal_mode", "foreign_keys", "busy_timeout")
        said = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    engine.dispose()
    assert said == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15000}
