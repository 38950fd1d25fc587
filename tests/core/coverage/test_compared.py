"""Shares by levels of education and beside the period before, against a count by hand."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_class

from orientir.coverage.compared import level_lines, period_lines
from orientir.coverage.queries import shares
from orientir.db import db

A_YEAR_AGO = date(2025, 3, 10)


@pytest.fixture
def reached(cast: Cast, desk) -> Cast:
    """9«А» 19 of 27, 11«А» 5 of 20, 9«Б» of the neighbours 20 of 20, 10«В» without a headcount 7."""
    eleventh = make_class(cast.school, 11, total=20)
    unknown = make_class(cast.school, 10, "В", total=None)
    db.session.commit()
    for school_class, people in (
        (cast.school_class, 19), (eleventh, 5), (cast.neighbour_class, 20), (unknown, 7),
    ):  # fmt: skip
        desk.party(school_class, people, activity="fair.trial")
    return cast


def told(lines) -> list[tuple[str, int, int | None, int, int]]:
    return [
        (line.title, line.share.covered, line.share.base, line.share.uncounted, line.share.missing_classes)
        for line in lines
    ]


BASIC, SECONDARY = "основное общее образование (ООО)", "среднее общее образование (СОО)"


def test_each_level_has_its_own_people(reached: Cast, activity):
    lines = level_lines(activity("trial"), 2025, reached.region.scope)
    assert told(lines) == [(BASIC, 39, 47, 0, 0), (SECONDARY, 5, 20, 7, 1)]
    total = shares(activity("trial"), 2025, reached.region.scope).total
    assert sum(line.share.covered for line in lines) == total.covered
    assert sum(line.share.base for line in lines) == total.base


def test_a_branch_has_its_own_levels(reached: Cast, activity):
    lines = level_lines(activity("trial"), 2025, reached.neighbour_school.scope)
    assert told(lines) == [(BASIC, 20, 20, 0, 0)]


def test_grown_ups_have_no_level(reached: Cast, activity):
    assert level_lines(activity("course"), 2025, reached.region.scope) == []


def test_the_period_before_is_counted_by_the_same_rule(reached: Cast, desk, activity):
    before = make_class(reached.school, 8, year=2024, total=25)
    db.session.commit()
    desk.party(before, 10, activity="fair.trial", period=2024, on_date=A_YEAR_AGO)
    lines = period_lines(activity("trial"), 2025, reached.region.scope)
    assert [(line.title, line.share.covered, line.share.base) for line in lines] == [
        ("2025/26", 44, 67),
        ("2024/25", 10, 25),
    ]


def test_the_page_has_them_for_who_asks(reached: Cast, as_user, count_queries):
    page = f"/coverage/fair.trial/region/{reached.region.id}"
    browser = as_user(reached.operator)
    assert "compare=1" in browser.get(page).text
    text = browser.get(f"{page}?compare=1").text
    for words in (BASIC, "2024/25", "table=levels"):
        assert words in text, words
    counts = []
    for letter in "ГДЕ":
        make_class(reached.school, 7, letter, total=20)
        db.session.commit()
        with count_queries() as seen:
            browser.get(f"{page}?compare=1")
        counts.append(seen.count)
    assert len(set(counts)) == 1
    table = browser.get(f"{page}?format=csv&table=levels").data.decode("utf-8-sig")
    assert BASIC in table
