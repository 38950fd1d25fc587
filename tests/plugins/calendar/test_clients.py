"""Telephones that keep the calendar through a history of edits all show what the calendar's own page shows.

Two ways of keeping are known. Google, Apple, Outlook and Thunderbird put each feed in the place of the one before.
ICSx5 keeps events by UID and takes one only when a LAST-MODIFIED in it is later (its `ProcessEventsTask`). A third, the
strictest, asks for what RFC 5546 asks of an update: a higher SEQUENCE, or the same and a later DTSTAMP. What each one
keeps is read by a parser of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import recurring_ical_events
import time_machine
import vobject
from dateutil.rrule import rruleset, rrulestr
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as Component
from orientir_testkit.events import ZONE, at, plan, whole
from sqlalchemy import select

from orientir.db import db
from orientir.errors import OrientirError
from orientir_calendar import services
from orientir_calendar.models import Event
from orientir_calendar.repeats import starts

FEED = "/calendar/feed/38.ics"
FIRST, LAST = date(2026, 5, 15), date(2026, 8, 20)
NOW = datetime(2026, 5, 14, 10, tzinfo=ZONE)
Shown = tuple[str, str, str]
"""Title, beginning and end of one time, as a page of a telephone has them."""


class Telephone(ABC):
    """A client: it asks with the tag it knows and keeps what it gets in its own way."""

    def __init__(self) -> None:
        self._tag = ""

    def fetch(self, client: FlaskClient) -> None:
        answer = client.get(FEED, headers={"If-None-Match": self._tag} if self._tag else {})
        assert answer.status_code in (200, 304)
        self._tag = answer.headers["ETag"]
        if answer.status_code == 200:
            self.keep(answer.data)

    @abstractmethod
    def keep(self, feed: bytes) -> None:
        """Put the feed together with what is known already."""

    @abstractmethod
    def shown(self) -> set[Shown]:
        """Return the times on the screen, those that are crossed out left out."""


class Replacing(Telephone):
    """Google, Apple, Outlook, Thunderbird; expanded by recurring-ical-events."""

    def keep(self, feed: bytes) -> None:
        self._feed = Calendar.from_ical(feed)

    def shown(self) -> set[Shown]:
        found = recurring_ical_events.of(self._feed).between(FIRST, LAST)
        return {
            (str(one["SUMMARY"]), *map(told, (one.decoded("DTSTART"), one.decoded("DTEND"))))
            for one in found
            if one["STATUS"] != "CANCELLED"
        }


class ByLastModified(Telephone):
    """ICSx5; expanded by dateutil over what vobject reads."""

    def __init__(self) -> None:
        super().__init__()
        self._events: dict[str, list[Any]] = {}

    def keep(self, feed: bytes) -> None:
        told_now: dict[str, list[Any]] = {}
        for one in vobject.readOne(feed.decode()).vevent_list:
            told_now.setdefault(one.uid.value, []).append(one)
        for uid, parts in told_now.items():
            if uid not in self._events or _latest(parts) > _latest(self._events[uid]):
                self._events[uid] = parts
        self._events = {uid: parts for uid, parts in self._events.items() if uid in told_now}

    def shown(self) -> set[Shown]:
        return {
            (part.summary.value, told(begins), told(begins + _lasts(part)))
            for parts in self._events.values()
            for part, begins in _expanded(parts)
            if part.status.value != "CANCELLED" and _is_inside(begins, begins + _lasts(part))
        }


class BySequence(Telephone):
    """A client that takes nothing but updates of RFC 5546, part by part; expanded by recurring-ical-events."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[tuple[str, str], Component] = {}

    def keep(self, feed: bytes) -> None:
        read = Calendar.from_ical(feed)
        told_now = {_key(one): one for one in read.walk("VEVENT")}
        for key, one in told_now.items():
            known = self._parts.get(key)
            if known is None or _revision(one) > _revision(known):
                self._parts[key] = one
        self._parts = {key: one for key, one in self._parts.items() if key in told_now}
        self._frame = read

    def shown(self) -> set[Shown]:
        own = Calendar()
        own.subcomponents = [*self._frame.walk("VTIMEZONE"), *self._parts.values()]
        pages = Replacing()
        pages.keep(own.to_ical())
        return pages.shown()


def told(moment: datetime | date) -> str:
    return moment.astimezone(ZONE).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def _key(one: Component) -> tuple[str, str]:
    return str(one["UID"]), told(one.decoded("RECURRENCE-ID")) if "RECURRENCE-ID" in one else ""


def _revision(one: Component) -> tuple[int, datetime]:
    return int(one["SEQUENCE"]), one.decoded("DTSTAMP")


def _latest(parts: list[Any]) -> datetime:
    return max(part.last_modified.value for part in parts)


def _lasts(part: Any) -> timedelta:
    return part.dtend.value - part.dtstart.value


def _is_inside(begins: datetime | date, ends: datetime | date) -> bool:
    if isinstance(begins, datetime):
        edges = [datetime.combine(day, time(), ZONE) for day in (FIRST, LAST)]
        return begins < edges[1] and ends > edges[0]
    return begins < LAST and ends > FIRST


def _expanded(parts: list[Any]) -> Iterator[tuple[Any, datetime | date]]:
    """Yield the parts of one UID with their beginnings: the rule's, the gaps left out, and each moved day."""
    instead = {part.recurrence_id.value: part for part in parts if hasattr(part, "recurrence_id")}
    for part in parts:
        if part in instead.values() or not hasattr(part, "rrule"):
            yield part, part.dtstart.value
            continue
        gaps = {day for one in getattr(part, "exdate_list", []) for day in one.value}
        for begins in _by_rule(part):
            if begins not in gaps and begins not in instead:
                yield part, begins


def _by_rule(part: Any) -> list[datetime | date]:
    first = part.dtstart.value
    is_day = not isinstance(first, datetime)
    days = rruleset()
    days.rrule(rrulestr(part.rrule.value, dtstart=datetime.combine(first, time()) if is_day else first))
    return [one.date() if is_day else one for one in days]


def on_the_page(client: FlaskClient) -> set[Shown]:
    """Return what the list of the calendar shows, page after page."""
    found, day = set(), FIRST
    while day < LAST:
        said = client.get(f"/calendar/events.json?region=38&day={day}").json
        for one in said["events"]:
            ends = date.fromisoformat(one["ends"]) + timedelta(days=1) if one["all_day"] else one["ends"]
            begins = one["starts"]
            last_day = date.fromisoformat(begins[:10])
            if last_day < LAST:
                found.add((one["title"], begins, str(ends)))
        day = date.fromisoformat(said["last_day"]) + timedelta(days=1)
    return found


Edit = Callable[[list[Event]], None]
DAYS = st.integers(2, 40).map(lambda number: FIRST + timedelta(days=number))
WEEKS = {"frequency": "weekly"}


def _times(day: date, hour: int, weeks: int, *, is_all_day: bool) -> Any:
    repeat = {**WEEKS, "until": day + timedelta(weeks=weeks)} if weeks else {}
    return whole(day, **repeat) if is_all_day else at(day, hour, **repeat)


TIMES = st.builds(_times, DAYS, st.integers(0, 22), st.integers(0, 8), is_all_day=st.booleans())
WORDS = st.sampled_from(["Экскурсия на ГЭС", "Встреча, часть 2; с инженером", "Клуб «Ёж» 🦔", "День открытых дверей"])
PLACES = st.sampled_from(["Актовый зал", "Кабинет 5, 2-й этаж", "Цех № 3"])
CHANGES = st.one_of(
    st.tuples(st.just("add"), WORDS, TIMES),
    st.tuples(st.just("time"), st.integers(0, 3), TIMES),
    st.tuples(st.just("words"), st.integers(0, 3), WORDS, PLACES),
    st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 7), st.integers(-2, 6)),
    st.tuples(st.just("drop"), st.integers(0, 3), st.integers(0, 7)),
    st.tuples(st.just("cancel"), st.integers(0, 3)),
)


@pytest.fixture
def engine_name() -> str:
    """What a telephone reads does not depend on the engine; feeds are written on both elsewhere."""
    return "sqlite"


@pytest.fixture
def edit(college) -> Callable[[tuple[Any, ...]], None]:
    """Return what makes one edit as people make it; one that is refused changes nothing."""

    def make(said: tuple[Any, ...]) -> None:
        verb, *rest = said
        known = db.session.scalars(select(Event).order_by(Event.id)).all()
        if verb == "add":
            event = services.add_event(college, plan(rest[1], title=rest[0]), actor=None)
            services.publish(event, actor=None)
        elif rest[0] < len(known):
            _edit(known[rest[0]], verb, *rest[1:])

    def tried(said: tuple[Any, ...]) -> None:
        try:
            make(said)
            db.session.commit()
        except OrientirError:
            db.session.rollback()

    return tried


def _edit(event: Event, verb: str, *said: Any) -> None:
    if verb == "time":
        services.change_event(event, plan(said[0], title=event.title, place=event.place), actor=None)
    elif verb == "words":
        same = {"frequency": event.frequency, "until": event.until, "weekdays": tuple(event.weekdays)}
        times = plan().times.__class__(event.starts_at, event.ends_at, event.is_all_day, **same)
        services.change_event(event, plan(times, title=said[0], place=said[1]), actor=None)
    elif verb == "cancel":
        services.cancel_event(event, "Мороз", actor=None)
    else:
        known = starts(event, datetime.combine(LAST, time(), ZONE))
        original = known[min(said[0], len(known) - 1)]
        if verb == "drop":
            services.drop_day(event, original, actor=None)
        else:
            begins = original + timedelta(days=said[1])
            services.move_day(event, original, begins, begins + event.lasts, actor=None)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(st.tuples(st.just("add"), WORDS, TIMES), min_size=1, max_size=2),
       history=st.lists(CHANGES, min_size=1, max_size=6))  # fmt: skip
def test_all_show_what_the_page_shows(edit, client: FlaskClient, first, history):
    for event in db.session.scalars(select(Event)):
        db.session.delete(event)
    db.session.commit()
    telephones = (Replacing(), ByLastModified(), BySequence())
    with time_machine.travel(NOW, tick=False) as clock:
        for said in first:
            edit(said)
        for said in (None, *history):  # several changes may come within one second
            if said is not None:
                edit(said)
            page = on_the_page(client)
            for one in telephones:
                one.fetch(client)
                assert one.shown() == page, type(one).__name__
        clock.shift(60)


def test_two_changes_of_one_second_reach_a_telephone_that_compares_dates(announced, edit, client: FlaskClient):
    telephone = ByLastModified()
    with time_machine.travel(NOW, tick=False):
        announced()
        telephone.fetch(client)
        edit(("words", 0, "Встреча перенесена", "Цех № 3"))
        telephone.fetch(client)
    assert {title for title, _begins, _ends in telephone.shown()} == {"Встреча перенесена"}
