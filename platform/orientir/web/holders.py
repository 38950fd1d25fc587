"""What a browser holds after somebody typed a code into it: a survey, a card, a ticket, a door.

It lives in the signed session cookie, ends after some idle minutes and at «Следующий ученик», because school computers
are shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, session

from orientir import clock

KEY = "codes"


@dataclass(frozen=True)
class Holding:
    """An opened code: its digits and what its plugin wanted remembered."""

    kind: str
    digits: str
    remembered: Mapping[str, Any]


def hold(kind: str, digits: str, remembered: Mapping[str, Any]) -> None:
    """Remember an opened code; an earlier one of the same kind is forgotten: the next student sits here now."""
    entry = {"digits": digits, "remembered": dict(remembered), "seen": clock.now().timestamp()}
    session[KEY] = {**session.get(KEY, {}), kind: entry}


def holding(kind: str) -> Holding | None:
    """Return the opened code of `kind`, or None when there is none or it was idle for too long."""
    entry = session.get(KEY, {}).get(kind)
    if not entry:
        return None
    now = clock.now().timestamp()
    if now - entry["seen"] > _idle().total_seconds():
        release(kind)
        return None
    if now - entry["seen"] > 30:  # rewriting the cookie more often only costs bytes
        session[KEY] = {**session[KEY], kind: {**entry, "seen": now}}
    return Holding(kind, entry["digits"], entry["remembered"])


def release(kind: str) -> None:
    """Forget the opened code of `kind`."""
    session[KEY] = {other: entry for other, entry in session.get(KEY, {}).items() if other != kind}


def _idle() -> timedelta:
    minutes: int = current_app.config["ORIENTIR"].respondent_idle_minutes
    return timedelta(minutes=minutes)
