"""The two ways Orientir is served, for every benchmark that takes `--production`.

Embedded: waitress and SQLite in one process. Production: granian with two workers over PostgreSQL, on a throw-away
cluster of the machine's binaries, or on the empty databases ORIENTIR_BENCH_URL names by «{name}» (their server's CPU
is not seen then). The cluster of the test kit writes without fsync, which costs time and no CPU.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import hellos
from sqlalchemy import NullPool, create_engine, text

from orientir.config import Config

SWITCH = "--production"
URL = "ORIENTIR_BENCH_URL"


@dataclass(frozen=True)
class SetUp:
    """Where the data lie and by what they are served; `postmaster` is the process of PostgreSQL."""

    is_production: bool = False
    url: str = ""
    postmaster: int | None = None

    def config(self, folder: Path) -> Config:
        """Return the set-up of an application over the data of `folder`; each folder has a database of its own."""
        return Config(data_dir=folder, database_url=self._url_of(folder))

    def hello(self) -> AbstractContextManager[hellos.Server]:
        return hellos.hello(is_production=self.is_production)

    def orientir(self, folder: Path, **settings: str) -> AbstractContextManager[hellos.Server]:
        if url := self._url_of(folder):
            settings = {"ORIENTIR_DATABASE_URL": url, **settings}
        return hellos.orientir(folder, is_production=self.is_production, database=self.postmaster, **settings)

    def _url_of(self, folder: Path) -> str:
        return self.url.format(name=folder.name) if self.url else ""


@contextmanager
def asked_for(*folders: str) -> Iterator[SetUp]:
    """Yield the set-up the command line asks for, with an empty database for each of `folders`; the switch is eaten."""
    if SWITCH not in sys.argv:
        yield SetUp()
        return
    sys.argv.remove(SWITCH)
    if url := os.environ.get(URL):
        yield SetUp(is_production=True, url=url)
        return
    with _cluster() as (url, postmaster):
        maintenance = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with maintenance.connect() as connection:
            for name in folders:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        yield SetUp(is_production=True, url=url, postmaster=postmaster)


@contextmanager
def _cluster() -> Iterator[tuple[str, int]]:
    """Yield the address of the databases of a fresh cluster, and the process that serves them."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "kit"))
    from orientir_testkit.cluster import Cluster, find_binaries

    binaries = find_binaries()
    if binaries is None:
        raise LookupError("no PostgreSQL is installed on this machine")
    running = Cluster.start(binaries)
    try:
        postmaster = int(Path(running.folder, "data", "postmaster.pid").read_text().split()[0])
        yield running.url("{name}"), postmaster
    finally:
        running.stop()
