"""Statements put together once and said to the driver as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import NullPool, bindparam, create_engine, func, inspect, select, text

from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.prepared import Asking

MOMENT = datetime(2026, 5, 14, 10, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Irkutsk"))


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

    def test_a_lost_connection_is_made_anew(self, app: Flask, engine_name: str) -> None:
        if engine_name != "postgresql":
            pytest.skip("a file is not lost")
        db.session.remove()
        db.engine.dispose()
        lost = db.engine.raw_connection()
        number = lost.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
        lost.close()
        with create_engine(db.engine.url, poolclass=NullPool).connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        assert self.ACTS.alone(action="act") is None
