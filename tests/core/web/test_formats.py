"""Numbers and dates as people write them; the figures are those of the region's founding documents."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask, g

from orientir.i18n import plural
from orientir.web import formats


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (27, "27"), (999, "999"), (1234, "1 234"), (58834, "58 834"), (47068, "47 068"), (1234567, "1 234 567"),
     (None, "")],
)  # fmt: skip
def test_thousands_stand_apart_and_never_break(value: int | None, written: str):
    assert formats.number(value) == written.replace(" ", "\u00a0")


def test_graduates_of_both_grades_add_up():
    assert formats.number(35_786 + 23_048) == "58\u00a0834"
    assert formats.number(math.ceil(Fraction(80, 100) * 58_834)) == "47\u00a0068"  # the target of 80 % in people


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (Fraction(7298, 58834), "12,4 %"),
        (0.675, "67,5 %"),
        (Fraction(18, 27), "66,7 %"),
        (Decimal("0.8"), "80,0 %"),
        (0, "0,0 %"),
        (1, "100,0 %"),
        (Fraction(28, 27), "103,7 %"),
        (None, ""),
    ],
)
def test_shares_have_one_digit_and_a_comma(share, written: str):
    assert formats.percent(share) == written.replace(" ", "\u00a0")


def test_halves_are_rounded_up_as_on_paper():
    assert formats.percent(Fraction(1245, 10000)) == "12,5\u00a0%"
    assert formats.percent(0.0005) == "0,1\u00a0%"
    assert formats.percent(Fraction(1, 8), digits=0) == "13\u00a0%"


def test_almost_all_is_shown_with_the_digits_asked_for():
    assert formats.percent(Fraction(799, 1000)) == "79,9\u00a0%"


@pytest.mark.parametrize(("start", "written"), [(2025, "2025/26"), (1999, "1999/00")])
def test_an_academic_year(start: int, written: str):
    assert formats.academic_year(start) == written


class TestMoments:
    @pytest.fixture(autouse=True)
    def at_the_region(self):
        with Flask(__name__).app_context():
            g.timezone = "Asia/Irkutsk"
            yield

    def test_a_day_and_its_month_stay_together(self):
        assert formats.day(date(2026, 5, 14)) == "14\u00a0мая"

    def test_a_full_date_names_the_day_of_the_week(self):
        assert formats.day_full(date(2026, 5, 14)).replace("\u00a0", " ") == "чт, 14 мая 2026"

    def test_a_moment_is_shown_in_the_time_of_the_region(self):
        assert formats.moment(datetime(2026, 5, 14, 18, 30, tzinfo=UTC)).replace("\u00a0", " ") == "15 мая, 02:30"

    def test_the_day_of_a_moment_is_that_of_the_region(self):
        assert formats.day(datetime(2026, 5, 14, 16, 0, tzinfo=UTC)) == "15\u00a0мая"


@pytest.mark.parametrize(
    ("count", "word"),
    [(0, "учеников"), (1, "ученик"), (2, "ученика"), (5, "учеников"), (11, "учеников"), (12, "учеников"),
     (21, "ученик"), (24, "ученика"), (111, "учеников"), (58834, "ученика")],
)  # fmt: skip
def test_the_word_after_a_number_has_its_form(count: int, word: str):
    assert plural(count, "ученик|ученика|учеников") == word
