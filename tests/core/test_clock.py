"""Academic years and the region's calendar day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from orientir import clock
from orientir.clock import AcademicYear


@pytest.mark.parametrize(
    ("day", "start"),
    [(date(2025, 8, 31), 2024), (date(2025, 9, 1), 2025), (date(2026, 1, 1), 2025), (date(2026, 8, 31), 2025)],
)
def test_a_year_begins_on_the_first_of_september(day: date, start: int):
    assert AcademicYear.of(day) == AcademicYear(start)


@pytest.mark.parametrize(("start", "written"), [(2025, "2025/26"), (2009, "2009/10"), (1999, "1999/00")])
def test_a_year_is_written_with_two_digits_of_the_next(start: int, written: str):
    assert str(AcademicYear(start)) == written


def test_dates_of_headcounts_fall_inside_the_year():
    year = AcademicYear(2025)
    assert year.on(9, 20) == date(2025, 9, 20)
    assert year.on(5, 1) == date(2026, 5, 1)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_every_day_lies_in_its_year(day: date):
    year = AcademicYear.of(day)
    assert year.first_day <= day <= year.last_day


def test_the_present_moment_is_aware():
    assert clock.now().tzinfo is UTC


def test_a_deadline_ends_at_the_midnight_of_the_region():
    with time_machine.travel(datetime(2026, 5, 22, 15, 59, tzinfo=UTC), tick=False):
        assert clock.today("Asia/Irkutsk") == date(2026, 5, 22)
    with time_machine.travel(datetime(2026, 5, 22, 16, 0, tzinfo=UTC), tick=False):
        assert clock.today("Asia/Irkutsk") == date(2026, 5, 23)
        assert clock.today("Europe/Moscow") == date(2026, 5, 22)
