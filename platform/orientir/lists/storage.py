"""The table of an import at rest: packed, and sealed with the server's key."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from flask import current_app

from orientir.crypto import derive_key, seal, unseal
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.lists.plans import PlannedRow
from orientir.lists.sheets import Sheet

PURPOSE = "lists"


def seal_sheets(sheets: Sequence[Sheet]) -> bytes:
    return _sealed([
        {
            "name": sheet.name,
            "rows": sheet.rows,
            "hidden_rows": sorted(sheet.hidden_rows),
            "hidden_columns": sorted(sheet.hidden_columns),
            "is_hidden": sheet.is_hidden,
        }
        for sheet in sheets
    ])  # fmt: skip


def open_sheets(sealed: bytes) -> list[Sheet]:
    """Return the sheets as they were brought."""
    return [
        Sheet(
            one["name"],
            tuple(tuple(row) for row in one["rows"]),
            frozenset(one["hidden_rows"]),
            frozenset(one["hidden_columns"]),
            one["is_hidden"],
        )
        for one in _opened(sealed)
    ]


def seal_plan(rows: Sequence[PlannedRow]) -> bytes:
    return _sealed([row.packed() for row in rows])


def open_plan(sealed: bytes | None) -> list[PlannedRow]:
    """Return the rows as they were looked through; none before that."""
    return [PlannedRow.unpacked(one) for one in _opened(sealed)] if sealed else []


def seal_rejected(rows: Sequence[tuple[int, str]]) -> bytes:
    return _sealed(list(rows))


def open_rejected(sealed: bytes | None) -> list[tuple[int, str]]:
    """Return the rows that were not written: the place in the plan, and why."""
    return [(place, reason) for place, reason in _opened(sealed)] if sealed else []


def _sealed(content: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    packed = zlib.compress(json.dumps(content, ensure_ascii=False).encode("utf-8", errors="replace"), 6)
    return seal(_key(), packed)


def _opened(sealed: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    packed = unseal(_key(), sealed)
    if packed is None:
        raise MissingError(_("Список больше не открыть: ключ сервера сменили. Загрузите его ещё раз."))
    return json.loads(zlib.decompress(packed))


def _key() -> bytes:
    return derive_key(str(current_app.config["SECRET_KEY"]), PURPOSE)
