"""Many telephones ask at once while events change: each gets a whole state, and each state is written once."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.events import plan

from orientir.db import begin_writing, db
from orientir_calendar import feeds, services
from orientir_calendar.models import Event

FEED = "/calendar/feed/38.ics"
PHONES, ASKED_EACH, CHANGES = 8, 12, 5


class Telephone:
    """Asks again and again with the tag it knows; notes what it was answered."""

    def __init__(self, app: Flask) -> None:
        self._client = FlaskClient(app, app.response_class)  # the suite's own leans on the context of a test
        self._tag = ""
        self.titles: list[str] = []
        self.faults: list[str] = []

    def ask(self) -> None:
        known = {"If-None-Match": self._tag} if self._tag else {}
        answer = self._client.get(FEED, headers={"Accept-Encoding": "gzip", **known})
        tag = answer.headers.get("ETag", "")
        if answer.status_code == 304:
            self._note(tag == self._tag, f"304 with {tag}, asked for {self._tag}")
            return
        self._note(answer.status_code == 200, f"answered {answer.status_code}")
        body = gzip.decompress(answer.data)
        self._note(tag == f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', "a tag of another body")
        self._note(tag != self._tag, "200 for the tag that was known")
        self._tag = tag
        self.titles += [str(one["SUMMARY"]) for one in Calendar.from_ical(body).walk("VEVENT")]

    def _note(self, is_right: bool, fault: str) -> None:
        if not is_right:
            self.faults.append(fault)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The feeds that were written, by what they were narrowed to."""
    found: list[str] = []
    write = feeds.write_feed

    def counted(region, wanted, alarm=None):
        found.append(feeds.feed_key(wanted))
        return write(region, wanted, alarm)

    monkeypatch.setattr(feeds, "write_feed", counted)
    return found


def test_each_state_is_whole_and_written_once(app: Flask, announced, written: list[str]):
    event_id = announced(title="Состояние 0").id
    telephones, ready = [Telephone(app) for _number in range(PHONES)], Barrier(PHONES + 1)

    def ask_often(telephone: Telephone) -> None:
        ready.wait()
        for _time in range(ASKED_EACH):
            telephone.ask()

    def change_often() -> None:
        ready.wait()
        with app.app_context():
            for number in range(1, CHANGES + 1):
                begin_writing()
                services.change_event(
                    db.session.get_one(Event, event_id), plan(title=f"Состояние {number}"), actor=None
                )
                db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(PHONES + 1) as crowd:
        acts = [crowd.submit(ask_often, one) for one in telephones] + [crowd.submit(change_often)]
        for act in acts:
            act.result(timeout=300)
    assert [fault for one in telephones for fault in one.faults] == []
    assert len(written) <= CHANGES + 1
    for one in telephones:
        assert one.titles == sorted(one.titles)  # nobody is led back to an older state
        one.ask()
        assert (one.titles[-1], one.faults) == (f"Состояние {CHANGES}", [])
    assert len(written) <= CHANGES + 1
