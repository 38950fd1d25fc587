"""A fresh, migrated database for every test: migrated once, then copied, so that tests may commit as they like."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text

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
        """Remove the database; nobody is connected any more."""
        ...


class SqliteDatabases:
    def __init__(self, folder: Path, build: Build) -> None:
        self._folder = folder
        self._build = build
        self._numbers = itertools.count(1)
        self._template: Path | None = None

    def empty(self) -> str:
        return _sqlite_url(self._next())

    def fresh(self) -> str:
        if self._template is None:
            self._template = self._next()
            self._build(_sqlite_url(self._template))
        return _sqlite_url(Path(shutil.copyfile(self._template, self._next())))

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()

    def _next(self) -> Path:
        return self._folder / f"test-{next(self._numbers)}.sqlite3"


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


class PostgresDatabases:
    def __init__(self, cluster: Cluster, build: Build) -> None:
        self._cluster = cluster
        self._build = build
        self._numbers = itertools.count(1)
        self._template: str | None = None
        self._maintenance = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")

    def empty(self) -> str:
        return self._cluster.url(self._create("template0"))

    def fresh(self) -> str:
        if self._template is None:
            self._template = self._create("template0")
            self._build(self._cluster.url(self._template))
        return self._cluster.url(self._create(self._template))

    def drop(self, url: str) -> None:
        self._say(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]} WITH (FORCE)")

    def close(self) -> None:
        self._maintenance.dispose()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _say(self, statement: str) -> None:
        with self._maintenance.connect() as connection:
            connection.execute(text(statement))
