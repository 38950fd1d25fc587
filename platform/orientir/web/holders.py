"""What a browser holds after somebody typed a code into it: a survey, a card, a ticket, a door.

It lives in the signed session cookie, ends after some idle minutes and at «Следующий ученик», because school computers
are shared. Whoever opens a code of their own sits here now: the codes of anybody else are let go, so the next student
never meets the records of the last one, and an anonymous slip never lies in one cookie with the card of a seat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, session

from orientir import clock

KEY = "codes"
WANTED = "wanted"


@dataclass(frozen=True)
class Holding:
    """An opened code: its digits and what its plugin wanted remembered."""

    kind: str
    digits: str
    remembered: Mapping[str, Any]


def hold(
    kind: str,
    digits: str,
    remembered: Mapping[str, Any],
    *,
    person: str | None = "",
    until: datetime | None = None,
) -> None:
    """Remember an opened code; an earlier one of the same kind is forgotten.

    `person` names whose code it is, in a word of the owner's («student:12»): codes of other kinds stay only where they
    name the same person. "" is somebody unknown, hence never the same; None is a code of no person (the PIN of a door),
    which lets nobody go and is let go by nobody. `until`: it ends then, not after idle minutes.
    """
    seen = clock.now().timestamp()
    entry = {"digits": digits, "remembered": dict(remembered), "seen": seen, "person": person}
    if until is not None:
        entry["until"] = until.timestamp()
    others = {other: held for other, held in session.get(KEY, {}).items() if other != kind}
    session[KEY] = {**_kept(others, person), kind: entry}


def _kept(others: Mapping[str, Any], person: str | None) -> Mapping[str, Any]:
    """Return the codes that stay beside one of `person`."""
    if person is None:
        return others
    return {kind: held for kind, held in others.items() if _is_nobodys(held) or _is_of(held, person)}


def _is_nobodys(held: Mapping[str, Any]) -> bool:
    return held.get("person", "") is None


def _is_of(held: Mapping[str, Any], person: str) -> bool:
    return bool(person) and held.get("person") == person


def holding(kind: str) -> Holding | None:
    """Return the opened code of `kind`, or None when there is none or it was idle for too long."""
    entry = session.get(KEY, {}).get(kind)
    if not entry:
        return None
    now = clock.now().timestamp()
    if now > entry.get("until", entry["seen"] + _idle().total_seconds()):
        release(kind)
        return None
    if "until" not in entry and now - entry["seen"] > 30:  # rewriting the cookie more often only costs bytes
        session[KEY] = {**session[KEY], kind: {**entry, "seen": now}}
    return Holding(kind, entry["digits"], entry["remembered"])


def release(kind: str) -> None:
    """Forget the opened code of `kind`."""
    session[KEY] = {other: entry for other, entry in session.get(KEY, {}).items() if other != kind}


def want(kind: str, path: str) -> None:
    """Remember the page of this site somebody was on the way to when a code of `kind` was asked for; "" is none."""
    session.pop(WANTED, None)
    if path:
        session[WANTED] = {"kind": kind, "path": path, "seen": clock.now().timestamp()}


def take_wanted(kind: str) -> str | None:
    """Return the page that was wanted, once, if a code of `kind` opens it and it is not long ago.

    Whichever code was typed, the wish ends: the next person at this computer is led nowhere.
    """
    wish = session.pop(WANTED, None)
    if not wish or wish["kind"] != kind or clock.now().timestamp() - wish["seen"] > _idle().total_seconds():
        return None
    path: str = wish["path"]
    return path


def _idle() -> timedelta:
    minutes: int = current_app.config["ORIENTIR"].respondent_idle_minutes
    return timedelta(minutes=minutes)
