"""Fixtures of every test; what they stand on is in `tests/kit/orientir_testkit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from orientir_testkit import browsers, cluster, demands
from orientir_testkit.cast import SCHOOL_DAY, Cast, make_cast
from orientir_testkit.clients import Client
from orientir_testkit.databases import Databases, PostgresDatabases, SqliteDatabases
from orientir_testkit.queries import Queries, counted_queries
from orientir_testkit.quick import do_once, hang_up
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import event
from sqlalchemy.pool import Pool

from orientir import migrate
from orientir.accounts.models import User
from orientir.app import create_app
from orientir.config import Config
from orientir.db import db

CHECKOUT = Path(__file__).resolve().parent.parent
ENGINES = ("sqlite", "postgresql")

do_once()
# A machine under load is no mistake of the code: nothing in the suite is judged by the clock.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
expect.set_options(timeout=browsers.PATIENCE)


# Databases


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"), _migrate)


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    binaries = cluster.find_binaries()
    if binaries is None:
        demands.absent("postgresql", "initdb and pg_ctl are not installed")
    running = cluster.Cluster.start(binaries)
    databases = PostgresDatabases(running, _migrate)
    yield databases
    databases.close()
    running.stop()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test with a database runs once on SQLite and once on PostgreSQL."""
    name: str = request.param
    return name


@pytest.fixture
def databases(engine_name: str, request: pytest.FixtureRequest) -> Databases:
    """The databases of the engine in hand; `databases.empty()` has no tables."""
    made: Databases = request.getfixturevalue(f"{engine_name}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own: it may commit, roll back and open many connections."""
    url = databases.fresh()
    yield url
    hang_up()
    for connection in list(_connections):  # of applications a test made for itself and let go of
        connection.close()
    databases.drop(url)


_connections: WeakSet[psycopg.Connection] = WeakSet()


@event.listens_for(Pool, "connect")
def _note(connection: object, _record: object) -> None:
    if isinstance(connection, psycopg.Connection):
        _connections.add(connection)


def _migrate(url: str) -> None:
    app = create_app(_config(url, Path("var")))
    with app.app_context():
        migrate.upgrade(app)
        _disconnect()


def _disconnect() -> None:
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def _config(url: str, folder: Path) -> Config:
    return Config(env="testing", database_url=url, data_dir=folder)


# The application


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """The set-up of the application under test; a test module may override it (`dataclasses.replace`)."""
    return _config(database_url, tmp_path / "var")


@pytest.fixture
def plugins() -> dict[str, object]:
    """Further plugins, by name; a test module overrides it to bring its own."""
    return {}


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Every test has an application of its own; compiling the same templates for each would double the time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(config: Config, plugins: dict[str, object], compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """The application, with its context around the test: models and services work as they stand."""
    made = create_app(config, plugins=plugins)
    made.jinja_env.bytecode_cache = compiled_templates
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.test_client_class = Client
    with made.app_context():
        yield made
        _disconnect()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# The cast


@pytest.fixture
def school_day() -> Iterator[date]:
    """A day in May of the academic year the cast lives in; the clock goes on from 10:00."""
    with time_machine.travel(SCHOOL_DAY, tick=True):
        yield SCHOOL_DAY.date()


@pytest.fixture
def cast(app: Flask, school_day: date) -> Cast:
    return make_cast()


@pytest.fixture
def as_user(app: Flask) -> Callable[[User], FlaskClient]:
    """Return a client signed in as somebody of the cast."""

    def open_client(user: User) -> FlaskClient:
        made = app.test_client()
        assert isinstance(made, Client)
        made.sign_in(user)
        return made

    return open_client


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[Queries]]:
    """`with count_queries() as seen: ...; assert seen.count == 3`."""
    return counted_queries


# The browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browsers.find_chromium()
    if path is None:
        demands.absent("chromium", "no Chromium is installed")
    with browsers.launched(path) as running:
        yield running


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The application on a free loopback port, with the protection against forged posts that browsers meet."""
    app.config.update(WTF_CSRF_ENABLED=True)
    with browsers.served(app) as address:
        yield address


@pytest.fixture
def unawaited() -> Iterator[list[str]]:
    """Documents that came into a page while nobody waited for them (`browsers.attend`); must stay empty."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def new_page(browser: Browser, live: str, unawaited: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a page of a new browser on a phone; options as of `Browser.new_context` (`java_script_enabled=False`)."""
    pages: list[Page] = []

    def open_page(**options: Any) -> Page:
        pages.append(browsers.open_page(browser, live, unawaited, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
