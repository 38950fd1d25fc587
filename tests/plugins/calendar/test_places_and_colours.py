"""Where an event is on a map, as maps copy it, and the colour of its kind: on pages and in telephones."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from orientir_testkit.cast import Cast
from orientir_testkit.events import plan
from PIL import ImageColor

from orientir.accounts.models import User
from orientir.errors import InvalidInputError
from orientir.paths import STATIC
from orientir_calendar import lists
from orientir_calendar.coordinates import coordinates_of, coordinates_words
from orientir_calendar.importing import _merged
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import Event
from orientir_calendar.words import COLORS, KINDS

Announced = Callable[..., Event]
IRKUTSK = (52.2869, 104.305)


@pytest.mark.parametrize(
    "typed",
    ["52.2869, 104.3050", " 52.2869,104.3050 ", "52.2869 104.3050", "52.2869; 104.3050", "+52.2869,\u00a0+104.3050"],
)
def test_coordinates_are_taken_as_maps_copy_them(typed: str):
    assert coordinates_of(typed) == IRKUTSK


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("52,2869, 104,3050", "точкой"),
        ("52,2869 104,3050", "точкой"),
        ("104.3050, 52.2869", "местами"),
        ("95, 200", "Широта"),
        ("52, 181", "Долгота"),
        ("52.2869", "через запятую"),
        ("Иркутск", "через запятую"),
        ("52.2869, 104.3050, 12", "через запятую"),
        ("1e3, 2", "через запятую"),
        ("nan, inf", "через запятую"),
        ("٥٢, ١٠٤", "через запятую"),
        ("52.2869\0, 104", "через запятую"),
    ],
)
def test_others_are_refused_in_a_clear_word(typed: str, words: str):
    with pytest.raises(InvalidInputError, match=words):
        coordinates_of(typed)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(typed: str):
    try:
        latitude, longitude = coordinates_of(typed)
    except InvalidInputError:
        return
    assert abs(latitude) <= 90
    assert abs(longitude) <= 180


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_what_is_shown_is_what_may_be_typed(latitude: float, longitude: float):
    shown = coordinates_words((round(latitude, 6), round(longitude, 6)))
    assert coordinates_of(shown) == pytest.approx((latitude, longitude), abs=1e-6)


def form(**words: str) -> dict[str, object]:
    return {
        "title": "Встреча", "kind": "meeting", "first_day": "2026-05-20", "starts": "10:00", "audiences": ["students"],
        "first_grade": "8", "last_grade": "11", "format": "onsite", "level": "school", "place": "Зал", **words,
    }  # fmt: skip


def test_the_form_keeps_them_and_says_what_is_wrong(
    organiser: User, as_user: Callable[[User], FlaskClient], announced: Announced
):
    event, browser = announced(), as_user(organiser)
    said = form(organisation_id=str(event.organisation_id))
    address = f"/calendar/{event.id}/edit"
    answer = browser.post(address, data={**said, "coordinates": "52,2869, 104,3050"})
    assert answer.status_code == 400
    assert "точкой" in answer.text
    assert 'value="52,2869, 104,3050"' in answer.text
    assert browser.post(address, data={**said, "coordinates": "52.2869, 104.3050"}).status_code == 303
    assert event.coordinates == IRKUTSK
    assert 'value="52.2869, 104.305"' in browser.get(f"/calendar/{event.id}/edit").text
    assert 'href="geo:52.2869,104.305"' in browser.get(f"/calendar/{event.id}").text
    assert browser.post(f"/calendar/{event.id}/edit", data={**said, "coordinates": ""}).status_code == 303
    assert event.coordinates is None


def test_telephones_get_the_place_and_the_colour(cast: Cast, announced: Announced, client: FlaskClient):
    event = announced(latitude=52.2869, longitude=104.305)
    for address in (f"/calendar/feed/{cast.region.code}.ics", f"/calendar/{event.id}.ics"):
        feed = client.get(address).data
        assert b"\r\nGEO:52.2869;104.305\r\n" in feed
        assert b"\r\nCOLOR:royalblue\r\n" in feed
        (found,) = Calendar.from_ical(feed).walk("VEVENT")
        assert (found["GEO"].latitude, found["GEO"].longitude) == IRKUTSK
    assert '"latitude": 52.2869' in client.get(f"/calendar/{event.id}").text


def test_without_coordinates_nothing_is_said(cast: Cast, announced: Announced, client: FlaskClient):
    event = announced()
    assert b"GEO" not in client.get(f"/calendar/feed/{cast.region.code}.ics").data
    assert "geo:" not in client.get(f"/calendar/{event.id}").text


def test_a_list_that_knows_no_coordinates_leaves_them(announced: Announced):
    event = announced(latitude=52.2869, longitude=104.305)
    merged = _merged(event, plan(about="Новое"), {"about": "Новое"})
    assert (merged.latitude, merged.longitude) == IRKUTSK


# Colours


def test_each_kind_has_a_colour_of_the_list():
    assert {line.color for line in KINDS} <= set(COLORS)


def test_the_region_chooses_another_colour(
    cast: Cast, as_user: Callable[[User], FlaskClient], announced: Announced, client: FlaskClient
):
    event, browser = announced(), as_user(cast.operator)
    before = client.get(f"/calendar/feed/{cast.region.code}.ics").headers["ETag"]
    address = f"/calendar/lists/{cast.region.id}/kinds/meeting"
    title = str(kinds_of(cast.region.id)["meeting"].title)
    assert 'value="royalblue"' in browser.get(address).text
    assert browser.post(address, data={"title": title, "color": "puce"}).status_code == 400
    assert browser.post(address, data={"title": title, "color": "crimson"}).status_code == 303
    assert kinds_of(cast.region.id)["meeting"].color == "crimson"
    feed = client.get(f"/calendar/feed/{cast.region.code}.ics")
    assert b"\r\nCOLOR:crimson\r\n" in feed.data
    assert feed.headers["ETag"] != before
    assert "dot--crimson" in client.get(f"/calendar/{event.id}").text
    assert "dot--crimson" in browser.get("/calendar/lists").text


def test_a_kind_renamed_before_colours_keeps_its_usual_one(cast: Cast):
    lists.change_kind(cast.region, "forum", "Большой форум", is_closed=False, actor=None)
    assert kinds_of(cast.region.id)["forum"].color == "crimson"
    assert lists.add_kind(cast.region, "Ярмарка", "", actor=None) == "own1"
    assert kinds_of(cast.region.id)["own1"].color == "slategray"
    with pytest.raises(InvalidInputError):
        lists.add_kind(cast.region, "Слёт", "", "red;}", actor=None)


def test_lists_and_months_show_the_dot(announced: Announced, client: FlaskClient):
    announced()
    for view in ("list", "week", "month"):
        assert "dot--royalblue" in client.get(f"/calendar?view={view}&day=2026-05-20").text


def luminance(color: str) -> float:
    parts = [part / 255 for part in ImageColor.getrgb(color)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("color", COLORS)
def test_every_dot_is_told_from_the_ground_by_day_and_by_night(color: str):
    style = (STATIC / "orientir.css").read_text(encoding="utf-8")
    assert f".dot--{color} {{ background: {color}; }}" in (STATIC / "dots.css").read_text(encoding="utf-8")
    grounds = re.findall(r"--(?:paper|sheet): var\(--day, (#\w+)\) var\(--night, (#\w+)\)", style)
    assert len(grounds) == 2
    for ground in (one for pair in grounds for one in pair):
        light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, ground
