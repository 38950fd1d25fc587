"""The pages of the calendar over HTTP: found, narrowed, written, looked at, refused in words."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_organisation, make_region
from orientir_testkit.events import at, whole
from werkzeug.datastructures import MultiDict

from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir_calendar import services
from orientir_calendar.models import Event, EventState

DAY = date(2026, 5, 20)
SAID = {
    "title": "Встреча с поваром",
    "kind": "meeting",
    "first_day": "20.05.2026",
    "starts": "10.30",
    "ends": "11:15",
    "audiences": ["students", "parents"],
    "first_grade": "6",
    "last_grade": "8",
    "format": "onsite",
    "place": "Столовая",
    "level": "school",
    "frequency": "",
    "project_id": "",
    "direction": "",
}


def form(**values) -> MultiDict:
    said = MultiDict()
    for name, value in {**SAID, **values}.items():
        said.setlist(name, value if isinstance(value, list) else [value])
    return said


def post_event(client: FlaskClient, organisation, **values):
    return client.post("/calendar/events/new", data=form(organisation_id=str(organisation.id), **values))


class TestPublic:
    def test_the_list_begins_today_and_has_neighbours(self, announced, client: FlaskClient):
        announced()
        announced(at(date(2026, 6, 20)), title="Июньская")
        page = client.get("/calendar").text
        assert "Встреча с инженером" in page
        assert "Июньская" not in page
        assert "Июньская" in client.get("/calendar?day=2026-06-14").text

    def test_a_month_a_week_and_a_long_event(self, announced, client: FlaskClient):
        announced(whole(date(2026, 5, 22), 3), title="Дни дверей")
        month = client.get("/calendar?view=month&day=2026-05-01").text
        assert month.count(">Дни дверей<") == 4  # three days of the month and the list below
        assert "май\xa02026" in month
        assert "Дни дверей" in client.get("/calendar?view=week&day=2026-05-24").text
        assert "Дни дверей" not in client.get("/calendar?view=week&day=2026-05-25").text

    def test_a_series_stands_on_each_of_its_days(self, announced, client: FlaskClient):
        announced(at(DAY, frequency="weekly", until=date(2026, 6, 10)), title="Кружок")
        assert client.get("/calendar").text.count(">Кружок<") == 4

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?q=ЁЛКА", ["Елка своими руками"]),
            ("?q=экскурсий руками", ["Елка своими руками"]),
            ("?q=инженеры", ["Встреча с инженером"]),
            ("?grade=7", ["Елка своими руками"]),
            ("?grade=9", ["Встреча с инженером"]),
            ("?kind=excursion", ["Елка своими руками"]),
            ("?audience=parents", ["Елка своими руками"]),
            ("?kind=nothing&grade=99&place=x&view=year&day=31.02.2026", ["Встреча с инженером", "Елка своими руками"]),
            ("?day=9999-12-31", ["Встреча с инженером", "Елка своими руками"]),
        ],
    )
    def test_it_is_narrowed_in_the_address(self, announced, client: FlaskClient, query: str, found: list[str]):
        announced()
        announced(title="Елка своими руками", kind="excursion", first_grade=6, last_grade=7,
                  audiences=("students", "parents"))  # fmt: skip
        page = client.get(f"/calendar{query}").text
        assert sorted(name for name in ("Встреча с инженером", "Елка своими руками") if name in page) == sorted(found)

    def test_an_event_says_all_to_people_and_to_search_engines(self, announced, client: FlaskClient):
        event = announced(partners="Авиазавод", conditions=("lift",), hours=2, url="https://example.org/a")
        page = client.get(f"/calendar/{event.id}").text
        for words in ("<strong>работе</strong>", "Авиазавод", "лифт или первый этаж", "2\xa0часа", "Актовый зал"):
            assert words in page
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        (data,) = json.loads(found[1])
        assert (data["@type"], data["startDate"]) == ("EducationEvent", "2026-05-20T10:00:00+08:00")

    @pytest.mark.parametrize(
        "about",
        ["<script>alert(1)</script>", "[x](javascript:alert(1))", '<img src=x onerror="1">', "![x](http://x/y)"],
    )
    def test_a_description_acts_on_nobody(self, announced, client: FlaskClient, about: str):
        page = client.get(f"/calendar/{announced(about=about).id}").text
        main = page[page.index("<main") :]
        assert "<script>alert" not in main
        assert "<img" not in main
        assert 'href="javascript' not in main

    def test_what_is_not_public_is_not_there(self, draft, client: FlaskClient, as_user, organiser, cast: Cast):
        event = draft()
        assert client.get(f"/calendar/{event.id}").status_code == 404
        assert as_user(cast.neighbour_teacher).get(f"/calendar/{event.id}").status_code == 404
        assert as_user(organiser).get(f"/calendar/{event.id}").status_code == 200

    def test_a_cancelled_event_says_why(self, announced, client: FlaskClient):
        event = announced()
        services.cancel_event(event, "Мороз за сорок", actor=None)
        db.session.commit()
        page = client.get(f"/calendar/{event.id}").text
        assert "Мороз за сорок" in page
        assert "EventCancelled" in page
        assert "Встреча с инженером" not in client.get("/calendar").text

    def test_the_sheet_to_subscribe_by(self, announced, client: FlaskClient, cast: Cast):
        page = client.get(f"/calendar/subscribe?grade=9&place={cast.municipality.id}").text
        address = f"/calendar/feed/38.ics?place={cast.municipality.id}&amp;grade=9"
        assert f"webcal://localhost{address}" in page
        assert f"http://localhost{address}" in page
        assert "&lt;iframe" in page
        assert client.get(address.replace("&amp;", "&")).status_code == 200

    def test_the_frame_for_other_sites(self, announced, client: FlaskClient):
        announced()
        answer = client.get("/calendar/embed")
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
        assert "Встреча с инженером" in answer.text

    def test_the_list_as_a_file(self, announced, client: FlaskClient):
        announced()
        table = client.get("/calendar?format=csv&grade=9").data.decode("utf-8-sig")
        assert "Встреча с инженером" in table
        assert "10:00" in table

    def test_the_calendar_joins_the_front_page(self, announced, client: FlaskClient):
        announced()
        assert "Встреча с инженером" in client.get("/").text

    def test_another_region_is_another_calendar(self, announced, client: FlaskClient):
        town = make_municipality(make_region("Другой", "42"), "Далёкий")
        far = make_organisation(town, "Далёкий колледж", OrganisationKind.COLLEGE)
        announced(organisation=far, title="Чужое")
        assert "Чужое" not in client.get("/calendar").text
        assert "Чужое" not in client.get("/calendar/feed/38.ics").text
        assert "Чужое" in client.get("/calendar/feed/42.ics").text


class TestWriting:
    def test_a_school_suggests_a_coordinator_publishes(self, as_user, cast: Cast, client: FlaskClient):
        school, desk = as_user(cast.teacher), as_user(cast.coordinator)
        answer = post_event(school, cast.school, announce="1")
        event = db.session.query(Event).one()
        assert (answer.status_code, event.state) == (303, EventState.SUGGESTED)
        assert client.get(f"/calendar/{event.id}").status_code == 404
        assert "Встреча с поваром" in desk.get("/calendar/moderation").text
        assert desk.post(f"/calendar/{event.id}/publish", data={"trust": "y"}).status_code == 303
        page = client.get(f"/calendar/{event.id}").text
        assert "10:30" in page
        assert "ученики 6–8\xa0классов, родители" in page.replace("6–8 классов", "6–8\xa0классов")
        assert post_event(school, cast.school, announce="1", title="Вторая").status_code == 303
        assert db.session.query(Event).filter_by(title="Вторая").one().state == EventState.PUBLISHED

    def test_whoever_may_publish_does_so_at_once(self, as_user, cast: Cast, college):
        db.session.commit()
        post_event(as_user(cast.operator), college, announce="1")
        assert db.session.query(Event).one().state == EventState.PUBLISHED

    def test_a_draft_stays_one(self, as_user, cast: Cast):
        client = as_user(cast.teacher)
        post_event(client, cast.school)
        event = db.session.query(Event).one()
        assert event.state == EventState.DRAFT
        assert client.post(f"/calendar/{event.id}/suggest").status_code == 303
        assert event.state == EventState.SUGGESTED

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"first_day": "31.02.2026"}, "Напишите дату так"),
            ({"first_day": ""}, "Напишите дату так"),
            ({"first_day": "20.05.2062"}, "больше двух лет"),
            ({"starts": "25:00"}, "Напишите время так"),
            ({"starts": "полдень"}, "Напишите время так"),
            ({"ends": "09:00"}, "Окончание должно быть позже начала"),
            ({"starts": "", "ends": "11:00"}, "во сколько начало"),
            ({"last_day": "19.05.2026"}, "Последний день раньше первого"),
            ({"title": ""}, "что это за мероприятие"),
            ({"kind": "ерунда"}, "Такого варианта"),
            ({"audiences": []}, "Отметьте, для кого"),
            ({"audiences": ["martians"]}, "Такого варианта"),
            ({"weekdays": ["x"], "frequency": "weekly"}, "Такого варианта"),
            ({"frequency": "weekly"}, "до какого дня повторять"),
            ({"frequency": "daily"}, "Такого варианта"),
            ({"url": "file:///C:/план.docx"}, "Ссылка начинается с"),
            ({"first_grade": "девятый"}, "цифрами"),
            ({"first_grade": "9", "last_grade": "6"}, "Первый класс старше"),
            ({"organisation_id": "999"}, "Такого варианта"),
            ({"project_id": "999"}, "Такого варианта"),
            ({"title": "Ж" * 200}, "Слишком длинно"),
        ],
    )
    def test_bad_input_is_answered_in_a_word(self, as_user, cast: Cast, values, words):
        answer = as_user(cast.teacher).post(
            "/calendar/events/new", data=form(**{"organisation_id": str(cast.school.id), **values})
        )
        assert answer.status_code == 400
        assert words in answer.text
        assert db.session.query(Event).count() == 0

    def test_signs_nobody_sees_are_left_out(self, as_user, cast: Cast):
        said = form(organisation_id=str(cast.school.id), title="День\x00 открытых дверей", about="Одно\x07\r\nдва")
        assert as_user(cast.teacher).post("/calendar/events/new", data=said).status_code == 303
        event = db.session.query(Event).one()
        assert (event.title, event.about) == ("День открытых дверей", "Одно\nдва")

    def test_another_school_is_no_choice(self, as_user, cast: Cast):
        answer = post_event(as_user(cast.teacher), cast.neighbour_school)
        assert answer.status_code == 400
        assert db.session.query(Event).count() == 0

    def test_an_event_is_changed_returned_and_cancelled(self, as_user, organiser, announced, draft, cast: Cast):
        event, suggested = announced(), draft(title="Другая")
        services.suggest(suggested, actor=None)
        db.session.commit()
        client, desk = as_user(organiser), as_user(cast.operator)
        page = client.get(f"/calendar/{event.id}/edit").text
        assert 'value="10:00"' in page
        changed = form(organisation_id=str(event.organisation_id), title="Новое имя", first_day="2026-05-21")
        assert client.post(f"/calendar/{event.id}/edit", data=changed).status_code == 303
        assert (event.own("title"), event.first_day) == ("Новое имя", date(2026, 5, 21))
        assert desk.post(f"/calendar/{suggested.id}/return", data={"remark": "Где это?"}).status_code == 303
        assert "Где это?" in client.get("/").text
        assert client.get(f"/calendar/{event.id}/cancel").status_code == 200
        assert client.post(f"/calendar/{event.id}/cancel", data={"reason": ""}).status_code == 400
        assert client.post(f"/calendar/{event.id}/cancel", data={"reason": "Мороз"}).status_code == 303
        assert event.state == EventState.CANCELLED
        assert client.post(f"/calendar/{event.id}/edit", data=changed).status_code == 400

    def test_one_day_is_moved_or_dropped(self, as_user, organiser, announced):
        event = announced(at(DAY, frequency="weekly", until=date(2026, 6, 10)))
        client = as_user(organiser)
        original = f"{event.starts_at + timedelta(days=7):%Y%m%dT%H%M%SZ}"
        address = f"/calendar/{event.id}/move?original={original}"
        assert 'value="2026-05-27"' in client.get(address).text
        said = {"first_day": "28.05.2026", "starts": "12:00", "ends": "13:00"}
        assert client.post(address, data=said).status_code == 303
        assert "28" in client.get(f"/calendar/{event.id}").text
        assert client.post(address, data={**said, "ends": "11:00"}).status_code == 400
        assert client.post(address, data={**said, "first_day": "28.08.2026"}).status_code == 400
        third = f"{event.starts_at + timedelta(days=14):%Y%m%dT%H%M%SZ}"
        assert client.post(f"/calendar/{event.id}/drop", data={"original": third}).status_code == 303
        assert len(event.exceptions) == 2
        for wrong in ("", "вчера", "20260101T000000Z"):
            assert client.post(f"/calendar/{event.id}/drop", data={"original": wrong}).status_code == 303
        assert client.get(f"/calendar/{event.id}/move?original=x").status_code == 303
        assert len(event.exceptions) == 2

    def test_a_copy_begins_with_the_words_of_the_first(self, as_user, organiser, announced, draft, cast: Cast):
        event = announced()
        assert 'value="Встреча с инженером"' in as_user(organiser).get(f"/calendar/events/new?copy={event.id}").text
        secret = draft(title="Секрет")
        assert "Секрет" not in as_user(cast.teacher).get(f"/calendar/events/new?copy={secret.id}").text


def test_whoever_writes_is_warned_of_a_likely_double(announced, draft, cast: Cast, client, as_user):
    announced(title="Встреча с инженером завода")
    mine = draft(title="Встреча с инженером завода", organisation=cast.school)
    others = draft(title="Встреча с инженером завода, 9 классы", organisation=cast.neighbour_school)
    services.suggest(others, actor=None)
    db.session.commit()
    page = as_user(cast.teacher).get(f"/calendar/{mine.id}").text
    assert "Похоже на другое мероприятие" in page
    assert "9 классы" not in page  # what waits in another school is nobody's business


@pytest.mark.parametrize("address", ["", "?view=week", "?view=month", "/subscribe", "/notes"])
def test_whoever_sees_little_is_shown_it_their_way(announced, client, address):
    announced()
    client.set_cookie("view", "black.huge..")
    assert 'data-contrast="black"' in client.get(f"/calendar{address}").text


def test_several_days_are_told_with_their_last_one(announced, client):
    announced(whole(date(2026, 5, 22), 2), title="Дни открытых дверей")
    for address in ("/calendar?day=2026-05-20", "/calendar/embed"):
        assert "22\u00a0мая — 23\u00a0мая, весь день" in client.get(address).text, address
