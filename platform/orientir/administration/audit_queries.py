"""Reads of the log for its page: newest first, narrowed by branch, a page at a time from a place, never by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, and_, false, select, true, tuple_, union_all

from orientir.accounts.models import Grant, User
from orientir.audit.models import AuditEntry
from orientir.contracts import Scope
from orientir.db import db, fold
from orientir.organisations.queries import list_organisations

PAGE_ROWS = 50
MOST_PEOPLE = 200
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """What the log is narrowed to; None and "" are no condition. `actions` and `people` are lists of what may stand."""

    since: datetime | None = None
    until: datetime | None = None
    people: Sequence[int] | None = None
    actions: Sequence[str] | None = None
    organisations: Sequence[int] | None = None


@dataclass(frozen=True)
class LogPage:
    """One page of the log and the place the next, older one begins after (None: there is none)."""

    entries: list[AuditEntry]
    older: str | None


@dataclass(frozen=True, order=True)
class Place:
    """Where in the log a page begins: acts are in the order of time, those of one moment in that of their numbers."""

    at: datetime
    number: int

    @classmethod
    def read(cls, typed: str) -> Place | None:
        """Return the place an address names («1778724000000000-17»), or None where it names none."""
        moment, _dash, number = typed.partition("-")
        if not (_is_number(moment) and _is_number(number)):
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=int(moment)), int(number))
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}-{self.number}"


def list_acts(
    scopes: Sequence[Scope],
    wanted: Wanted,
    *,
    before: Place | None = None,
    with_unplaced: bool = False,
    count: int = PAGE_ROWS,
) -> LogPage:
    """Return the newest acts of `scopes` that are older than `before`; `with_unplaced` adds those of no region."""
    conditions = _narrowed(wanted)
    if before is not None:
        conditions.append(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(before.at, before.number))
    newest = (AuditEntry.at.desc(), AuditEntry.id.desc())
    # One look along an index for each branch; with OR between them SQLite would read and sort the whole log.
    heads = [
        select(AuditEntry.id).where(branch, *conditions).order_by(*newest).limit(count + 1).subquery()
        for branch in _branches(scopes, with_unplaced=with_unplaced)
    ]
    rows = (
        select(AuditEntry).where(AuditEntry.id.in_(union_all(*[select(head.c.id) for head in heads]))).order_by(*newest)
    )
    found = list(db.session.scalars(rows.limit(count + 1)))
    shown = found[:count]
    older = str(Place(shown[-1].at, shown[-1].id)) if len(found) > count else None
    return LogPage(shown, older)


def people_named(typed: str, regions: Sequence[int]) -> list[int]:
    """Return the accounts with a role in `regions` whose name holds what somebody typed, or whose e-mail it is.

    Names are compared here: the two engines disagree on the case of Cyrillic, and a region has some thousand accounts.
    """
    theirs = select(Grant.user_id).where(Grant.region_id.in_(regions))
    words, address = fold(typed).split(), typed.strip().lower()
    found = (
        row.id
        for row in db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(theirs)))
        if row.email == address or all(word in fold(row.name) for word in words)
    )
    return list(islice(found, MOST_PEOPLE))


def organisations_like(typed: str, scopes: Sequence[Scope]) -> list[int]:
    """Return the organisations of `scopes` somebody means by a name, as far as one page of their list goes."""
    return [one.id for one in list_organisations(scopes, typed=typed).organisations]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until:
        conditions.append(AuditEntry.at < wanted.until)
    for column, allowed in (
        (AuditEntry.actor_id, wanted.people),
        (AuditEntry.action, wanted.actions),
        (AuditEntry.organisation_id, wanted.organisations),
    ):
        if allowed is not None:
            conditions.append(column.in_(allowed))
    return conditions


def _branches(scopes: Sequence[Scope], *, with_unplaced: bool) -> list[ColumnElement[bool]]:
    """Return the condition of each branch whose acts are shown; none where there is no branch."""
    branches = [
        and_(
            AuditEntry.region_id == scope.region_id,
            true() if scope.municipality_id is None or scope.organisation_id else
            AuditEntry.municipality_id == scope.municipality_id,
            true() if scope.organisation_id is None else AuditEntry.organisation_id == scope.organisation_id,
        )
        for scope in scopes
    ]  # fmt: skip
    if with_unplaced:
        branches.append(AuditEntry.region_id.is_(None))
    return branches or [false()]


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= 18
