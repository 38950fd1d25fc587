"""A migrated, empty database for every test: it may commit as it likes and connect as often as it likes."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import NullPool, create_engine, text

from orientir_testkit.cluster import Cluster

Build = Callable[[str], None]
"""Makes the tables at a URL."""


class Databases(Protocol):
    """The databases of one engine."""

    def empty(self) -> str:
        """Return the URL of a new database without tables."""
        ...

    def fresh(self) -> str:
        """Return the URL of a new database with all tables, nothing in them."""
        ...

    def drop(self, url: str) -> None:
        """Take the database back; nobody is connected any more."""
        ...


class SqliteDatabases:
    """A path is given out again with another file under it: what an engine knows of a URL stays true."""

    def __init__(self, folder: Path, build: Build) -> None:
        self._folder = folder
        self._build = build
        self._numbers = itertools.count(1)
        self._template: Path | None = None
        self._free: list[Path] = []

    def empty(self) -> str:
        return _sqlite_url(self._next())

    def fresh(self) -> str:
        if self._template is None:
            self._template = self._next()
            self._build(_sqlite_url(self._template))
        return _sqlite_url(Path(shutil.copyfile(self._template, self._free.pop() if self._free else self._next())))

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()
        self._free.append(path)

    def _next(self) -> Path:
        return self._folder / f"test-{next(self._numbers)}.sqlite3"


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


class PostgresDatabases:
    """Copying a database costs a third of a second here, so a used one is emptied and given out again."""

    def __init__(self, cluster: Cluster, build: Build) -> None:
        self._cluster = cluster
        self._build = build
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        self._reusable: set[str] = set()
        self._maintenance = create_engine(
            cluster.url("postgres"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,  # a test closes all that was opened during it
        )

    def empty(self) -> str:
        return self._create()

    def fresh(self) -> str:
        if self._free:
            return self._free.pop()
        url = self._create()
        self._build(url)
        self._reusable.add(url)
        return url

    def drop(self, url: str) -> None:
        if url in self._reusable:
            _empty_tables(url)
            self._free.append(url)
        else:
            self._say(f"DROP DATABASE {_name_in(url)} WITH (FORCE)")

    def close(self) -> None:
        self._maintenance.dispose()

    def _create(self) -> str:
        url = self._cluster.url(f"test_{next(self._numbers)}")
        self._say(f"CREATE DATABASE {_name_in(url)} TEMPLATE template0")
        return url

    def _say(self, statement: str) -> None:
        with self._maintenance.connect() as connection:
            connection.execute(text(statement))


def _name_in(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


# Whoever still hangs on would block us or see the next test's rows. Foreign keys sleep meanwhile, so any order will do.
EMPTY_TABLES = """
DO $$
DECLARE name text; found boolean;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
      WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_version%' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO found;
    IF found THEN EXECUTE format('DELETE FROM %s', name); END IF;
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


def _empty_tables(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(EMPTY_TABLES.replace("%", "%%"))
