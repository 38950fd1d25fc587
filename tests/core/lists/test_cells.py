"""What people write into cells."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.lists.cells import read_count, read_day, read_hour, read_part, read_year


@pytest.mark.parametrize(
    "typed",
    ["20.09.2025", "20.9.25", "20/09/2025", "2025-09-20", "2025-09-20 00:00:00", "20 сентября 2025 г.",
     "20 Сентября 2025", "45920", "20.09.2025 00:00", "20.09.2025 г."],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(typed: str):
    assert read_day(typed) == date(2025, 9, 20)


def test_may_and_march_are_two_months():
    assert read_day("1 мая 2026") == date(2026, 5, 1)
    assert read_day("1 марта 2026") == date(2026, 3, 1)


@pytest.mark.parametrize(("typed", "year"), [("2025/26", 2025), ("2025-2026 уч. год", 2025), ("2025", 2025)])
def test_a_year_is_read_as_people_write_it(typed: str, year: int):
    assert read_year(typed) == year


@pytest.mark.parametrize(
    ("typed", "count"), [("27", 27), ("27,0", 27), ("27.0", 27), ("1 234", 1234), ("1\u00a0234", 1234)]
)
def test_a_count_is_read_as_people_write_it(typed: str, count: int):
    assert read_count(typed) == count


@pytest.mark.parametrize("typed", ["-", "—", "нет", "Нет", "н/д"])
def test_a_dash_is_nobody_of_a_part_and_no_number_of_all(typed: str):
    assert read_part(typed) == 0
    with pytest.raises(InvalidInputError, match="пусто — это не ноль"):
        read_count(typed)


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (read_count, "67,5"), (read_count, "1 234,5"), (read_count, "-5"), (read_count, "=cmd"), (read_count, "9" * 50),
        (read_part, "двое"), (read_day, "31.02.2025"), (read_day, "20.13.2025"), (read_day, "1 мартобря 2025"),
        (read_day, "99999"), (read_day, "вчера"), (read_year, "2025/27"), (read_year, "1999/00"), (read_year, "год"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_remedy(read: Callable[[str], Any], typed: str):
    with pytest.raises(InvalidInputError):
        read(typed)


HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        "{}",
        "%s",
        "\0",
        "\u202e27",
        "x" * 1_000_000,
        "1 234,5",
        "нет",
        "-",
        "\u00a0",
        "=cmd|' /C calc'!A0",
        "²",
        "٣",
        "0" * 5000,
    ]
)


@given(HOSTILE)
def test_no_words_break_a_parser(typed: str):
    for read in (read_count, read_part, read_day, read_year):
        with suppress(InvalidInputError):
            read(typed)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("9:05", time(9, 5)), ("10.30", time(10, 30)), ("10:30:00", time(10, 30)), ("0.30", time(0, 30)),
        ("0.4375", time(10, 30)), ("0,4375", time(10, 30)), ("0.5", time(12)), ("0.99999", time(0)),
    ],
)  # fmt: skip
def test_hours_are_read(typed: str, hour: time):
    assert read_hour(typed) == hour


@pytest.mark.parametrize("typed", ["утром", "25:00", "10:60", "1.5", "-0.5", "nan", "", "0.4375.1"])
def test_other_hours_are_refused(typed: str):
    with pytest.raises(InvalidInputError, match="10:00"):
        read_hour(typed)
