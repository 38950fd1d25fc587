"""The log of what grown-ups did."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from orientir_testkit.cast import Cast
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from orientir.audit import services as audit
from orientir.audit.models import AuditEntry
from orientir.db import db


def test_an_entry_says_who_did_what_to_what_and_when(cast: Cast):
    audit.write("class.add", "class", cast.school_class.id, actor=cast.teacher.id, year=2025)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "class.add")).one()
    assert (entry.actor_id, entry.object_kind, entry.object_id) == (cast.teacher.id, "class", str(cast.school_class.id))
    assert entry.details == {"year": 2025}
    assert entry.at.tzinfo is UTC
    assert entry.at.date() == datetime(2026, 5, 14, tzinfo=UTC).date()


def test_the_system_is_nobody(app: Flask):
    audit.write("wave.close", "wave", 1, actor=None)
    db.session.commit()
    assert db.session.scalars(select(AuditEntry)).one().actor_id is None


def test_it_stands_or_falls_with_the_act(cast: Cast):
    audit.write("class.add", "class", 1, actor=cast.teacher.id)
    db.session.rollback()
    assert "class.add" not in db.session.scalars(select(AuditEntry.action)).all()


def test_details_are_values_of_json(app: Flask):
    audit.write("class.add", "class", 1, actor=None, when=object())
    with pytest.raises((StatementError, TypeError), match="JSON"):
        db.session.flush()
