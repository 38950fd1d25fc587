"""Rows told by the database in one text: what is compared and kept whole need not come row by row.

A driver makes every cell of a thousand rows into an object of its own, which costs as much as drawing a page. The same
rows as JSON are one cell: as a text they are compared in no time, and taken apart only when they are other rows.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ScalarSelect, Select, Text, cast, func, select

APART = ","


def in_one_text(engine: str, rows: Select[Any]) -> ScalarSelect[str]:
    """Return an expression for the rows of a statement, in their order, as the engine of a name puts them together."""
    row = rows.subquery()
    array = func.json_build_array if engine == "postgresql" else func.json_array
    listed = func.aggregate_strings(cast(array(*row.c), Text), APART)
    return select(func.coalesce(listed, "")).scalar_subquery()


def rows_in(text: str) -> list[list[Any]]:
    """Return the rows of such a text; a moment is still the text its engine writes for one."""
    found: list[list[Any]] = json.loads(f"[{text}]")
    return found
