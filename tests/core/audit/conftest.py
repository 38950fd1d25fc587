"""Acts to seal, and the hand of somebody who owns the database and takes its guards away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from orientir_testkit.cast import Cast
from sqlalchemy import create_engine, text

from orientir.audit import services as audit
from orientir.config import Config
from orientir.db import db

TRIGGERS = ("audit_entry_delete", "audit_entry_update", "audit_block_update", "audit_block_delete")
Tamper = Callable[..., None]


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here."""
    return replace(config, plugins=())


@pytest.fixture
def acts(cast: Cast) -> Callable[[int], None]:
    """Write so many acts of the cast's teacher, committed."""

    def write(count: int) -> None:
        for number in range(count):
            audit.write("class.add", "class", number, actor=cast.teacher.id, scope=cast.school.scope, year=2025)
        db.session.commit()

    return write


@pytest.fixture
def tamper(app: Flask) -> Tamper:
    """Run statements past every guard, as the owner of the database can."""

    def run(*statements: str, **values: object) -> None:
        db.session.rollback()
        engine = create_engine(db.engine.url)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:
                for trigger in TRIGGERS:
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
            for statement in statements:
                connection.execute(text(statement), values)
        engine.dispose()

    return run
