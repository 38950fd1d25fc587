"""A calendar of a whole region: no page grows with it, and nothing is lost between pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.events import at

from orientir.db import db
from orientir_calendar import months, queries, services

DAY = date(2026, 5, 18)


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "LIST_ROWS", 3)


@pytest.mark.usefixtures("short_lists")
class TestList:
    def test_a_long_list_ends_after_a_whole_day_and_goes_on_there(self, announced, client: FlaskClient):
        for number, day in enumerate((0, 0, 1, 1, 2)):
            announced(at(DAY + timedelta(day)), title=f"Событие {number}")
        page = client.get(f"/calendar?day={DAY}").text
        assert [number for number in range(5) if f"Событие {number}" in page] == [0, 1]
        assert f"day={DAY + timedelta(1)}" in page
        further = client.get(f"/calendar?day={DAY + timedelta(1)}").text
        assert [number for number in range(5) if f"Событие {number}" in further] == [2, 3, 4]

    def test_a_full_day_is_never_cut(self, announced, client: FlaskClient):
        for number in range(5):
            announced(at(DAY), title=f"Событие {number}")
        announced(at(DAY + timedelta(1)), title="Завтрашнее")
        page = client.get(f"/calendar?day={DAY}").text
        assert all(f"Событие {number}" in page for number in range(5))
        assert "Завтрашнее" not in page
        assert f"day={DAY + timedelta(1)}" in page

    def test_its_file_holds_all_days(self, announced, client: FlaskClient):
        for number in range(5):
            announced(at(DAY + timedelta(number)), title=f"Событие {number}")
        table = client.get(f"/calendar?day={DAY}&format=csv").data.decode("utf-8-sig")
        assert all(f"Событие {number}" in table for number in range(5))


def test_the_frame_looks_further_where_the_week_is_empty(announced, client: FlaskClient, school_day):
    announced(at(date(2026, 6, 5)), title="Июньская")
    assert "Июньская" in client.get("/calendar/embed").text
    assert "Июньская" in client.get("/").text


def test_lists_of_staff_come_in_pages(draft, as_user, organiser, cast: Cast):
    for number in range(3):
        services.suggest(draft(at(DAY + timedelta(number)), title=f"Событие {number}"), actor=None)
    db.session.commit()
    page = queries.suggested_in([cast.region.scope], page=2, rows=2)
    assert ([one.title for one in page.rows], page.pages, page.total) == (["Событие 2"], 2, 3)
    own = queries.list_events([organiser.grants[0].scope.organisation_id], page=99, rows=2)
    assert ([one.title for one in own.rows], own.number) == (["Событие 0"], 2)
    for address in ("/calendar/moderation?page=-5", "/calendar/events?page=x", "/calendar/events?page=" + "9" * 30):
        assert "Событие 1" in as_user(cast.operator).get(address).text
