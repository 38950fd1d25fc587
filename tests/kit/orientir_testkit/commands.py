"""Looking at what a command said and did."""

from __future__ import annotations

from typing import Any

from click.testing import Result
from sqlalchemy import create_engine, inspect, text


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    """Return the rows a database answers, past every application."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(question))]
    engine.dispose()
    return rows


def tables(url: str) -> set[str]:
    """Return the names of the tables that are there."""
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def assert_refused(result: Result, *words: str) -> None:
    """Expect one line with these words, exit status 2, and no trace of how the program is made."""
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Ошибка: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.output
