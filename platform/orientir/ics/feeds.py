"""A public feed is written once for each change and read many times: telephones ask for it all day long."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Row, Select, and_, delete, func, select, update

from orientir import clock
from orientir.db import begin_writing, db, insert_into
from orientir.ics.models import FeedState, StoredFeed

MOST_STORED = 2_000  # of a region: nobody fills the disk by asking for every combination of conditions
KEPT = timedelta(days=2)
Standing = Row[str, datetime, date, int, Any]


@dataclass(frozen=True)
class Feed:
    """A feed ready to be sent; `body` reads its compressed bytes, once they are wanted."""

    etag: str
    modified_at: datetime
    body: Callable[[], bytes]


def public_feed(region_id: int, key: str, day: date, write: Callable[[], bytes]) -> Feed:
    """Return the feed of `key` as the region's occasions are now; `write` is called only when they have changed.

    `day` is today in the region: the window of a feed moves at midnight. Of several who ask at once after a change one
    writes and the others wait for it. What is stale is written in a transaction of its own, so ask before other work.
    """
    return stored_feed(region_id, key, day) or _write_once(region_id, key, day, write)


def stored_feed(region_id: int, key: str, day: date) -> Feed | None:
    """Return the feed if it was written for the present occasions and the day, else None; one statement."""
    return _fresh(region_id, key, day, db.session.execute(_standing(region_id, key)).one_or_none())


def _standing(region_id: int, key: str) -> Select[str, datetime, date, int, Any]:
    """Return the query of what is stored, beside the version it should be of; it does not read the body."""
    present = select(FeedState.version).where(FeedState.region_id == region_id).scalar_subquery()
    columns = (StoredFeed.etag, StoredFeed.modified_at, StoredFeed.day, StoredFeed.version)
    return select(*columns, func.coalesce(present, 0).label("present")).where(_is(region_id, key))


def _write_once(region_id: int, key: str, day: date, write: Callable[[], bytes]) -> Feed:
    db.session.rollback()
    begin_writing()
    _reserve(region_id, key)
    # Whoever comes second waits here; the version is read before the occasions, so a change meanwhile is written again.
    row = db.session.execute(_standing(region_id, key).with_for_update(of=StoredFeed)).one_or_none()
    if feed := _fresh(region_id, key, day, row):
        db.session.rollback()
        return feed
    plain = write()
    body, etag = gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:32]
    modified_at = row.modified_at if row and row.etag == etag else clock.now().replace(microsecond=0)
    if row is not None:
        said = {"version": row.present, "day": day, "etag": etag, "modified_at": modified_at, "body": body}
        db.session.execute(update(StoredFeed).where(_is(region_id, key)).values(**said))
    db.session.commit()
    return Feed(etag, modified_at, lambda: body)


def _reserve(region_id: int, key: str) -> None:
    """Make the row that will hold the feed, unless there is one or there are too many already."""
    count = db.session.scalar(select(func.count()).where(StoredFeed.region_id == region_id)) or 0
    if count < MOST_STORED:
        empty = {"version": -1, "day": date.min, "etag": "", "modified_at": clock.now(), "body": b""}
        row = insert_into(StoredFeed).values(region_id=region_id, key=key, **empty)
        db.session.execute(row.on_conflict_do_nothing())


def _fresh(region_id: int, key: str, day: date, row: Standing | None) -> Feed | None:
    if row is None or row.day != day or row.version != row.present:
        return None
    body = select(StoredFeed.body).where(_is(region_id, key))
    return Feed(row.etag, row.modified_at, lambda: db.session.execute(body).scalar_one())


def _is(region_id: int, key: str) -> ColumnElement[bool]:
    return and_(StoredFeed.region_id == region_id, StoredFeed.key == key)


def purge_feeds(today: date) -> int:
    """Forget feeds nobody has asked for lately and return how many."""
    gone = db.session.execute(delete(StoredFeed).where(StoredFeed.day < today - KEPT))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
