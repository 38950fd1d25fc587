"""Several statements in one journey to PostgreSQL, by prepared statements of libpq itself (decision 29).

The cursor of the driver waits for the answer to each statement. Here what nobody waits for goes along with the next
question, the beginning of a transaction with its first statement and the end with its last. What a connection has
prepared outlives its transactions: the driver's own rollback, which ends every page that only reads, forgets it all.
"""

from __future__ import annotations

import re
import select
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection, Error
    from psycopg.pq.abc import PGresult

# After these the driver lets the server forget everything that is prepared, ours too.
FORGETTING = re.compile(r"\s*(ROLLBACK|DROP|ALTER|DISCARD|DEALLOCATE)\b", re.IGNORECASE)
STALE = ("26000", "0A000")  # PostgreSQL: no such prepared statement; its columns have changed meanwhile


class Saying:
    """A statement for the server, its values by number («$1»); once it was sent, what it returned and changed."""

    __slots__ = ("changed", "rows", "text", "values", "written")

    def __init__(self, text: str, values: Sequence[Any] = ()) -> None:
        self.text, self.values = text, values
        self.written: Sequence[Any] = ()
        self.rows: Sequence[Sequence[Any]] | None = None
        self.changed = 0


class Line:
    """One connection: what the server has prepared for it, and what it is still to be told.

    `driver` is the module psycopg, which an installation over SQLite need not have.
    """

    def __init__(self, driver: Any, connection: Connection[Any]) -> None:  # noqa: ANN401 - the module
        self._driver, self._connection, self._server = driver, connection, connection.pgconn
        self._values = driver.adapt.Transformer(connection)
        self._as_text = driver.adapt.PyFormat.TEXT
        self._good = (driver.pq.ExecStatus.TUPLES_OK, driver.pq.ExecStatus.COMMAND_OK)
        self._skipped = driver.pq.ExecStatus.PIPELINE_ABORTED
        self._idle = driver.pq.TransactionStatus.IDLE
        self._open = driver.pq.TransactionStatus.INTRANS
        self._failed = driver.pq.TransactionStatus.INERROR
        self._names: dict[str, bytes] = {}
        self._numbers = count(1)
        self._waiting: list[Saying] = []
        self._readable = select.poll()
        self._readable.register(self._server.socket, select.POLLIN)
        self.refused = ""  # the text of the statement that failed last

    def add(self, saying: Saying) -> None:
        """Let a statement wait for the next journey; raises the driver's error for a value it cannot write."""
        saying.written = self._values.dump_sequence(saying.values, [self._as_text] * len(saying.values))
        self._waiting.append(saying)

    def send(self) -> None:
        """Send what waits, in a transaction as the driver would, and let each statement know what came of it.

        Raises the driver's error for the first that is refused; those behind it were not executed.
        """
        if not self._waiting:
            return
        if self._server.transaction_status == self._idle and not self._connection.autocommit:
            self._waiting.insert(0, Saying(self._opening()))
        self.send_alone()

    def send_alone(self) -> None:
        """Do as `send` does, outside of any transaction where none is open."""
        sayings, self._waiting = self._waiting, []
        self.refused = sayings[0].text  # where the line breaks off, nobody knows which
        try:
            refusal = self._travel(sayings)
        except BaseException:
            self._connection.close()  # nobody knows what it would say next
            raise
        if refusal is not None:
            raise refusal

    def commit(self) -> None:
        """Send what waits and end the transaction, if there is one; a failed one is left to the driver."""
        if self._waiting or self._server.transaction_status == self._open:
            self._waiting.append(Saying("COMMIT"))
            self.send()

    def roll_back(self) -> None:
        """Drop what waits and end the transaction, if there is one, keeping what is prepared."""
        self._waiting.clear()
        if self._server.transaction_status in (self._open, self._failed):
            self._server.exec_(b"ROLLBACK")

    def forget(self) -> None:
        """Prepare all anew: the driver had the server forget what it knew."""
        self._names.clear()

    def _opening(self) -> str:
        level = self._connection.isolation_level
        return f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}" if level else "BEGIN"

    def _travel(self, sayings: Sequence[Saying]) -> Error | None:
        """Send statements and read what came of each; return the error of the one that was refused."""
        server = self._server
        server.enter_pipeline_mode()
        prepared = [self._write(one) for one in sayings]
        server.pipeline_sync()
        refusal: Error | None = None
        for one, is_prepared in zip(sayings, prepared, strict=True):
            refusal = (self._read_prepared(one) if is_prepared else None) or refusal
            refusal = self._read(one) or refusal
        self._answer()  # of the end of the journey
        server.exit_pipeline_mode()
        return refusal

    def _write(self, saying: Saying) -> bool:
        """Write a statement down and tell whether it had to be prepared first."""
        name = self._names.get(saying.text)
        is_new = name is None
        if name is None:
            name = self._names[saying.text] = b"orientir_%d" % next(self._numbers)
            self._server.send_prepare(name, saying.text.encode())
        self._server.send_query_prepared(name, saying.written)
        return is_new

    def _read_prepared(self, saying: Saying) -> Error | None:
        result = self._answer()
        if result.status in self._good:
            return None
        self._names.pop(saying.text, None)
        return self._refusal(saying, result)

    def _read(self, saying: Saying) -> Error | None:
        result = self._answer()
        if result.status not in self._good:
            return self._refusal(saying, result)
        saying.changed, saying.rows = result.command_tuples or 0, ()
        if result.ntuples:
            self._values.set_pgresult(result)
            saying.rows = self._values.load_rows(0, result.ntuples, tuple)
        return None

    def _refusal(self, saying: Saying, result: PGresult) -> Error | None:
        if result.status == self._skipped:
            return None
        self.refused = saying.text
        refusal: Error = self._driver.errors.error_from_result(result)
        if refusal.sqlstate in STALE:  # the next transaction goes well again
            self.forget()
        return refusal

    def _answer(self) -> PGresult:
        """Return the next result, and step over the mark that ends it."""
        server = self._server
        while server.is_busy():
            self._readable.poll()  # other threads work meanwhile; in `get_result` they would not
            server.consume_input()
        result = server.get_result()
        if result is None:
            raise self._driver.OperationalError("the connection was lost")
        if result.status != self._driver.pq.ExecStatus.PIPELINE_SYNC:
            server.get_result()
        return result
