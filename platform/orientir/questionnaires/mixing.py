"""Mixing: tables whose rows were written together are laid anew, so that nothing in the database tells which were.

A send writes its slip and its answer in one transaction. Nothing in them leads from one to the other, but PostgreSQL
keeps the transaction of every row (`xmin`), lays rows in the order they came (`ctid`) and counts long values up as they
come. So each table is written anew by one transaction in the order of its keys, which say nothing of the order of
coming, and then clustered, which leaves no old rows behind. Either alone still joins (decision 7). `TRUNCATE` would be
one step, but a back-up that began a moment before would find the table empty.

SQLite keeps no transactions; there the file is written anew: the write-ahead log, which shows what one commit touched,
is emptied, pages of long answers, which lie as they came, are laid by key, and what was deleted is gone from the file.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from sqlite3 import OperationalError as FileError

from sqlalchemy import Connection, Engine, Table, delete, insert, select
from sqlalchemy.exc import OperationalError

from orientir.db import CAME_SECOND, Base, db
from orientir.errors import ConflictError, PluginError
from orientir.i18n import _
from orientir.plugins import current_plugins
from orientir.questionnaires.models import FreeWord

log = logging.getLogger("orientir.mixing")
OWN = (FreeWord.__tablename__,)
TRIES, PAUSE = 3, 60.0  # seconds; what holds a table at night is a back-up, and most are over by then
WAIT = 2000  # ms; whoever wants the table queues up behind us, so we do not wait longer than a page may hang
LOCK_NOT_AVAILABLE = "55P03"
FEW = 100  # rows; as many of one transaction were no sends, they were laid by us or by a restored copy
LAID = """
WITH laid AS (
  SELECT xmin::text AS written, (ctid::text::point)[0] AS page, (ctid::text::point)[1] AS line,
    row_number() OVER (ORDER BY ctid) AS place, row_number() OVER (ORDER BY {keys}) AS turn
  FROM {table}
), pages AS (SELECT page, count(*) AS alive, max(line) AS lines FROM laid GROUP BY page)
SELECT count(*), count(DISTINCT written), bool_and(place = turn),
  (SELECT sum(alive) = sum(lines) AND count(*) = max(page) + 1 FROM pages)
FROM laid
"""


@dataclass(frozen=True)
class Mixing:
    """Which tables were laid anew, and which somebody held all the time; those that lay well are in neither."""

    mixed: tuple[str, ...]
    busy: tuple[str, ...]


def mix_tables(*, tries: int = TRIES, pause: float = PAUSE) -> Mixing:
    """Mix what the platform and its plugins have declared; safe beside traffic, and twice is once.

    A table that is held is tried again after `pause` seconds. Ends the transaction in hand: it would be in the way.
    Raises ConflictError where SQLite cannot write its file anew, such as for want of room.
    """
    db.session.commit()
    lay = _lay_file_anew if db.engine.dialect.name == "sqlite" else _lay_tables_anew
    mixed: list[str] = []
    waiting = declared_tables()
    for left in reversed(range(tries)):
        done, waiting = lay(db.engine, waiting)
        mixed += done
        if not waiting or not left:
            break
        log.warning("tables are held by others, to be mixed later: %s", ", ".join(waiting))
        time.sleep(pause)
    return Mixing(tuple(mixed), tuple(waiting))


def declared_tables() -> list[str]:
    """Return the tables to be mixed: the block's own, and those of the enabled plugins."""
    return [*OWN, *(name for manifest in current_plugins().manifests.values() for name in manifest.mixed_tables)]


def check_mixed(names: Iterable[str]) -> None:
    """Raise PluginError for a table that is not there or cannot be laid anew without moving others."""
    for name in names:
        if name not in Base.metadata.tables:
            raise PluginError(f"a table to be mixed is not there: «{name}»")
        leaning = [table.name for table in Base.metadata.tables.values() if name in _targets(table)]
        if leaning:
            raise PluginError(f"table «{name}» cannot be mixed: «{leaning[0]}» leans on it")


def _targets(table: Table) -> set[str]:
    return {key.target_fullname.partition(".")[0] for key in table.foreign_keys}


def _lay_tables_anew(engine: Engine, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Lay tables of PostgreSQL anew; return those that were, and those that are held."""
    mixed, busy = [], []
    for name in names:
        table = Base.metadata.tables[name]
        try:
            if _lie_well(engine, table):
                continue
            with _held_briefly(engine) as connection:
                connection.exec_driver_sql(f"LOCK TABLE {name} IN EXCLUSIVE MODE")
                _write_anew(connection, table)
            with _held_briefly(engine) as connection:
                connection.exec_driver_sql(f"CLUSTER {name} USING {table.primary_key.name!s}")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in {LOCK_NOT_AVAILABLE, *CAME_SECOND}:
                raise
            busy.append(name)
        else:
            mixed.append(name)
    return mixed, busy


@contextmanager
def _held_briefly(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAIT}")
        yield connection


def _lie_well(engine: Engine, table: Table) -> bool:
    """Tell whether nothing is to do: all rows of one transaction, in the order of their keys, no old ones between."""
    keys = ", ".join(column.name for column in table.primary_key)
    with engine.begin() as connection:
        rows, transactions, in_order, is_dense = connection.exec_driver_sql(
            LAID.format(table=table.name, keys=keys)
        ).one()
    return bool(not rows or (rows > FEW and transactions == 1 and in_order and is_dense))


def _write_anew(connection: Connection, table: Table) -> None:
    """Take all rows out and put them back by key, in one statement; long values get new places, too, as they go in."""
    gone = delete(table).returning(*table.c).cte("gone")
    by_key = select(gone).order_by(*(gone.c[column.name] for column in table.primary_key))
    connection.execute(insert(table).from_select([column.name for column in table.c], by_key))


def _lay_file_anew(engine: Engine, names: list[str]) -> tuple[list[str], list[str]]:
    """Write SQLite's file anew and empty its log; all tables are done by it, or none."""
    with closing(engine.raw_connection()) as connection:
        connection.detach()  # not given back: it waits less than others
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {WAIT}")
            cursor.execute("VACUUM")
            row = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except FileError as error:
            if "locked" not in str(error):
                raise ConflictError(_("Файл базы не записать заново: %(reason)s.", reason=error)) from error
            row = (True,)
    return ([], names) if row[0] else (names, [])
