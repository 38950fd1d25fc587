"""A public feed is written once for each change and read many times: telephones ask for it all day long."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, bindparam, delete, func, select, update

from orientir import clock
from orientir.db import begin_writing, db, insert_into
from orientir.ics.models import FeedState, StoredFeed
from orientir.organisations.models import Region
from orientir.organisations.queries import today_of
from orientir.prepared import Asking

MOST_STORED = 2_000  # of a region: nobody fills the disk by asking for every combination of conditions
KEPT = timedelta(days=2)
_regions, _states, _feeds = Region.__table__.c, FeedState.__table__.c, StoredFeed.__table__.c
# Made once, of bare columns: making them and carrying them through the ORM took half of an answer.
_READY = (
    select(
        _regions.timezone, func.coalesce(_states.version, 0).label("present"), _feeds.version, _feeds.day, _feeds.etag,
        _feeds.modified_at,
    )
    .select_from(
        Region.__table__.join(StoredFeed.__table__, _feeds.region_id == _regions.id)
        .outerjoin(FeedState.__table__, _states.region_id == _regions.id)
    )
    .where(_regions.code == bindparam("code"), _feeds.key == bindparam("key"))
)  # fmt: skip
_WHOLE = _READY.add_columns(_feeds.body)


@dataclass(frozen=True)
class Feed:
    """A feed ready to be sent; `body` is compressed, and None where only the tag was asked for."""

    etag: str
    modified_at: datetime
    body: bytes | None = None


def ready_feed(code: str, key: str, *, is_whole: bool = True) -> Feed | None:
    """Return the feed of `key` of the region with `code` if it was written for its present occasions, else None.

    The window of a feed moves at the region's midnight. One statement, which does not read the body unless `is_whole`:
    tag and body are of one row, so neither is that of another moment.
    """
    if not code.isprintable():  # PostgreSQL refuses a NUL even in a question
        return None
    return (_ASK_WHOLE if is_whole else _ASK_TAG).alone(code=code, key=key)


def public_feed(region: Region, key: str, write: Callable[[], bytes]) -> Feed:
    """Return the feed of `key` as the region's occasions are now; `write` is called only when they have changed.

    Of several who ask at once after a change one writes and the others wait for it. What is stale is written in a
    transaction of its own, so ask before other work.
    """
    region_id, code, day = region.id, region.code, today_of(region)
    return ready_feed(code, key) or _write_once(region_id, code, key, day, write)


def _standing(timezone: str, present: int, version: int, day: date, *stored: Any) -> Feed | None:  # noqa: ANN401 - as stored
    """Return the feed of a row as it was stored, None where it was written for other occasions or another day."""
    return Feed(*stored) if version == present and day == clock.today(timezone) else None


_ASK_TAG, _ASK_WHOLE = Asking(_standing, _READY), Asking(_standing, _WHOLE)


def _write_once(region_id: int, code: str, key: str, day: date, write: Callable[[], bytes]) -> Feed:
    db.session.rollback()
    begin_writing()
    _reserve(region_id, key)
    # Whoever comes second waits here; the version is read before the occasions, so a change meanwhile is written again.
    etag, modified_at = _held(region_id, key)
    row = db.session.execute(_WHOLE, {"code": code, "key": key}).one_or_none()
    if row and (feed := _standing(*row)):
        db.session.rollback()
        return feed
    version = db.session.scalar(select(FeedState.version).where(FeedState.region_id == region_id)) or 0
    plain = write()
    body, digest = gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:32]
    if digest != etag or modified_at is None:
        modified_at = clock.now().replace(microsecond=0)
    said = {"version": version, "day": day, "etag": digest, "modified_at": modified_at, "body": body}
    db.session.execute(update(StoredFeed).where(_is(region_id, key)).values(**said))
    db.session.commit()
    return Feed(digest, modified_at, body)


def _reserve(region_id: int, key: str) -> None:
    """Make the row that will hold the feed, unless there is one or there are too many already."""
    count = db.session.scalar(select(func.count()).where(StoredFeed.region_id == region_id)) or 0
    if count < MOST_STORED:
        empty = {"version": -1, "day": date.min, "etag": "", "modified_at": clock.now(), "body": b""}
        row = insert_into(StoredFeed).values(region_id=region_id, key=key, **empty)
        db.session.execute(row.on_conflict_do_nothing())


def _held(region_id: int, key: str) -> tuple[str, datetime | None]:
    """Hold the row of the feed and return its tag and date; without a row nobody is held."""
    wanted = select(StoredFeed.etag, StoredFeed.modified_at).where(_is(region_id, key)).with_for_update()
    row = db.session.execute(wanted).one_or_none()
    return (row.etag, row.modified_at) if row else ("", None)


def _is(region_id: int, key: str) -> ColumnElement[bool]:
    return and_(StoredFeed.region_id == region_id, StoredFeed.key == key)


def purge_feeds(today: date) -> int:
    """Forget feeds nobody has asked for lately and return how many."""
    gone = db.session.execute(delete(StoredFeed).where(StoredFeed.day < today - KEPT))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
