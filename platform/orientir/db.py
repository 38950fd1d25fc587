"""The database: one declarative base, the types the platform shares, and the manners of SQLite.

SQLite is the embedded default, PostgreSQL the production engine; every rule here exists to make the two behave alike.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Pool,
    PoolProxiedConnection,
    Table,
    TypeDecorator,
    event,
    insert,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.pool import ConnectionPoolEntry

from orientir.journeys import FORGETTING, Line

# Alembic can only alter a constraint it can name.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Of PostgreSQL: serialization failure, deadlock.
CAME_SECOND = frozenset({"40001", "40P01"})
IN_HAND, LINE = "orientir.connection", "orientir.line"
BATCH = 2000  # rows of one statement; a progress bar moves as often
hearers: list[Callable[[str], None]] = []  # of statements that SQLAlchemy's events do not tell of


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC: SQLite forgets the zone, PostgreSQL answers in the zone of the connection."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone would be read as another moment elsewhere")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def fold(text: str) -> str:
    """Return `text` as search and sorting see it: no case, ё as е, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").split())


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own implicit BEGIN is deferred: a reader that later writes dies of SQLITE_BUSY. We begin ourselves.
    connection.isolation_level = None
    connection.create_function(
        "lower", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True
    )
    connection.create_collation("ru", _compare_russian)
    cursor = connection.cursor()
    for pragma in ("busy_timeout = 15000", "journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _compare_russian(left: str, right: str) -> int:
    one, other = fold(left), fold(right)
    return (one > other) - (one < other)


@event.listens_for(Engine, "begin")
def _begin_immediate(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy hands its connection untyped
    """Take SQLite's write lock at once where the transaction is going to write (`writing`), else stay a reader."""
    if connection.dialect.name == "sqlite":
        is_writing = connection.get_execution_options().get("writing", False)
        say(connection, "BEGIN IMMEDIATE" if is_writing else "BEGIN")


def begin_writing() -> None:
    """Open the session's transaction as a writer; call it before the first read of a unit of work.

    On SQLite a transaction that read first and writes later fails as soon as somebody else wrote in between.
    """
    db.session.connection(execution_options={"writing": True})


class InHand(NamedTuple):
    """The connection of a transaction, and its line where it leads to PostgreSQL."""

    connection: Connection
    line: Line | None


@event.listens_for(Session, "after_begin")
def _keep_connection(session: Session, _transaction: object, connection: Connection) -> None:
    session.info[IN_HAND] = InHand(connection, line_of(connection))


def line_of(connection: Connection) -> Line | None:
    """Return the line of a connection to PostgreSQL, which says several statements in one journey; SQLite has none."""
    return line_over(connection.dialect, connection.connection)


def line_over(dialect: Dialect, connection: PoolProxiedConnection) -> Line | None:
    """Do as `line_of` does for a connection of the pool."""
    if dialect.driver != "psycopg":
        return None
    found: Line | None = connection.info.get(LINE)
    if found is None:
        kept: Any = connection.dbapi_connection
        found = connection.info[LINE] = Line(dialect.loaded_dbapi, kept)
    return found


@event.listens_for(Engine, "before_cursor_execute")
def _send_before(
    connection: Connection, _cursor: object, statement: str, _values: object, _context: object, _many: object
) -> None:
    """Send what waits before a statement goes the usual way."""
    line = connection.info.get(LINE)
    if line is not None:
        if FORGETTING.match(statement):
            line.forget()
        by_line(connection, line.send)


@event.listens_for(Engine, "commit")
def _commit_by_line(connection: Connection) -> None:
    """Let the end of a transaction go along with what waits; the driver finds nothing left to do."""
    line = connection.info.get(LINE)
    if line is not None:
        by_line(connection, line.commit)


@event.listens_for(Engine, "rollback")
def _roll_back_by_line(connection: Connection) -> None:
    line = None if connection.invalidated else connection.info.get(LINE)
    if line is not None:
        line.roll_back()


@event.listens_for(Pool, "reset")
def _reset_by_line(_driver: object, record: ConnectionPoolEntry, _state: object) -> None:
    """End what a failed commit left open before the driver does, which would forget all that is prepared."""
    line = record.info.get(LINE)
    if line is not None:
        line.roll_back()


def by_line(connection: Connection, send: Callable[[], None]) -> None:
    """Send what waits by a verb of the line of a connection; raises SQLAlchemy's errors."""
    try:
        send()
    except connection.dialect.loaded_dbapi.Error as error:
        raise_told(connection, connection.info[LINE].refused, error)
    except BaseException:  # it broke off, and the line with it
        connection.invalidate()
        raise


@event.listens_for(Session, "after_transaction_end")
def _let_connection_go(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(IN_HAND, None)


def in_hand() -> InHand:
    """Return the connection of the session's transaction; the session itself looks for it anew at each statement."""
    session = db.session()
    kept: InHand | None = session.info.get(IN_HAND)
    if kept is None or session.in_nested_transaction():  # it sets the point to go back to only when asked
        connection = session.connection()
        return InHand(connection, line_of(connection))
    return kept


def connection_in_hand() -> Connection:
    """Return the connection alone; a raw cursor on it would overtake what waits on its line."""
    return in_hand().connection


def say(connection: Connection, text: str, values: Any = (), *, many: bool = False) -> Any:  # noqa: ANN401 - any driver's
    """Execute a text on the driver's own connection and return its cursor; raises SQLAlchemy's errors."""
    cursor = connection.connection.cursor()
    hear(text)
    try:
        (cursor.executemany if many else cursor.execute)(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise_told(connection, text, error)
    return cursor


def hear(text: str) -> None:
    """Let whoever listens to statements hear one that goes past SQLAlchemy and its events."""
    for hearer in hearers:
        hearer(text)


def raise_told(connection: Connection, text: str, error: Exception) -> NoReturn:
    """Raise what the driver said as SQLAlchemy would, quoting no values."""
    dialect = connection.dialect
    if dialect.is_disconnect(error, connection.connection.dbapi_connection, None):  # type: ignore[arg-type]  # a driver's
        connection.exec_driver_sql("SELECT 1")  # raises, and lets go of every connection to a server that is gone
    kind = dialect.loaded_dbapi.Error
    raise DBAPIError.instance(text, None, error, kind, hide_parameters=True, dialect=dialect) from error


def begin_snapshot() -> None:
    """Open a transaction in which all statements see one moment; writers go on meanwhile. On SQLite every one does."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def came_second(error: OperationalError) -> bool:
    """Tell whether a transaction only gave way to another one and may simply come again."""
    return getattr(error.orig, "sqlstate", None) in CAME_SECOND or "database is locked" in str(error.orig)


def table_of(model: type[Base]) -> Table:
    """Return the table behind `model`, for statements that want rows and no objects: they cost half as much.

    A session writes down what is pending before it asks for objects; before these it does not.
    """
    return cast(Table, model.__table__)


def on_rows(
    statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement about rows (`table_of`) in the session's transaction.

    The session itself would first look for objects in it, which costs as much as half of the statement.
    """
    return connection_in_hand().execute(statement, values)


def note_written(row: Base, **values: object) -> None:
    """Let an object know what was just written into its row by a statement."""
    for name, value in values.items():
        set_committed_value(row, name, value)


def read_anew(model: type[Base], key: int) -> None:
    """Let the object of a row that was just written by a statement be read anew, if the session has it at hand."""
    session = db.session()
    known = session.identity_map.get(identity_key(model, key)) if session.identity_map else None
    if known is not None:
        session.expire(known)


def insert_into(model: type[Base]) -> Any:  # noqa: ANN401 - the dialects' INSERTs share methods but no base class
    """Return the INSERT of the engine in hand, the one that knows ON CONFLICT."""
    return insert_of(db.session.get_bind().dialect.name, model)


def insert_fresh(model: type[Base], *returned: str) -> Any:  # noqa: ANN401 - as above
    """Return the INSERT that passes over rows which are there already and returns columns of the others.

    It is put together once, for what is written again and again.
    """
    return _fresh_of(db.session.get_bind().dialect.name, model, returned)


@cache
def _fresh_of(dialect: str, model: type[Base], returned: tuple[str, ...]) -> Any:  # noqa: ANN401 - as above
    fresh = insert_of(dialect, model).on_conflict_do_nothing()
    return fresh.returning(*(table_of(model).c[name] for name in returned)) if returned else fresh


def insert_of(dialect: str, model: type[Base]) -> Any:  # noqa: ANN401 - as above
    """Return the INSERT of the engine of a name, the one that knows ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table_of(model))


def insert_many(
    model: type[Base], rows: Sequence[dict[str, Any]], report: Callable[[int, int], None] | None = None
) -> None:
    """Insert `rows` in batches; `report` is told how many are in, of how many."""
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(model), rows[start : start + BATCH])
        if report:
            report(min(start + BATCH, len(rows)), len(rows))


def insert_numbered(
    model: type[Base], rows: Sequence[dict[str, Any]], report: Callable[[int, int], None] | None = None
) -> list[int]:
    """Insert `rows` in batches as `insert_many` does and return their ids, in the order of the rows."""
    ids: list[int] = []
    statement = insert(model).returning(model.__table__.c.id, sort_by_parameter_order=True)
    for start in range(0, len(rows), BATCH):
        ids += db.session.scalars(statement, rows[start : start + BATCH])
        if report:
            report(len(ids), len(rows))
    return ids


def count_tables() -> None:
    """Let PostgreSQL see what was written in bulk: until then it plans for empty tables, and a page takes seconds."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
