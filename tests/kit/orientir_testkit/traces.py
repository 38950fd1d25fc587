"""What somebody with full read access to the database sees beside the columns: who wrote a row, and where it lies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from orientir.db import db

Pair = tuple[Any, Any]


def joined_by_transaction(one: str, other: str) -> set[Pair]:
    """Return the pairs of rows («plans_slip.id», «plans_answer.key») that PostgreSQL says one transaction wrote."""
    (left, its), (right, theirs) = one.split("."), other.split(".")
    rows = db.session.execute(
        text(f"SELECT a.{its}, b.{theirs} FROM {left} a JOIN {right} b ON a.xmin::text = b.xmin::text")
    )
    return {(row[0], row[1]) for row in rows}


def laid(column: str) -> list[Any]:
    """Return a column of a table in the order its rows lie in."""
    table, name = column.split(".")
    return list(db.session.scalars(text(f"SELECT {name} FROM {table} ORDER BY ctid")))


def strangers_sharing(table: str) -> set[str]:
    """Return the other tables in which a row was written, or held, by a transaction that wrote one of `table`."""
    tables = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    return {
        other
        for other in tables
        if other != table
        and db.session.scalar(
            text(
                f"SELECT EXISTS (SELECT FROM {table} a JOIN {other} b"
                " ON a.xmin::text IN (b.xmin::text, nullif(b.xmax::text, '0')))"
            )
        )
    }
