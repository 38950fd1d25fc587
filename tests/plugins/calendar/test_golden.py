"""A feed kept whole, byte for byte: what telephones read changes only where somebody means it to.

To renew the file on purpose: `ORIENTIR_RENEW=feed make test ARGS="tests/plugins/calendar/test_golden.py"`, then read
what `git diff` says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.events import ZONE, at, whole
from orientir_testkit.plugins import make_plugin

from orientir.contracts import CalendarEntry
from orientir.db import db
from orientir_calendar import services
from orientir_calendar.models import Event

FEED = "/calendar/feed/38.ics"
KEPT = Path(__file__).with_name("golden") / "feed.ics"
NOON = datetime(2026, 5, 14, 12, tzinfo=ZONE)
DAY = date(2026, 5, 20)  # a Wednesday
LONG = "Приозёрский межмуниципальный фестиваль профессий: «Строительство, энергетика и беспилотный транспорт»"
ALARM = re.compile(rb"BEGIN:VALARM\r\n.*?END:VALARM\r\n", re.DOTALL)


@pytest.fixture
def plugins() -> dict[str, object]:
    def trials(first, last, filters):
        begins = datetime(2026, 6, 2, 9, tzinfo=ZONE)
        kinds = {"place": "Мастерская 4", "audience": "ученики 8–9 классов", "category": "Проба", "changed_at": NOON}
        return [
            CalendarEntry("trial-7", "Проба: сварщик", begins, begins + timedelta(hours=2), "/t/7", **kinds),
            CalendarEntry("trial-8", "Проба: повар", begins, begins + timedelta(hours=2), "/t/8", is_cancelled=True,
                          sequence=3, **kinds),
        ]  # fmt: skip

    return {"fair": make_plugin("fair", calendar_entries=trials)}


@pytest.fixture
def events(announced: Callable[..., Event]) -> list[Event]:
    """One of each kind: plain, whole days, series with a moved and a dropped day, cancelled, hard words."""
    with time_machine.travel(NOON, tick=False):
        words = "Возьмите: паспорт, обувь; и «хорошее настроение» \\o/.\n\n- раз\n- два"
        made = [
            announced(title="Встреча 👩‍🔬🎓, часть 1; с ёлкой", about=words, place="Зал «А», 2-й этаж"),
            announced(whole(date(2026, 5, 22)), title="День открытых дверей"),
            announced(whole(date(2026, 5, 25), 3), title=LONG, place=LONG, audiences=("students", "parents")),
            announced(at(DAY, 16, frequency="weekly", weekdays=(2, 4), until=date(2026, 6, 12)), title="Клуб"),
            announced(whole(DAY, frequency="fortnightly", until=date(2026, 7, 1)), title="Выездной день"),
            announced(at(date(2026, 5, 29)), title="Поездка на ГЭС", kind="excursion", format="away", place=""),
            announced(at(date(2026, 5, 30), 23, 120), title="Ночь музеев", kind="open_day", format="online", place=""),
        ]
        for number, event in enumerate(made):
            event.uid = f"0000-{number}"
        hours, days = made[3], made[4]
        later = hours.starts_at + timedelta(days=7)
        services.move_day(
            hours, later, later + timedelta(days=1, hours=1), later + timedelta(days=1, hours=3), actor=None
        )
        services.drop_day(hours, hours.starts_at + timedelta(days=9), actor=None)
        second = datetime.combine(DAY + timedelta(days=14), time(), ZONE)
        services.move_day(days, second, second + timedelta(days=1), second + timedelta(days=2), actor=None)
        services.drop_day(days, second + timedelta(days=14), actor=None)
        services.cancel_event(made[5], "Автобус, увы, не выйдет.", actor=None)
        db.session.commit()
    return made


def fetch(client: FlaskClient, query: str = "") -> bytes:
    with time_machine.travel(NOON, tick=False):
        answer = client.get(FEED + query)
    assert answer.status_code == 200
    return answer.data


def test_the_feed_is_the_one_that_is_kept(events: list[Event], client: FlaskClient):
    found = fetch(client, "?alarm=1h")
    if os.environ.get("ORIENTIR_RENEW") == "feed":
        KEPT.write_bytes(found)
    assert found.decode().splitlines() == KEPT.read_bytes().decode().splitlines()  # to be read where they differ
    assert found == KEPT.read_bytes()


def test_without_an_alarm_it_is_the_same_feed(events: list[Event], client: FlaskClient):
    assert fetch(client) == ALARM.sub(b"", KEPT.read_bytes())


class TestLines:
    """What RFC 5545, 3.1 asks of the bytes, looked at in the file that is kept."""

    LINES = KEPT.read_bytes().split(b"\r\n")

    def test_each_ends_as_it_must_and_none_is_too_long(self):
        assert self.LINES[-1] == b""
        assert all(0 < len(line) <= 75 for line in self.LINES[:-1])
        assert not any(sign in line for line in self.LINES for sign in (b"\r", b"\n"))

    def test_no_sign_is_cut(self):
        folded = [line for line in self.LINES if line.startswith(b" ")]
        assert len(folded) > 20
        assert any(len(line) > 70 for line in folded)  # room is used
        for line in self.LINES:
            line.decode()

    def test_words_come_back_whole(self):
        found = {str(one["SUMMARY"]): one for one in Calendar.from_ical(KEPT.read_bytes()).walk("VEVENT")}
        assert LONG in found
        assert (
            "паспорт, обувь; и «хорошее настроение» \\o/.\nраз\nдва"
            in found["Встреча 👩‍🔬🎓, часть 1; с ёлкой"]["DESCRIPTION"]
        )
        assert found["Отменено: Поездка на ГЭС"]["STATUS"] == "CANCELLED"
