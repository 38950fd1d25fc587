"""Unsent answers and their seal: only the server's secret together with the respondent's code opens them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from orientir import clock
from orientir.crypto import derive_key, keyed_digest, seal, unseal

ROW = "draft"
SEAL = "draft-seal"


def new_send_id() -> str:
    """Return a UUID under which one questionnaire is sent, however often a weak network repeats it."""
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Answers so far, the page to go on from («» before the first), the UUID the send will bear.

    `began_at` is when the first page was opened (seconds of the epoch); it never leaves the seal.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    send_id: str = field(default_factory=new_send_id)
    began_at: float = field(default_factory=lambda: clock.now().timestamp())


def row_key(secret: str, code: str) -> str:
    """Return the primary key of the draft that belongs to a code."""
    return keyed_digest(secret, ROW, code)


def seal_draft(secret: str, code: str, draft: Draft) -> bytes:
    """Return the draft as bytes that tell nothing without secret and code."""
    plain = json.dumps(asdict(draft), ensure_ascii=False).encode()
    return seal(derive_key(secret, SEAL, salt=code), plain, context=row_key(secret, code).encode())


def open_draft(secret: str, code: str, sealed: bytes) -> Draft | None:
    """Return the draft, or None when the code is another one or a single bit was changed."""
    plain = unseal(derive_key(secret, SEAL, salt=code), sealed, context=row_key(secret, code).encode())
    return None if plain is None else Draft(**json.loads(plain))
