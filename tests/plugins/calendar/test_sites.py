"""Sections on the sites of schools: marked, red after 31 days, reminded of before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from orientir_testkit.cast import Cast, make_school
from sqlalchemy import select

from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.notices.models import Notice
from orientir.notices.reminders import remind
from orientir_calendar import sites
from orientir_calendar.sites import SITE_STALE

TODAY = date(2026, 5, 14)
URL = "https://school3.example.org/prof"


def mark(school, days_ago: int = 0, *, has_calendar: bool = True):
    made = sites.mark_site(school, URL, has_calendar=has_calendar, fresh_on=TODAY - timedelta(days_ago), actor=None)
    db.session.commit()
    return made


@pytest.mark.parametrize(("days", "fresh"), [(0, True), (31, True), (32, False)])
def test_a_section_is_fresh_for_31_days(cast: Cast, days: int, fresh: bool):
    assert sites.is_fresh(mark(cast.school, days), TODAY) is fresh


@pytest.mark.parametrize(
    ("url", "fresh_on", "field"),
    [
        ("C:\\раздел.html", TODAY, "url"),
        ("school3", TODAY, "url"),
        ("https://" + "a" * 300 + ".ru", TODAY, "url"),
        (URL, date(2026, 5, 15), "fresh_on"),
        (URL, date(2024, 5, 15), "fresh_on"),
    ],
)
def test_what_cannot_be_is_refused_by_name(cast: Cast, url, fresh_on, field):
    with pytest.raises(InvalidInputError) as refused:
        sites.mark_site(cast.school, url, has_calendar=True, fresh_on=fresh_on, actor=None)
    assert refused.value.field == field


def test_whom_to_call_comes_first(cast: Cast):
    silent = make_school(cast.municipality, "Школа № 5")
    mark(cast.school, 3)
    mark(cast.neighbour_school, 40)
    lines = sites.site_lines([cast.region.scope], TODAY)
    assert [line.school for line in lines] == [silent, cast.neighbour_school, cast.school]
    assert [line.is_fresh for line in lines] == [False, False, True]
    assert [line.school for line in sites.site_lines([cast.neighbour_municipality.scope], TODAY)] == [
        cast.neighbour_school
    ]


def test_a_school_is_reminded_and_not_once_it_has_renewed(cast: Cast):
    def heard(day: date) -> list[str]:
        remind(SITE_STALE, cast.region, day)
        wanted = select(Notice).where(Notice.user_id == cast.school_admin.id, Notice.kind == SITE_STALE.key)
        return [one.subject for one in db.session.scalars(wanted)]

    mark(cast.school, 20)
    assert heard(TODAY) == []
    assert len(heard(TODAY + timedelta(days=8))) == 1
    assert len(heard(TODAY + timedelta(days=9))) == 1
    assert len(heard(TODAY + timedelta(days=12))) == 2
    mark(cast.school)
    assert len(heard(TODAY + timedelta(days=13))) == 2


def test_the_pages(as_user, cast: Cast):
    client, address = as_user(cast.teacher), f"/calendar/sites/{cast.school.id}"
    assert client.get(address).status_code == 200
    said = {"url": URL, "has_calendar": "y", "fresh_on": "10.05.2026"}
    assert client.post(address, data=said).status_code == 303
    assert "обновлён 10\xa0мая" in client.get(address).text
    assert client.post(address, data={**said, "url": "нет"}).status_code == 400
    assert client.post(address, data={**said, "fresh_on": "31.02.2026"}).status_code == 400
    desk = as_user(cast.coordinator)
    assert "у 1 из 1 " in desk.get("/calendar/sites").text.replace("\xa0", " ")
    assert "Школа № 8" not in desk.get("/calendar/sites").text
    assert URL in desk.get("/calendar/sites?format=csv").data.decode("utf-8-sig")
    assert as_user(cast.neighbour_teacher).get(address).status_code == 404
