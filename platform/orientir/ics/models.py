"""When the occasions of a region last changed, and feeds as they were written for that state."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment


class FeedState(Model):
    """`version` grows in each transaction that changes what calendars of the region show."""

    __tablename__ = "feed_state"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    version: Mapped[int]


class StoredFeed(Model):
    """A public feed as it was last written; `key` is what it is narrowed to, `body` is compressed.

    It holds for `version` and `day`: the window of a feed moves at midnight. `modified_at` is when the bytes behind
    `etag` came to be, which is not each time they were written.
    """

    __tablename__ = "stored_feed"
    __table_args__ = (Index("ix_stored_feed_day", "day"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int]
    day: Mapped[date]
    etag: Mapped[str] = mapped_column(String(32))
    modified_at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[bytes]
