"""Lineages of tables with data in them: up, down, a plugin off and on again, a table made anew under its children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from orientir_testkit.cast import make_cast
from orientir_testkit.commands import ask, tables
from orientir_testkit.databases import Databases

from orientir import migrate
from orientir.app import create_app
from orientir.config import Config
from orientir.db import begin_writing, db
from orientir.demo import build_demo
from orientir.errors import PluginError
from orientir.migrate import PLATFORM, Lineage, alembic_config

VERSION = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
{upgrade}


def downgrade():
    pass
"""

FAIL = """
    op.create_table("bad_one", sa.Column("id", sa.Integer()))
    raise RuntimeError("stop")
"""
CHANGE_COLUMN = """
    with op.batch_alter_table("account") as account:
        account.alter_column("name", existing_type=sa.String(160), type_=sa.String(200), existing_nullable=False)
"""


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    made = databases.empty()
    yield made
    databases.drop(made)


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Start the platform on the same database with these plugins."""
    started: list[Flask] = []

    def create(*plugins: str) -> Flask:
        started.append(create_app(Config(env="testing", database_url=url, data_dir=tmp_path, plugins=plugins)))
        return started[-1]

    yield create
    for app in started:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def within(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context():
        act()
        db.session.commit()
        db.session.remove()


def test_a_plugin_switched_off_keeps_its_tables_and_their_rows(start, url: str, cheap_passwords: None):
    full = start("plans")

    def fill() -> None:
        migrate.upgrade(full)
        begin_writing()
        build_demo(seed=38)

    within(full, fill)
    before = ask(url, "SELECT count(*) FROM plans_slip")
    assert before > [(0,)]

    bare = start()
    within(bare, lambda: migrate.upgrade(bare))
    assert ask(url, "SELECT count(*) FROM plans_slip") == before
    assert bare.test_client().get("/").status_code == 200
    assert bare.test_client().get("/plans/").status_code == 404

    again = start("plans")
    within(again, lambda: migrate.upgrade(again))
    assert ask(url, "SELECT count(*) FROM plans_slip") == before
    assert again.test_client().get("/healthz").json["status"] == "ok"


def test_a_plugin_switched_on_later_gets_its_tables(start, url: str):
    bare = start()
    within(bare, lambda: migrate.upgrade(bare))
    assert not any(name.startswith("plans_") for name in tables(url))
    full = start("plans")
    within(full, lambda: migrate.upgrade(full))
    assert "plans_wave" in tables(url)


def test_downgrading_one_lineage_leaves_the_rows_of_the_others(start, url: str):
    app = start("plans")

    def fill() -> None:
        migrate.upgrade(app)
        make_cast()
        migrate.downgrade(app, "plans")

    within(app, fill)
    assert ask(url, "SELECT count(*) FROM school_class") == [(2,)]
    assert not any(name.startswith("plans_") for name in tables(url))


def test_what_is_no_lineage_is_refused(start):
    app = start()
    with app.app_context(), pytest.raises(PluginError, match="platform"):
        migrate.downgrade(app, "plans")


def test_a_version_that_fails_leaves_nothing_half_done(start, url: str, tmp_path: Path):
    app = start()
    within(app, lambda: migrate.upgrade(app))
    write_version(tmp_path, "bad_1", FAIL)
    with app.app_context(), pytest.raises(RuntimeError, match="stop"):
        command.upgrade(alembic_config(Lineage("bad", tmp_path, ("bad_",))), "head")
    assert "bad_one" not in tables(url)


def test_a_table_made_anew_keeps_the_rows_that_lean_on_it(start, url: str, tmp_path: Path):
    """SQLite changes a column by copying the table and dropping the old one, which would delete the children."""
    app = start()

    def fill() -> None:
        migrate.upgrade(app)
        make_cast()

    within(app, fill)
    before = ask(url, "SELECT count(*) FROM account_grant")
    write_version(tmp_path, "later_1", CHANGE_COLUMN)
    within(app, lambda: command.upgrade(alembic_config(Lineage("later", tmp_path, ("later_",))), "head"))
    assert ask(url, "SELECT count(*) FROM account_grant") == before
    assert before > [(0,)]


def test_rows_that_lost_what_they_lean_on_stop_a_version(start, url: str, tmp_path: Path):
    app = start()

    def fill() -> None:
        migrate.upgrade(app)
        make_cast()

    within(app, fill)
    write_version(tmp_path, "torn_1", '    op.execute("DELETE FROM region")')
    with app.app_context(), pytest.raises(Exception, match=r"(?i)foreign key"):
        command.upgrade(alembic_config(Lineage("torn", tmp_path, ("torn_",))), "head")
    assert ask(url, "SELECT count(*) FROM region") == [(1,)]


def write_version(folder: Path, revision: str, upgrade: str) -> None:
    text = VERSION.format(revision=revision, upgrade=upgrade)
    (folder / f"{revision}.py").write_text(text, encoding="utf-8")


def test_the_platform_comes_first_and_plugins_in_the_order_of_the_settings(start):
    app = start("plans")
    names = [lineage.name for lineage in migrate.lineages(app.extensions["orientir.plugins"])]
    assert names == [PLATFORM, "plans"]
