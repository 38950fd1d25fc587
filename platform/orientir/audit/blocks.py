"""What a block says about its entries: the same bytes today and in ten years, on both engines."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, select

from orientir.audit.models import AuditEntry
from orientir.crypto import derive_key

PURPOSE = "audit"
BEGINNING = "0" * 64  # what stands before the first block
MARK = 16  # hex digits: enough to name the entry that was changed; the block's digest is what proves it

COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.action,
    AuditEntry.object_kind,
    AuditEntry.object_id,
    AuditEntry.region_id,
    AuditEntry.municipality_id,
    AuditEntry.organisation_id,
    AuditEntry.details,
)
EntryRow = Row[Any]


def select_entries() -> Select[Any]:
    """Return the question for entries as a block counts them: columns, not objects, past what a session remembers."""
    return select(*COLUMNS)


def line_of(row: EntryRow) -> bytes:
    """Return an entry as it is sealed: one line of JSON."""
    at: datetime = row.at
    values = [row.id, at.astimezone(UTC).isoformat(timespec="microseconds"), *row[2:10]]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def mark_of(line: bytes) -> str:
    """Return the short digest by which a block remembers one entry."""
    return hashlib.sha256(line).hexdigest()[:MARK]


def digest_of(number: int, previous: str, sealed_at: datetime, lines: Iterable[bytes]) -> str:
    """Return the digest of a block: of its own facts, of the digest before it, and of every entry in full."""
    head = [number, previous, sealed_at.astimezone(UTC).isoformat(timespec="microseconds")]
    found = hashlib.sha256(json.dumps(head).encode() + b"\n")
    for line in lines:
        found.update(line)
    return found.hexdigest()


def seal_of(digest: str) -> str:
    """Return the seal only the server's key can make: whoever has the database alone cannot seal a changed chain."""
    key = derive_key(current_app.config["ORIENTIR"].secret_key, PURPOSE)
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


def marks_of(rows: Sequence[EntryRow], lines: Sequence[bytes]) -> list[list[Any]]:
    """Return the block's own list of its entries: number and short digest of each."""
    return [[row.id, mark_of(line)] for row, line in zip(rows, lines, strict=True)]
