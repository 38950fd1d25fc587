"""Counting queries, so that a page which asks once per row is found by a test with one row and one with three."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from orientir.db import hearers

# How a transaction is framed, not what a page asks.
FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class Queries:
    """The statements of one block, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def heard(note: Callable[[str], None]) -> Iterator[None]:
    """Tell `note` of every statement inside the block, whichever way it goes to its database."""

    def note_usual(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        note(statement)

    event.listen(Engine, "before_cursor_execute", note_usual)
    hearers.append(note)
    try:
        yield
    finally:
        hearers.remove(note)
        event.remove(Engine, "before_cursor_execute", note_usual)


@contextmanager
def counted_queries() -> Iterator[Queries]:
    """Collect every statement any engine executes inside the block."""
    seen = Queries()

    def note(statement: str) -> None:
        if not statement.upper().startswith(FRAMES):
            seen.statements.append(statement)

    with heard(note):
        yield seen
