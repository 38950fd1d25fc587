"""The public pages of the calendar, asked by people and programs who mean no good, and by sheer numbers."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.events import at

from orientir.db import db

PAGES = ("/calendar", "/calendar/embed", "/calendar/subscribe", "/calendar/feed/38.ics", "/calendar/events.json",
         "/calendar/events.rss")  # fmt: skip
STRANGE = (
    "", " ", "\x00", "\x00день", "²", "١٢", "-1", "0", "1e9", "9" * 30, "NaN", "%", "%s", "{}", "{{7*7}}", "'; DROP",
    "\u202e", "\ud83d", "Ж" * 3000, "<script>", "_", "\\", "../..", "\r\nX: y", "0001-01-01", "9999-12-31",
    "2026-02-31",
    "2026-W20-3", "20260520", "-2026-05-20", "2026-05-20T10:00",
)  # fmt: skip
WORDS = ("q", "place", "grade", "kind", "audience", "day", "view", "format", "alarm", "page", "region")


@pytest.mark.parametrize("page", PAGES)
def test_no_word_in_an_address_breaks_a_page(announced, client: FlaskClient, page):
    announced()
    for name in WORDS:
        for word in STRANGE:
            said = f"{name}={quote(word.encode('utf-8', 'surrogatepass'))}"
            assert client.get(f"{page}?{said}").status_code in (200, 302, 304, 400, 404), (name, word)
        assert client.get(f"{page}?{name}=a&{name}=b&{name}[]=c").status_code in (200, 404)
    many = urlencode([(name, word) for name in WORDS[:6] for word in ("x", "9" * 18)])
    assert client.get(f"{page}?{many}").status_code == 200


@pytest.mark.parametrize("number", ["0", "2147483648", "9" * 18, "9" * 40])
def test_no_number_of_an_event_breaks_a_page(client: FlaskClient, as_user, cast: Cast, number):
    db.session.commit()
    for end in ("", ".ics"):
        assert client.get(f"/calendar/{number}{end}").status_code == 404
    for end in ("edit", "cancel", "move?original=20260520T080000Z", "booking", "return"):
        assert as_user(cast.operator).get(f"/calendar/{number}/{end}").status_code == 404
    for address in (f"/calendar/events/new?copy={number}", f"/calendar/moderation?page={number}"):
        assert as_user(cast.operator).get(address).status_code == 200


def test_what_people_wrote_is_never_code(announced, client: FlaskClient):
    event = announced(
        title='<img src=x onerror=alert(1)> "&', place="</title><script>", partners="{{7*7}}",
        about="<script>alert(1)</script> [link](javascript:alert(1)) ![](https://evil.example/x.png) <b onclick=x>",
    )  # fmt: skip
    for page in (f"/calendar/{event.id}", *PAGES[:3], "/calendar?view=month", "/calendar?view=week"):
        text = client.get(page).text
        for bad in (
            "<img src=x",
            "</title><script>",
            'href="javascript:',
            "<script>alert",
            "onclick=x>",
            "evil.example/x",
        ):
            assert bad not in text, (page, bad)


def test_a_thousand_events_in_one_day(announced, client: FlaskClient, count_queries):
    event = announced()
    rows = [
        {column.name: getattr(event, column.name) for column in event.__table__.columns if column.name != "id"}
        | {"uid": f"many-{number}", "title": f"Событие {number}"}
        for number in range(1_000)
    ]
    db.session.execute(event.__table__.insert(), rows)
    db.session.commit()
    day = event.first_day
    for page in (f"/calendar?day={day}", f"/calendar?view=week&day={day}", f"/calendar?view=month&day={day}", *PAGES):
        with count_queries() as seen:
            answer = client.get(page)
        assert answer.status_code == 200
        assert seen.count < 25, page
    month = client.get(f"/calendar?view=month&day={day}")
    assert len(month.data) < 60_000
    assert "и ещё 997" in month.text


def test_no_paging_into_other_centuries(announced, client: FlaskClient):
    announced()
    for day in ("0001-01-01", "9999-12-31", (date(2026, 5, 20) + timedelta(9_000)).isoformat()):
        for view in ("list", "week", "month"):
            assert client.get(f"/calendar?view={view}&day={day}").status_code == 200
        assert client.get(f"/calendar/events.json?day={day}").json["first_day"][:2] == "20"


def test_a_day_that_is_moved_far_is_seen_where_it_stands(announced, client: FlaskClient):
    weekly = at(date(2026, 5, 20), frequency="weekly", until=date(2026, 7, 1))
    event = announced(weekly)
    assert client.get("/calendar?view=month&day=2026-06-15").text.count(event.title) >= 4
