"""The list for programs of others: fields that stay, feeds that parse, nothing of whoever asks."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_organisation, make_region
from orientir_testkit.events import at, plan, whole
from sqlalchemy import func, select

from orientir.db import db
from orientir.ics.models import StoredFeed
from orientir.organisations.models import OrganisationKind
from orientir_calendar import services

JSON, RSS = "/calendar/events.json", "/calendar/events.rss"
DAY = date(2026, 5, 20)


def titles(client: FlaskClient, query: str = "") -> list[str]:
    """Return the titles of both lists, which must agree."""
    answer = client.get(JSON + query)
    assert answer.status_code == 200
    found = [one["title"] for one in answer.json["events"]]
    items = Xml.fromstring(client.get(RSS + query).data).iter("item")
    assert [one.findtext("title", "").partition(": ")[2] for one in items] == found
    return found


def test_the_fields_of_an_event_stay(announced, client: FlaskClient, school_day):
    event = announced()
    announced(whole(date(2026, 5, 22), 2), title="День открытых дверей")
    answer = client.get(f"{JSON}?day=2026-05-19")
    assert answer.content_type == "application/json"
    said = answer.json
    first, second = said.pop("events")
    assert said == {
        "title": f"Ориентир, {event.organisation.municipality.region.name}", "region": "38",
        "timezone": "Asia/Irkutsk", "first_day": "2026-05-19", "last_day": "2026-06-18",
        "next": "http://localhost/calendar/events.json?region=38&day=2026-06-19",
    }  # fmt: skip
    assert first.pop("changed").endswith("+00:00")
    assert first == {
        "id": f"calendar-{event.id}", "title": "Встреча с инженером", "starts": "2026-05-20T10:00:00+08:00",
        "ends": "2026-05-20T11:00:00+08:00", "all_day": False, "place": "Актовый зал",
        "kind": "Встреча с представителем профессии", "audience": "ученики 8–11\xa0классов",
        "url": f"http://localhost/calendar/{event.id}",
    }  # fmt: skip
    assert (second["all_day"], second["starts"], second["ends"]) == (True, "2026-05-22", "2026-05-23")


def test_a_reader_of_news_reads_it(announced, client: FlaskClient):
    event = announced(title="Завод & <люди>", place="Зал\x0b2")
    answer = client.get(RSS)
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    item = Xml.fromstring(answer.data).find("channel/item")
    assert item.findtext("title") == "20\xa0мая, 10:00: Завод & <люди>"
    assert item.findtext("guid") == f"calendar-{event.id}@38.orientir"
    assert item.findtext("link") == f"http://localhost/calendar/{event.id}"
    assert item.findtext("pubDate", "").endswith("+0000")


def test_they_are_narrowed_as_the_page_is(announced, client: FlaskClient, cast: Cast):
    far = make_organisation(cast.neighbour_municipality, "Заречный колледж", OrganisationKind.COLLEGE)
    announced()
    announced(title="Заречная", organisation=far, kind="excursion", first_grade=6, last_grade=7)
    announced(title="Собрание", audiences=("parents",), kind="parents")
    assert titles(client, f"?place={cast.neighbour_municipality.id}") == ["Заречная"]
    assert titles(client, "?grade=9") == ["Встреча с инженером"]
    assert titles(client, "?kind=excursion") == ["Заречная"]
    assert titles(client, "?audience=parents") == ["Собрание"]
    assert titles(client, "?q=инженером") == ["Встреча с инженером"]
    assert titles(client, "?day=2026-05-21") == []


def test_a_region_has_its_own(announced, client: FlaskClient, as_user, cast: Cast):
    town = make_municipality(make_region("Другой", "42"), "Далёкий")
    announced()
    announced(organisation=make_organisation(town, "Колледж", OrganisationKind.COLLEGE), title="Чужое")
    assert titles(client) == titles(client, "?region=38") == ["Встреча с инженером"]
    assert titles(client, "?region=42") == ["Чужое"]
    assert client.get(f"{JSON}?region=99").status_code == client.get(f"{RSS}?region=99&q=1").status_code == 404


@pytest.mark.parametrize("address", [JSON, RSS])
class TestKept:
    def test_nobody_is_known_and_anybody_may_keep_it(self, announced, as_user, cast: Cast, address):
        announced()
        for asked in (address, f"{address}?q=инженером", "/calendar/feed/38.ics"):
            answer = as_user(cast.operator).get(asked)
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert answer.headers["Cache-Control"] == "public, max-age=900"
            assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if address in asked else None)

    def test_a_refusal_is_kept_by_nobody(self, as_user, cast: Cast, address):
        db.session.commit()
        for refused in (f"{address}?region=99", f"{address}?region=99&q=x", "/calendar/feed/99.ics"):
            answer = as_user(cast.operator).get(refused)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")

    def test_nothing_new_is_answered_without_a_body(self, announced, client: FlaskClient, count_queries, address):
        event = announced()
        first = client.get(f"{address}?region=38")
        with count_queries() as seen:
            again = client.get(f"{address}?region=38", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, seen.count) == (304, b"", 1)
        services.change_event(event, plan(at(DAY, 12)), actor=None)
        db.session.commit()
        changed = client.get(f"{address}?region=38", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200

    def test_only_known_conditions_are_stored(self, announced, client: FlaskClient, address):
        announced()
        for query in ("", "?utm=1", "?q=завод", "?place=999999", "?kind=ерунда", "?day=x", "?day=2026-05-19"):
            assert client.get(address + query).status_code == 200
        assert db.session.scalar(select(func.count()).select_from(StoredFeed)) == 1


def test_the_sheet_tells_of_them(client: FlaskClient, cast: Cast):
    db.session.commit()
    page = client.get("/calendar/subscribe?grade=9").text
    assert "Для программ" in page
    for address in (JSON, RSS):
        assert f"http://localhost{address}?region=38&amp;grade=9" in page
