"""The demo region, for tests that want a world with everything in it, and the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from orientir_testkit.databases import Databases
from sqlalchemy import select

from orientir import cli, demo
from orientir.accounts import passwords
from orientir.accounts.models import User
from orientir.db import begin_writing, db
from orientir.organisations.models import Region

Run = Callable[..., Result]
hash_once = cache(passwords.hash_password)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash each password once for all tests: argon2 is slow on purpose."""
    monkeypatch.setattr(passwords, "hash_password", hash_once)


@pytest.fixture
def demo_region(app: Flask, school_day: date, cheap_passwords: None) -> Region:
    """Return the demo region of a day in May, committed."""
    begin_writing()
    region = demo.build_demo(seed=38)
    db.session.commit()
    return region


@pytest.fixture
def demo_operator(demo_region: Region) -> User:
    return db.session.scalars(select(User).where(User.email == "operator@demo.example")).one()


# The command line


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment of our own: an empty data folder, nothing else set."""
    for name in [name for name in os.environ if name.startswith("ORIENTIR_") and name != "ORIENTIR_REQUIRE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ORIENTIR_DATA_DIR", str(tmp_path / "var"))
    return monkeypatch


@pytest.fixture
def run(environ: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run the command in this process and let go of its databases afterwards."""
    made: list[Flask] = []
    real = cli.application

    def application() -> Flask:
        made.append(real())
        return made[-1]

    environ.setattr(cli, "application", application)
    yield lambda *words: CliRunner().invoke(cli.main, words)
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def url(environ: pytest.MonkeyPatch, database_url: str) -> str:
    """A migrated database, and the command looks at it."""
    environ.setenv("ORIENTIR_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def empty_url(environ: pytest.MonkeyPatch, databases: Databases) -> Iterator[str]:
    made = databases.empty()
    environ.setenv("ORIENTIR_DATABASE_URL", made)
    yield made
    databases.drop(made)
