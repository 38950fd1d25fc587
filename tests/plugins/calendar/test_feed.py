"""The feed as a telephone asks for it: conditions, 304, cancellations, what other plugins announce."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta

import pytest
import recurring_ical_events
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.cast import Cast, make_organisation
from orientir_testkit.events import ZONE, at, plan, whole
from orientir_testkit.plugins import make_plugin
from sqlalchemy import func, select

from orientir import clock
from orientir.contracts import CalendarEntry
from orientir.db import db
from orientir.ics.models import StoredFeed
from orientir.organisations.models import OrganisationKind
from orientir_calendar import services

FEED = "/calendar/feed/38.ics"
DAY = date(2026, 5, 20)


def titles(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(FEED + query)
    assert answer.status_code == 200
    return sorted(str(one["SUMMARY"]) for one in Calendar.from_ical(answer.data).walk("VEVENT"))


@pytest.fixture
def plugins() -> dict[str, object]:
    def deadline(first, last, filters):
        noon = datetime(2026, 5, 25, 12, tzinfo=ZONE)
        return [CalendarEntry("fair-1", "Срок заявок", noon, noon + timedelta(hours=1), "/fair/1", grades(filters))]

    def grades(filters) -> str:
        return f"{filters.grade}"

    return {"fair": make_plugin("fair", calendar_entries=deadline)}


def test_everything_public_is_in_it(announced, draft, client: FlaskClient):
    announced()
    announced(whole(date(2026, 5, 22), 2), title="День открытых дверей")
    draft(title="Черновик")
    answer = client.get(FEED)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    found = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert set(found) == {"Встреча с инженером", "День открытых дверей", "Срок заявок"}
    event = found["Встреча с инженером"]
    assert event.decoded("DTSTART") == datetime(2026, 5, 20, 10, tzinfo=ZONE)
    assert event["CATEGORIES"].to_ical().decode() == "Встреча с представителем профессии"
    assert "Расскажет о работе на заводе." in event["DESCRIPTION"]
    assert "**" not in event["DESCRIPTION"]
    assert found["День открытых дверей"].decoded("DTEND") == date(2026, 5, 24)


def test_it_is_narrowed_as_the_page_is(announced, client: FlaskClient, cast: Cast):
    far = make_organisation(cast.neighbour_municipality, "Заречный колледж", OrganisationKind.COLLEGE)
    announced()
    announced(title="Заречная", organisation=far, kind="excursion", first_grade=6, last_grade=7)
    announced(title="Собрание", audiences=("parents",), kind="parents")
    place = cast.neighbour_municipality.id
    assert titles(client, f"?place={place}") == ["Заречная", "Срок заявок"]
    assert titles(client, "?grade=7") == ["Заречная", "Срок заявок"]
    assert titles(client, "?grade=9") == ["Встреча с инженером", "Срок заявок"]
    assert titles(client, "?kind=excursion") == ["Заречная"]
    assert titles(client, "?audience=parents") == ["Собрание"]


def test_nothing_new_is_answered_without_a_body(announced, client: FlaskClient):
    event = announced()
    first = client.get(FEED)
    for asked in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        again = client.get(FEED, headers=asked)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    services.change_event(event, plan(at(DAY, 12)), actor=None)
    db.session.commit()
    changed = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_head_and_gzip_say_the_same(announced, client: FlaskClient):
    announced()
    plain = client.get(FEED)
    packed = client.get(FEED, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    head = client.head(FEED)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", plain.headers["ETag"])


def test_words_it_does_not_know_make_no_feed_of_their_own(announced, client: FlaskClient):
    announced()
    for query in ("", "?utm=1", "?q=завод", "?place=999999", "?grade=77", "?kind=ерунда", "?place=²"):
        assert titles(client, query) == ["Встреча с инженером", "Срок заявок"]
    assert db.session.scalar(select(func.count()).select_from(StoredFeed)) == 1


def test_the_second_asking_costs_one_statement(announced, client: FlaskClient, count_queries):
    announced()
    tag = client.get(FEED).headers["ETag"]
    with count_queries() as seen:
        assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 304
    assert seen.count == 1


def test_what_was_cancelled_stays_cancelled_for_a_month(announced, client: FlaskClient):
    event = announced(at(date(2026, 6, 10)))
    services.cancel_event(event, "Мороз", actor=None)
    db.session.commit()
    (found,) = [one for one in Calendar.from_ical(client.get(FEED).data).walk("VEVENT") if "38" in one["UID"]
                and one["STATUS"] == "CANCELLED"]  # fmt: skip
    assert (str(found["SUMMARY"]), int(found["SEQUENCE"])) == ("Отменено: Встреча с инженером", 1)
    assert "Мороз" in found["DESCRIPTION"]
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert titles(client) == ["Срок заявок"]


def test_what_never_was_public_is_not_cancelled_in_public(draft, client: FlaskClient):
    services.cancel_event(draft(), "Передумали", actor=None)
    db.session.commit()
    assert titles(client) == ["Срок заявок"]


def test_the_window_is_a_month_back_and_thirteen_ahead(announced, client: FlaskClient):
    for title, day in (("Давно", date(2026, 4, 12)), ("Недавно", date(2026, 4, 15)), ("Скоро", date(2027, 6, 10)),
                       ("Нескоро", date(2027, 6, 20))):  # fmt: skip
        announced(at(day), title=title)
    assert titles(client) == ["Недавно", "Скоро", "Срок заявок"]


def test_alarms_are_for_whoever_asks(announced, client: FlaskClient):
    announced()
    assert b"VALARM" not in client.get(FEED).data
    loud = client.get(FEED + "?alarm=1d")
    assert b"TRIGGER:-P1D" in loud.data
    assert client.get(FEED + "?alarm=1d", headers={"If-None-Match": loud.headers["ETag"]}).status_code == 304
    assert b"VALARM" not in client.get(FEED + "?alarm=5").data


def test_a_region_there_is_not(client: FlaskClient, cast: Cast):
    assert client.get("/calendar/feed/99.ics").status_code == 404


def test_a_moved_day_of_a_series_is_where_it_was_moved(announced, client: FlaskClient):
    event = announced(at(DAY, frequency="weekly", until=date(2026, 6, 10)))
    second = event.starts_at + timedelta(days=7)
    services.move_day(event, second, second + timedelta(days=1), second + timedelta(days=1, hours=1), actor=None)
    services.drop_day(event, event.starts_at + timedelta(days=14), actor=None)
    db.session.commit()
    read = recurring_ical_events.of(Calendar.from_ical(client.get(FEED + "?kind=meeting").data))
    found = sorted(one.decoded("DTSTART").date() for one in read.between(date(2026, 5, 1), date(2026, 7, 1)))
    assert found == [DAY, date(2026, 5, 28), date(2026, 6, 10)]


def test_one_event_as_a_file(announced, draft, client: FlaskClient):
    event, hidden = announced(), draft()
    answer = client.get(f"/calendar/{event.id}.ics")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="event-{event.id}.ics"'
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
    assert client.get(f"/calendar/{hidden.id}.ics").status_code == 404


def test_writing_it_asks_no_more_because_there_is_more(announced, client: FlaskClient, count_queries):
    def statements() -> int:
        db.session.commit()
        with count_queries() as seen:
            assert client.get(FEED).status_code == 200
        return seen.count

    announced()
    client.get(FEED)
    announced(at(DAY, 12, frequency="weekly", until=date(2026, 7, 1)))
    few = statements()
    for number in range(3):
        event = announced(at(DAY, 13 + number, frequency="weekly", until=date(2026, 7, 1)))
        services.drop_day(event, event.starts_at + timedelta(days=7), actor=None)
    assert statements() == few


class TestListsAsFiles:
    """Any list is saved as a calendar, a series whole and under the name the feed gives it."""

    def saved(self, client: FlaskClient, address: str) -> dict[str, str]:
        answer = client.get(address)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        events = Calendar.from_ical(answer.data).walk("VEVENT")
        return {str(one["SUMMARY"]): str(one["UID"]) for one in events}

    def test_what_was_looked_for(self, announced, client: FlaskClient):
        announced(at(DAY, frequency="weekly", until=date(2026, 6, 24)), title="Клуб «Ёлка»")
        announced(title="Экскурсия на завод")
        saved = self.saved(client, "/calendar?format=ics&day=2026-05-20&q=ЕЛКА")
        assert list(saved) == ["Клуб «Ёлка»"]
        told = {str(one["UID"]) for one in Calendar.from_ical(client.get(FEED).data).walk("VEVENT")}
        assert set(saved.values()) <= told

    def test_those_of_an_organisation(self, announced, draft, organiser, as_user, count_queries):
        counts = []
        for number in range(3):
            draft(title=f"Черновик {number}")
            announced(at(DAY, frequency="weekly", until=date(2026, 6, 24)), title=f"Клуб {number}")
            with count_queries() as seen:
                saved = self.saved(as_user(organiser), "/calendar/events?format=ics")
            assert sorted(saved) == [f"Клуб {one}" for one in range(number + 1)]
            counts.append(seen.count)
        assert len(set(counts)) == 1
