"""Issue, find and withdraw codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, select, update

from orientir.codes import digits
from orientir.codes.models import Code
from orientir.crypto import keyed_digest
from orientir.db import db, insert_many, table_of
from orientir.prepared import Asking, adding

PURPOSE = "code-digest"


class KnownCode(NamedTuple):
    """What the table says of a code, alive or not."""

    kind: str
    owner: str
    is_live: bool
    expires_on: date | None


# Asked for by every page that a code opens, so put together once.
CODES = table_of(Code).c
FIRST = ("digest", "kind", "owner", "generation", "is_live", "expires_on")
OF_DIGEST = Asking(
    KnownCode,
    select(CODES.kind, CODES.owner, CODES.is_live, CODES.expires_on).where(CODES.digest == bindparam("digest")),
)
ADDING = adding(Code, FIRST, "generation", row=int)


@dataclass(frozen=True)
class FoundCode:
    """A living code that was typed: its kind and the plugin's own name of the owner."""

    kind: str
    owner: str


def issue(kind: str, owners: Iterable[str], *, expires_on: date | None = None) -> dict[str, str]:
    """Return the digits for each of `owners`, issuing those that have none alive.

    Issued once, a code stays the same until it is withdrawn; two owners never share one (collision: next generation).
    """
    wanted = list(dict.fromkeys(owners))
    latest = _latest(kind, wanted)
    living = {owner: code for owner, code in latest.items() if code.is_live}
    for code in living.values():
        code.expires_on = expires_on
    fresh = {owner: latest[owner].generation + 1 if owner in latest else 1 for owner in wanted if owner not in living}
    issued = {owner: digits.derive(_secret(), kind, owner, code.generation) for owner, code in living.items()}
    issued |= _issue_new(kind, fresh, expires_on)
    db.session.flush()
    return {owner: issued[owner] for owner in wanted}


def issue_first(kind: str, owner: str, *, expires_on: date | None = None) -> None:
    """Issue the code of an owner that should have none yet, in one statement; one that has it keeps it (`issue`)."""
    made = digits.derive(_secret(), kind, owner, 1)
    row = {"digest": _digest(made), "kind": kind, "owner": owner, "generation": 1, "is_live": True,
           "expires_on": expires_on}  # fmt: skip
    if ADDING.one(**row) is None:
        issue(kind, [owner], expires_on=expires_on)


def reveal(kind: str, owners: Iterable[str]) -> list[str]:
    """Return the digits of the living codes of `owners` in their order; changes nothing, so a GET may print again."""
    wanted = list(owners)
    living = {owner: code.generation for owner, code in _latest(kind, wanted).items() if code.is_live}
    return [digits.derive(_secret(), kind, owner, living[owner]) for owner in wanted if owner in living]


def find(typed: str, on: date) -> FoundCode | None:
    """Return what the digits open on the day `on`; unknown, withdrawn and expired all give None to a guesser."""
    code = OF_DIGEST.one(digest=digest_of(typed))
    if code is None or not opens(is_live=code.is_live, expires_on=code.expires_on, on=on):
        return None
    return FoundCode(code.kind, code.owner)


def opens(*, is_live: bool | None, expires_on: date | None, on: date) -> bool:
    """Tell whether a code with these columns opens something on the day `on`; None is a code nobody has."""
    return bool(is_live) and (expires_on is None or on <= expires_on)


def digest_of(typed: str) -> str:
    """Return under which digest the table keeps these digits, dead ones too, for a question that asks more of them.

    A door tells the holder of a dead ticket what became of it; a page that opens something by a code asks `find`.
    """
    return _digest(digits.normalise(typed))


def withdraw(kind: str, owners: Iterable[str]) -> None:
    """Make the codes of `owners` open nothing from now on; the next issue gives them new ones."""
    db.session.execute(update(Code).where(Code.kind == kind, Code.owner.in_(list(owners))).values(is_live=False))


def living(kind: str, owners: Iterable[str]) -> dict[str, int]:
    """Return the generation of each owner's living code; owners without one are left out. No digits are derived."""
    return {owner: code.generation for owner, code in _latest(kind, list(owners)).items() if code.is_live}


def prolong(kind: str, owners: Iterable[str], expires_on: date) -> None:
    """Let the living codes of `owners` open their door until `expires_on`; nobody gets a new one."""
    alive = update(Code).where(Code.kind == kind, Code.owner.in_(list(owners)), Code.is_live)
    db.session.execute(alive.values(expires_on=expires_on))


def _latest(kind: str, owners: list[str]) -> dict[str, Code]:
    codes = select(Code).where(Code.kind == kind, Code.owner.in_(owners)).order_by(Code.generation)
    fresh = codes.execution_options(populate_existing=True)  # as it stands after whatever the caller waited for
    return {code.owner: code for code in db.session.scalars(fresh)}


def _issue_new(kind: str, generations: dict[str, int], expires_on: date | None) -> dict[str, str]:
    """Return new digits for each owner, of its generation or of the next one that is free."""
    if not generations:
        return {}
    made = {owner: digits.derive(_secret(), kind, owner, generation) for owner, generation in generations.items()}
    free = _free(made)
    rows = [
        {"digest": digest, "kind": kind, "owner": owner, "generation": generations[owner], "expires_on": expires_on}
        for owner, digest in free.items()
    ]
    insert_many(Code, rows)
    again = {owner: generation + 1 for owner, generation in generations.items() if owner not in free}
    return {owner: made[owner] for owner in free} | _issue_new(kind, again, expires_on)


def _free(made: dict[str, str]) -> dict[str, str]:
    """Return the digests by owner that nobody has; of two owners that drew the same digits one keeps them."""
    owners = {_digest(text): owner for owner, text in made.items()}
    taken = set(db.session.scalars(select(Code.digest).where(Code.digest.in_(owners))))
    return {owner: digest for digest, owner in owners.items() if digest not in taken}


def _digest(made: str) -> str:
    return keyed_digest(_secret(), PURPOSE, made)


def _secret() -> str:
    secret: str = current_app.config["ORIENTIR"].secret_key
    return secret
