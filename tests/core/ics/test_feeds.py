"""A feed is written once for each change, and a change is told by the transaction that makes it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import Cast
from sqlalchemy import func, select

from orientir.db import begin_writing, db
from orientir.ics import feeds
from orientir.ics.feeds import public_feed, purge_feeds, ready_feed
from orientir.ics.models import FeedState, StoredFeed
from orientir.ics.services import touch
from orientir.organisations.models import Region


class Writer:
    """Writes a feed and counts how often."""

    def __init__(self, text: bytes = b"BEGIN:VCALENDAR") -> None:
        self.text, self.times = text, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.text


def ask(cast: Cast, write: Writer, key: str = ""):
    feed = public_feed(cast.region, key, write)
    db.session.rollback()
    return feed


def together(app: Flask, act: Callable[[], object], count: int) -> list[object]:
    """Do the same in so many threads at one moment, each in a session of its own, and return what came of it."""
    ready = Barrier(count)

    def one() -> object:
        with app.app_context():
            ready.wait()
            outcome = act()
            db.session.remove()
            return outcome

    db.session.commit()
    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _number in range(count)]]


def change(cast: Cast) -> None:
    touch(cast.region.id)
    db.session.commit()


def version(cast: Cast) -> int:
    return db.session.scalar(select(FeedState.version).where(FeedState.region_id == cast.region.id)) or 0


def test_it_is_written_once_until_something_changes(cast: Cast):
    write = Writer()
    first, second = ask(cast, write), ask(cast, write)
    assert (write.times, first.etag) == (1, second.etag)
    assert gzip.decompress(second.body) == write.text
    change(cast)
    write.text = b"changed"
    assert ask(cast, write).etag != first.etag
    assert write.times == 2


def test_what_reads_the_same_keeps_its_tag_and_its_date(cast: Cast):
    with time_machine.travel("2026-05-14T10:00:00+08:00"):
        first = ask(cast, Writer())
    change(cast)
    with time_machine.travel("2026-05-14T12:00:00+08:00"):
        later = ask(cast, Writer())
    assert (later.etag, later.modified_at) == (first.etag, first.modified_at)


def test_the_window_moves_at_midnight(cast: Cast):
    write = Writer()
    with time_machine.travel("2026-05-14T23:59:00+08:00"):
        ask(cast, write)
    with time_machine.travel("2026-05-15T00:01:00+08:00"):
        assert ready_feed("38", "") is None
        ask(cast, write)
        assert ready_feed("38", "") is not None
    assert write.times == 2


def test_a_change_that_is_taken_back_is_none(cast: Cast):
    write = Writer()
    ask(cast, write)
    touch(cast.region.id)
    db.session.rollback()
    db.session.commit()
    ask(cast, write)
    assert (write.times, version(cast)) == (1, 0)


def test_a_change_inside_a_savepoint_is_told_by_the_commit(cast: Cast):
    with db.session.begin_nested():
        touch(cast.region.id)
    assert version(cast) == 0
    db.session.commit()
    assert version(cast) == 1


def test_many_changes_of_one_transaction_are_one(cast: Cast):
    for _time in range(5):
        touch(cast.region.id)
    db.session.commit()
    assert version(cast) == 1


def test_nobody_fills_the_disk(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "MOST_STORED", 2)
    for key in ("a", "b", "c", "d"):
        assert gzip.decompress(ask(cast, Writer(), key).body) == Writer().text
    assert db.session.scalar(select(func.count()).select_from(StoredFeed)) == 2


def test_what_nobody_asks_for_goes(cast: Cast):
    ask(cast, Writer(), "old")
    with time_machine.travel("2026-05-20T12:00:00+08:00"):
        ask(cast, Writer(), "new")
    assert purge_feeds(date(2026, 5, 20)) == 1
    assert db.session.scalar(select(StoredFeed.key)) == "new"


def test_of_many_who_ask_at_once_one_writes(app: Flask, cast: Cast):
    region_id, write = cast.region.id, Writer()

    def one() -> str:
        return public_feed(db.session.get_one(Region, region_id), "", write).etag

    assert len(set(together(app, one, 6))) == 1
    assert write.times == 1


def test_who_changes_much_holds_nobody_up(app: Flask, cast: Cast):
    region_id = cast.region.id

    def change_often() -> None:
        for _time in range(5):
            begin_writing()
            touch(region_id)
            db.session.commit()

    together(app, change_often, 4)
    assert version(cast) == 20
