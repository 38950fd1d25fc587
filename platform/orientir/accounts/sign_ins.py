"""Verbs and reads on the sessions people open by signing in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, select, update

from orientir import clock
from orientir.accounts.models import SignIn, User
from orientir.accounts.sharing import WINDOW, Visit, looks_shared
from orientir.db import db

KEPT = timedelta(days=30)
# Writing at every page would make readers writers; ten minutes are exact enough for «когда был последний раз».
TOUCH_AFTER = timedelta(minutes=10)
LIST_LIMIT = 30


def start(user: User, device: str, *, must_enrol: bool = False) -> SignIn:
    """Return a new session of `user`."""
    now = clock.now()
    session = SignIn(
        key=secrets.token_hex(16),
        user_id=user.id,
        device=device[:60],
        must_enrol=must_enrol,
        started_at=now,
        seen_at=now,
    )
    db.session.add(session)
    user.signed_in_at = now
    db.session.flush()
    return session


def touch(key: str) -> None:
    """Note that the session is in use."""
    db.session.execute(update(SignIn).where(SignIn.key == key).values(seen_at=clock.now()))


def end(user_id: int, key: str) -> bool:
    """End one session of the account; False when it is none of theirs or has ended already."""
    return _end(SignIn.user_id == user_id, SignIn.key == key) == 1


def end_all(user_id: int, *, but: str = "") -> int:
    """End every open session of the account, `but` one, and return how many ended."""
    return _end(SignIn.user_id == user_id, SignIn.key != but)


def release(user_id: int) -> None:
    """Open the pages again to the sessions that waited for a second factor."""
    db.session.execute(update(SignIn).where(SignIn.user_id == user_id).values(must_enrol=False))


def open_sessions(user_id: int, *, idle_minutes: int) -> list[SignIn]:
    """Return the sessions that may still be in use, latest first."""
    alive = clock.now() - timedelta(minutes=idle_minutes) - TOUCH_AFTER
    wanted = (
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.seen_at >= alive)
        .order_by(SignIn.seen_at.desc(), SignIn.key)
        .limit(LIST_LIMIT)
    )
    return list(db.session.scalars(wanted))


def seems_shared(user: User) -> bool:
    """Tell whether the account looks like several people (see `sharing`)."""
    now = clock.now()
    recent = select(SignIn.started_at, SignIn.seen_at).where(SignIn.user_id == user.id, SignIn.seen_at >= now - WINDOW)
    return looks_shared(user.email, _visits(db.session.execute(recent.limit(500)).all()), now)


def purge(today: date) -> int:
    """Forget the sessions of long ago and return how many."""
    edge = datetime.combine(today, datetime.min.time(), clock.now().tzinfo) - KEPT
    gone = db.session.execute(delete(SignIn).where(SignIn.seen_at < edge))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _end(*which: ColumnElement[bool]) -> int:
    ended = update(SignIn).where(*which, SignIn.ended_at.is_(None)).values(ended_at=clock.now())
    done = db.session.execute(ended)
    return done.rowcount if isinstance(done, CursorResult) else 0


def _visits(rows: Sequence[tuple[datetime, datetime]]) -> list[Visit]:
    return [Visit(started_at, seen_at) for started_at, seen_at in rows]
