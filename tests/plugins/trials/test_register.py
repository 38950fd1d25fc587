"""The register: every condition alone and all together against a plain reading; pages, files, frames."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_organisation

from orientir.bookings import services as bookings
from orientir.bookings import slots
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir_trials import services
from orientir_trials.queries import ONLINE, Wanted, dates_of, register


def titles(region, **conditions) -> list[str]:
    return [one.trial.title for one in register(region, Wanted(**conditions)).offers]


@pytest.fixture
def market(cast: Cast, offered):
    """Four trials: two in town, one online, one of the neighbours."""
    far = make_organisation(cast.neighbour_municipality, "Заречный колледж", OrganisationKind.COLLEGE)
    offered(title="Сварщик", first=date(2026, 5, 20))
    offered(title="Повар", first=date(2026, 5, 21), field="hospitality", step=1, first_grade=6, last_grade=7,
            conditions=("quiet",), profession="кондитер")  # fmt: skip
    offered(title="Диспетчер", first=date(2026, 5, 22), field="transport", is_online=True, conditions=())
    offered(title="Ёлочная игрушка", first=date(2026, 5, 23), field="crafts", step=3, organisation=far)
    return cast.region


def test_what_is_still_to_come_comes_soonest_first(market):
    assert titles(market) == ["Сварщик", "Повар", "Диспетчер", "Ёлочная игрушка"]
    with time_machine.travel("2026-05-21T11:00:00+08:00"):
        assert titles(market) == ["Диспетчер", "Ёлочная игрушка"]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"typed": "елочная ИГРУШКА"}, ["Ёлочная игрушка"]),
        ({"typed": "кондитер"}, ["Повар"]),
        ({"typed": "заречный"}, ["Ёлочная игрушка"]),
        ({"typed": "100%_"}, []),
        ({"place": ONLINE}, ["Диспетчер"]),
        ({"place": "ерунда"}, []),
        ({"place": "²"}, []),
        ({"field": "hospitality"}, ["Повар"]),
        ({"grade": 6}, ["Повар"]),
        ({"grade": 11}, ["Сварщик", "Диспетчер", "Ёлочная игрушка"]),
        ({"first_day": date(2026, 5, 22)}, ["Диспетчер", "Ёлочная игрушка"]),
        ({"last_day": date(2026, 5, 21)}, ["Сварщик", "Повар"]),
        ({"first_day": date(2026, 5, 21), "last_day": date(2026, 5, 21)}, ["Повар"]),
        ({"steps": (1, 3)}, ["Повар", "Ёлочная игрушка"]),
        ({"conditions": ("quiet",)}, ["Сварщик", "Повар", "Ёлочная игрушка"]),
        ({"conditions": ("quiet", "stepless")}, ["Сварщик", "Ёлочная игрушка"]),
        ({"conditions": ("quie",)}, []),
        ({"typed": "а", "steps": (1,), "grade": 7, "conditions": ("quiet",)}, ["Повар"]),
    ],
)
def test_a_condition_keeps_what_it_says(market, conditions, found):
    assert titles(market, **conditions) == found


def test_a_place_is_where_the_college_stands_and_online_is_nowhere(market, cast: Cast):
    assert titles(market, place=str(cast.municipality.id)) == ["Сварщик", "Повар"]
    assert titles(market, place=str(cast.neighbour_municipality.id)) == ["Ёлочная игрушка"]


def test_free_places_are_those_of_now(market, cast: Cast):
    slot = register(market, Wanted(typed="сварщик")).offers[0].slot
    bookings.book(slot.id, Wish(cast.school_class.id, people=12), request="r-1", actor=None)
    assert titles(market, has_free=True, grade=9) == ["Диспетчер", "Ёлочная игрушка"]
    booking = slots.bookings_of(slot)[0]
    bookings.cancel(booking.id, actor=None)
    assert "Сварщик" in titles(market, has_free=True)


def test_a_cancelled_date_and_a_withdrawn_card_are_gone(market):
    first, second = register(market, Wanted()).offers[:2]
    slots.cancel_slot(first.slot.id, "Мастер заболел", actor=None)
    slots.cancel_slot(second.slot.id, "Мастер заболел", actor=None)
    services.withdraw(second.trial, actor=None)
    assert titles(market) == ["Диспетчер", "Ёлочная игрушка"]


def test_pages_are_cut_and_a_page_beyond_the_last_is_the_last(market):
    page = register(market, Wanted(), page=9, rows=3)
    assert (page.number, page.pages, page.total) == (2, 2, 4)
    assert [one.trial.title for one in page.offers] == ["Ёлочная игрушка"]


def test_the_page_says_its_conditions_and_takes_each_off(client, market, cast: Cast):
    answer = client.get("/trials/?q=сварщик&grade=9&step=2&access=quiet&free=y&first=20.05.2026&place=999&field=x")
    assert answer.status_code == 200
    assert "Сварщик" in answer.text
    assert "Повар" not in answer.text
    for words in ("«сварщик»", "9 класс", "практика", "тихая комната", "Есть места", "с 20.05.2026"):
        assert words in answer.text
    assert "999" not in answer.text.partition("Найдено")[2].partition("Скачать")[0]
    assert "Подбор: 6\xa0условий" in answer.text


def test_nonsense_in_the_address_is_no_failure(client, market):
    for query in ("?first=31.02.2026", "?last=2062-13-99", "?page=-5", "?page=99999999999", "?grade=²", "?q=%00%25_"):
        assert client.get(f"/trials/{query}").status_code == 200


def test_the_register_leaves_as_a_file_with_its_conditions(client, market):
    answer = client.get("/trials/?format=csv&field=hospitality")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.data.decode("utf-8-sig")
    assert "Повар" in text
    assert "Сварщик" not in text
    assert "туризм и гостеприимство" in text
    assert client.get("/trials/?format=xlsx").data[:2] == b"PK"


def test_what_was_found_is_one_table_for_paper(client, market, monkeypatch):
    assert "/trials/?field=hospitality&amp;view=list" in client.get("/trials/?field=hospitality").text
    every, some = client.get("/trials/?view=list").text, client.get("/trials/?view=list&field=hospitality").text
    assert [every.count(f">{title}</a>") for title in ("Сварщик", "Повар", "Диспетчер", "Ёлочная игрушка")] == [1] * 4
    assert [some.count(f">{title}</a>") for title in ("Сварщик", "Повар")] == [0, 1]
    assert "туризм и гостеприимство" in some
    assert "12\N{NO-BREAK SPACE}мест из 12" in some or "12 мест из 12" in some
    monkeypatch.setattr("orientir_trials.routes.LONGEST_LIST", 2)
    assert "Здесь первые 2." in client.get("/trials/?view=list").text


def test_only_the_list_for_other_sites_may_be_framed(client, market):
    framed, page = client.get("/trials/embed?field=hospitality"), client.get("/trials/")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "<script" not in framed.text
    assert "<form" not in framed.text
    assert "Set-Cookie" not in framed.headers
    assert "Повар" in framed.text
    assert "мест из" in framed.text
    assert "Сварщик" not in framed.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_the_code_for_other_sites_carries_the_conditions(client, market):
    import html
    import re

    page = client.get("/trials/?q=повар&field=hospitality").text
    code = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
    source = html.unescape(re.search(r'src="([^"]*)"', code)[1])
    assert source.startswith("http://localhost/trials/embed?")
    assert "field=hospitality" in source
    assert "&amp;" in code


def test_a_date_is_told_to_search_engines(client, offered):
    import json
    import re

    trial = offered(title="Сварщик </script>", times=(time(10), time(14)))
    slots.cancel_slot(dates_of(trial)[1].id, "Нет света", actor=None)
    db.session.commit()
    page = client.get(f"/trials/{trial.id}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    first, second = json.loads(found[1])
    assert first["name"] == "Сварщик </script>"
    assert first["@type"] == "EducationEvent"
    assert datetime.fromisoformat(first["startDate"]) == dates_of(trial)[0].starts_at
    assert first["remainingAttendeeCapacity"] == 12
    assert first["eventStatus"].endswith("EventScheduled")
    assert second["eventStatus"].endswith("EventCancelled")


def test_a_card_being_written_is_shown_to_its_own_people_only(client, as_user, make_trial, organiser, cast: Cast):
    trial = make_trial()
    assert client.get(f"/trials/{trial.id}").status_code == 404
    assert as_user(cast.teacher).get(f"/trials/{trial.id}").status_code == 404
    assert as_user(organiser).get(f"/trials/{trial.id}").status_code == 200


def test_the_calendar_and_the_front_page_know_the_dates(client, app, market):
    from orientir.contracts import CalendarFilter
    from orientir.plugins import current_plugins

    with app.test_request_context():
        window = (
            datetime.fromisoformat("2026-05-20T00:00:00+08:00"),
            datetime.fromisoformat("2026-05-23T00:00:00+08:00"),
        )
        found = current_plugins().calendar_entries(*window, CalendarFilter(region_id=market.id, grade=7))
        assert [one.title for one in found] == ["Повар"]
        assert current_plugins().calendar_entries(*window, CalendarFilter(region_id=market.id + 1)) == []
    assert "Сварщик" in client.get("/").text
