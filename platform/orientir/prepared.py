"""Statements of a rush: put together once for each engine, then said to the driver as they are (decision 26).

SQLAlchemy still writes the statement and says how its values and results are converted; what is left out is what it
does around each single execution, which costs more than the statement itself. They run on the connection of the
session's transaction, whoever listens to statements hears them, and they fail with SQLAlchemy's errors. As with
`orientir.db.on_rows`, what the session has not written yet is not there for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Delete, Dialect, Insert, Select, Update, bindparam

from orientir.db import Base, connection_in_hand, db, insert_of, say, table_of

Row = TypeVar("Row")
Statement = Select[Any] | Insert | Update | Delete
Converter = Callable[[Any], Any]


@dataclass(slots=True)
class _Form:
    """A statement as one engine is told it, with lists of certain lengths."""

    text: str
    order: Sequence[str] | None  # of SQLite's question marks; PostgreSQL takes values by name
    fixed: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    converters: Sequence[tuple[str, Converter]]
    results: Sequence[tuple[int, Converter]]

    def bound(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what a driver takes
        """Return the values as the driver takes them."""
        named = {**self.fixed, **values}
        for name, parts in self.lists.items():
            named.update(zip(parts, named.pop(name), strict=True))
        for name, convert in self.converters:
            named[name] = convert(named[name])
        return named if self.order is None else [named[name] for name in self.order]


class Writing:
    """A statement that changes rows of tables (`table_of`), or how it is said to the engine of a name.

    A list («IN») must not be empty. What is inserted names all its columns: no defaults are looked for.
    """

    def __init__(self, statement: Statement | Callable[[str], Statement]) -> None:
        self._written = statement if callable(statement) else lambda _engine: statement
        self._lists = [name for name, one in self._written("sqlite").compile().binds.items() if one.expanding]
        self._forms: dict[object, _Form] = {}

    def run(self, **values: Any) -> int:  # noqa: ANN401 - each column has its own type
        """Execute it and return how many rows it changed."""
        _form, cursor = self._said(values)
        count: int = cursor.rowcount
        return count

    def run_each(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for each of `rows`; a statement with lists cannot."""
        if len(rows) == 1:
            self._said(rows[0])
            return
        connection = connection_in_hand()
        form = self._form(connection.dialect, rows[0])
        say(connection, form.text, [form.bound(row) for row in rows], many=True)

    def _said(self, values: Mapping[str, Any]) -> tuple[_Form, Any]:
        connection = connection_in_hand()
        if self._lists:
            values = {**values, **{name: _padded(values[name]) for name in self._lists}}
        form = self._form(connection.dialect, values)
        return form, say(connection, form.text, form.bound(values))

    def _form(self, dialect: Dialect, values: Mapping[str, Any]) -> _Form:
        key = (dialect.name, *[len(values[name]) for name in self._lists]) if self._lists else dialect.name
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = _put_together(self._written(dialect.name), dialect, values)
        return found


class Asking(Writing, Generic[Row]):
    """A statement that returns rows, each made into `row`: columns and fields stand in one order."""

    def __init__(self, row: Callable[..., Row], statement: Statement | Callable[[str], Statement]) -> None:
        super().__init__(statement)
        self.row = row

    def one(self, **values: Any) -> Row | None:  # noqa: ANN401 - each column has its own type
        """Return the first row, or None."""
        return next(iter(self.all(**values)), None)

    def alone(self, **values: Any) -> Row | None:  # noqa: ANN401 - each column has its own type
        """Return the first row, or None, outside of any session and transaction.

        A page that answers with a single row spends more on these than on its statement, and on PostgreSQL two of three
        journeys to the database. What fails goes the usual way, which knows the failure by its name.
        """
        engine = db.engine
        form, connection = self._form(engine.dialect, values), engine.pool.connect()
        for listener in engine.dispatch.before_cursor_execute:
            listener(connection, None, form.text, values, None, False)  # noqa: FBT003 - SQLAlchemy's signature
        try:
            raw = _first(connection.dbapi_connection, form, values)
        except engine.dialect.loaded_dbapi.Error:
            connection.invalidate()
            with engine.connect() as usual:
                row = usual.execute(self._written(engine.dialect.name), values).first()
            return self.row(*row) if row else None
        finally:
            connection.close()
        return self.row(*_converted(raw, form.results)) if raw else None

    def made(self, **values: Any) -> Row:  # noqa: ANN401 - each column has its own type
        """Return the row of a statement that always has one, such as an INSERT."""
        return self.all(**values)[0]

    def all(self, **values: Any) -> list[Row]:  # noqa: ANN401 - each column has its own type
        """Return all rows."""
        form, cursor = self._said(values)
        return [self.row(*_converted(raw, form.results)) for raw in cursor.fetchall()]


def adding(model: type[Base], names: Iterable[str], *returned: str, row: Callable[..., Row]) -> Asking[Row]:
    """Return the INSERT of columns `names` that passes over a row which is there already; else it returns columns."""
    columns = table_of(model).c

    def said(engine: str) -> Insert:
        fresh = insert_of(engine, model).values({name: bindparam(name) for name in names})
        made: Insert = fresh.on_conflict_do_nothing().returning(*(columns[name] for name in returned))
        return made

    return Asking(row, said)


def _first(connection: Any, form: _Form, values: Mapping[str, Any]) -> Sequence[Any] | None:  # noqa: ANN401 - any driver's
    """Return the first row; psycopg would begin a transaction, SQLite's connections are told not to."""
    if form.order is not None:
        found: Sequence[Any] | None = connection.execute(form.text, form.bound(values)).fetchone()
        return found
    connection.autocommit = True
    try:
        found = connection.execute(form.text, form.bound(values)).fetchone()
    finally:
        connection.autocommit = False
    return found


def _converted(raw: Sequence[Any], converters: Sequence[tuple[int, Converter]]) -> Sequence[Any]:
    if not converters:
        return raw
    values = list(raw)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values


def _padded(values: Sequence[Any]) -> Sequence[Any]:
    """Return the list grown to a power of two by its last value: a class of 27 and one of 31 are one statement."""
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


def _put_together(statement: Statement, dialect: Dialect, values: Mapping[str, Any]) -> _Form:
    compiled = statement.compile(dialect=dialect)
    told = compiled.construct_expanded_state(values)
    lists = told.parameter_expansion
    owners = {part: name for name, parts in lists.items() for part in parts}
    kinds = {name: compiled.binds[owners.get(name, name)].type for name in told.parameters}
    columns = statement.exported_columns
    return _Form(
        told.statement,
        told.positiontup,
        {name: one.value for name, one in compiled.binds.items() if name in told.parameters and not one.required},
        lists,
        [(name, make) for name, kind in kinds.items() if (make := kind.dialect_impl(dialect).bind_processor(dialect))],
        [
            (place, read)
            for place, one in enumerate(columns)
            if (read := one.type.dialect_impl(dialect).result_processor(dialect, None))
        ],
    )
