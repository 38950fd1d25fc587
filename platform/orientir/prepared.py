"""Statements of a rush: put together once for each engine, then said to the driver as they are (decision 26).

SQLAlchemy still writes the statement and says how its values and results are converted; what is left out is what it
does around each single execution, which costs more than the statement itself. They run on the connection of the
session's transaction, whoever listens to statements hears them (`orientir.db.hearers`), and they fail with SQLAlchemy's
errors. As with `orientir.db.on_rows`, what the session has not written yet is not there for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Delete, Dialect, Insert, PoolProxiedConnection, Select, Update, bindparam

from orientir.db import LINE, Base, by_line, db, hear, in_hand, insert_of, line_over, raise_told, say, table_of
from orientir.journeys import Line, Saying

Row = TypeVar("Row")
Statement = Select[Any] | Insert | Update | Delete
Converter = Callable[[Any], Any]


NAMED = re.compile(r"%\((\w+)\)s|%%")


@dataclass(slots=True)
class _Form:
    """A statement as one engine is told it, with lists of certain lengths."""

    text: str
    order: Sequence[str]  # of SQLite's question marks, or of PostgreSQL's numbers
    fixed: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    converters: Sequence[tuple[str, Converter]]
    results: Sequence[tuple[int, Converter]]

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values as the driver takes them."""
        named = {**self.fixed, **values}
        for name, parts in self.lists.items():
            named.update(zip(parts, named.pop(name), strict=True))
        for name, convert in self.converters:
            named[name] = convert(named[name])
        return [named[name] for name in self.order]


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
        connection, line = in_hand()
        form, bound = self._bound(connection.dialect, values)
        if line is None:
            count: int = say(connection, form.text, bound).rowcount
            return count
        saying = _add(connection, line, form, bound)
        by_line(connection, line.send)
        return saying.changed

    def leave(self, **values: Any) -> None:  # noqa: ANN401 - each column has its own type
        """Execute it before whatever comes next: nobody waits for it, and it goes along with the next question.

        A refusal of the database is raised there, or by the commit.
        """
        connection, line = in_hand()
        form, bound = self._bound(connection.dialect, values)
        if line is None:
            say(connection, form.text, bound)
        else:
            _add(connection, line, form, bound)

    def leave_each(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Do so for each of `rows`, of which there is one at least; a statement with lists cannot."""
        if len(rows) == 1:
            self.leave(**rows[0])
            return
        connection, line = in_hand()
        form = self._form(connection.dialect, rows[0])
        bound = [form.bound(row) for row in rows]
        if line is None:
            say(connection, form.text, bound, many=True)
            return
        hear(form.text)
        for values in bound:
            _wait(connection, line, Saying(form.text, values))

    def _bound(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[_Form, list[Any]]:
        if self._lists:
            values = {**values, **{name: _padded(values[name]) for name in self._lists}}
        form = self._form(dialect, values)
        return form, form.bound(values)

    def _form(self, dialect: Dialect, values: Mapping[str, Any]) -> _Form:
        key = (dialect.name, *[len(values[name]) for name in self._lists]) if self._lists else dialect.name
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = _put_together(self._written(dialect.name), dialect, values)
        return found


class Answer(Generic[Row]):
    """What a statement returns. SQLite has said it already; PostgreSQL is asked when somebody wants to know."""

    __slots__ = ("_connection", "_form", "_row", "_said")

    def __init__(self, row: Callable[..., Row], form: _Form, said: Saying, connection: Connection) -> None:
        self._row, self._form, self._said, self._connection = row, form, said, connection

    def all(self) -> list[Row]:
        """Return all rows."""
        said, connection = self._said, self._connection
        if said.rows is None:
            by_line(connection, connection.info[LINE].send)
        return [self._row(*_converted(raw, self._form.results)) for raw in said.rows or ()]

    def one(self) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.all()), None)

    def made(self) -> Row:
        """Return the row of a statement that always has one, such as an INSERT."""
        return self.all()[0]


class Asking(Writing, Generic[Row]):
    """A statement that returns rows, each made into `row`: columns and fields stand in one order."""

    def __init__(self, row: Callable[..., Row], statement: Statement | Callable[[str], Statement]) -> None:
        super().__init__(statement)
        self.row = row

    def soon(self, **values: Any) -> Answer[Row]:  # noqa: ANN401 - each column has its own type
        """Return the answer to come: questions that need not wait for each other go in one journey."""
        connection, line = in_hand()
        form, bound = self._bound(connection.dialect, values)
        if line is None:
            said = Saying(form.text)
            said.rows = say(connection, form.text, bound).fetchall()
        else:
            said = _add(connection, line, form, bound)
        return Answer(self.row, form, said, connection)

    def all(self, **values: Any) -> list[Row]:  # noqa: ANN401 - each column has its own type
        """Return all rows."""
        return self.soon(**values).all()

    def one(self, **values: Any) -> Row | None:  # noqa: ANN401 - each column has its own type
        """Return the first row, or None."""
        return self.soon(**values).one()

    def made(self, **values: Any) -> Row:  # noqa: ANN401 - each column has its own type
        """Return the row of a statement that always has one, such as an INSERT."""
        return self.soon(**values).made()

    def alone(self, **values: Any) -> Row | None:  # noqa: ANN401 - each column has its own type
        """Return the first row, or None, outside of any session and transaction.

        A page that answers with a single row spends more on these than on its statement, and on PostgreSQL two of three
        journeys to the database. What fails goes the usual way, which knows the failure by its name.
        """
        engine = db.engine
        (form, bound), connection = self._bound(engine.dialect, values), engine.pool.connect()
        hear(form.text)
        try:
            raw = _first(engine.dialect, connection, form, bound)
        except engine.dialect.loaded_dbapi.Error:
            connection.invalidate()
            with engine.connect() as usual:
                row = usual.execute(self._written(engine.dialect.name), values).first()
            return self.row(*row) if row else None
        finally:
            connection.close()
        return self.row(*_converted(raw, form.results)) if raw else None


def adding(model: type[Base], names: Iterable[str], *returned: str, row: Callable[..., Row]) -> Asking[Row]:
    """Return the INSERT of columns `names` that passes over a row which is there already; else it returns columns."""
    columns = table_of(model).c

    def said(engine: str) -> Insert:
        fresh = insert_of(engine, model).values({name: bindparam(name) for name in names})
        made: Insert = fresh.on_conflict_do_nothing().returning(*(columns[name] for name in returned))
        return made

    return Asking(row, said)


def _add(connection: Connection, line: Line, form: _Form, bound: Sequence[Any]) -> Saying:
    hear(form.text)
    saying = Saying(form.text, bound)
    _wait(connection, line, saying)
    return saying


def _wait(connection: Connection, line: Line, saying: Saying) -> None:
    try:
        line.add(saying)
    except connection.dialect.loaded_dbapi.Error as error:
        raise_told(connection, saying.text, error)


def _first(
    dialect: Dialect, connection: PoolProxiedConnection, form: _Form, bound: Sequence[Any]
) -> Sequence[Any] | None:
    """Return the first row of a statement that stands alone; connections of SQLite begin no transaction themselves."""
    line = line_over(dialect, connection)
    if line is None:
        driver: Any = connection.dbapi_connection
        found: Sequence[Any] | None = driver.execute(form.text, bound).fetchone()
        return found
    saying = Saying(form.text, bound)
    line.add(saying)
    line.send_alone()
    return next(iter(saying.rows or ()), None)


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
    text, order = told.statement, told.positiontup
    if order is None:
        text, order = _numbered(text)
    return _Form(
        text,
        order,
        {name: one.value for name, one in compiled.binds.items() if name in told.parameters and not one.required},
        lists,
        [(name, make) for name, kind in kinds.items() if (make := kind.dialect_impl(dialect).bind_processor(dialect))],
        [
            (place, read)
            for place, one in enumerate(columns)
            if (read := one.type.dialect_impl(dialect).result_processor(dialect, None))
        ],
    )


def _numbered(text: str) -> tuple[str, list[str]]:
    """Return a text whose values have names as PostgreSQL itself wants it, and the names by their numbers."""
    order: list[str] = []

    def number(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "%"
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    return NAMED.sub(number, text), order
