"""Dates by repetition: what people type, every day of it and no other, and what cannot be."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir_trials.repetition import MOST_DATES, Repetition, read_times

ZONE = "Asia/Irkutsk"
MONDAY = date(2026, 5, 18)


def repetition(**values):
    given_ = {
        "first_day": MONDAY,
        "last_day": MONDAY + timedelta(13),
        "weekdays": frozenset({0, 2}),
        "times": (time(10), time(14)),
        "minutes": 90,
    }
    return Repetition(**{**given_, **values})


def test_two_weeks_of_mondays_and_wednesdays_twice_a_day_are_eight_dates():
    made = repetition().occasions(ZONE)
    assert len(made) == 8
    assert [one.starts_at.date() for one in made[::2]] == [MONDAY + timedelta(days) for days in (0, 2, 7, 9)]
    assert {one.starts_at.hour for one in made} == {10, 14}
    assert {one.ends_at - one.starts_at for one in made} == {timedelta(minutes=90)}
    assert made[0].starts_at.utcoffset() == timedelta(hours=8)


def test_one_day_needs_no_day_of_the_week():
    assert len(repetition(last_day=MONDAY, weekdays=frozenset({5})).occasions(ZONE)) == 2


def test_no_day_ticked_is_every_day():
    assert len(repetition(weekdays=frozenset(), last_day=MONDAY + timedelta(4)).occasions(ZONE)) == 10


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"last_day": MONDAY - timedelta(1)}, "last_day"),
        ({"last_day": MONDAY + timedelta(400)}, "last_day"),
        ({"last_day": MONDAY + timedelta(60), "weekdays": frozenset()}, "last_day"),
        ({"last_day": MONDAY + timedelta(1), "weekdays": frozenset({5})}, "weekdays"),
        ({"times": ()}, "times"),
        ({"times": (time(10), time(11))}, "times"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": 1000}, "minutes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(values, field):
    with pytest.raises(InvalidInputError) as refused:
        repetition(**values).occasions(ZONE)
    assert refused.value.field == field


def test_a_late_one_that_runs_into_the_next_morning_is_refused():
    with pytest.raises(InvalidInputError, match="накладываются"):
        repetition(weekdays=frozenset(), times=(time(6), time(23)), minutes=500).occasions(ZONE)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10:00, 14:30", (time(10), time(14, 30))),
        ("9.00 12-15", (time(9), time(12, 15))),
        ("9;10", (time(9), time(10))),
        ("", ()),
    ],
)
def test_times_are_read_as_people_type_them(typed, read):
    assert read_times(typed) == read


@pytest.mark.parametrize("typed", ["25:00", "10:60", "десять", "10:0a", "１０:００", "10:00-11:30", "²:00"])
def test_what_is_no_time_is_named(typed):
    with pytest.raises(InvalidInputError, match="Не понял время") as refused:
        read_times(typed)
    assert refused.value.field == "times"


@given(st.text(max_size=30))
def test_anything_typed_is_read_or_refused(typed):
    with suppress(InvalidInputError):
        assert all(isinstance(one, time) for one in read_times(typed))


@given(
    days=st.integers(0, 40),
    weekdays=st.frozensets(st.integers(0, 6)),
    times=st.lists(st.times(), max_size=4, unique=True),
    minutes=st.integers(0, 800),
)
def test_every_day_that_was_asked_for_and_no_other(days, weekdays, times, minutes):
    wanted = repetition(
        last_day=MONDAY + timedelta(days), weekdays=weekdays, times=tuple(t.replace(tzinfo=None) for t in times),
        minutes=minutes,
    )  # fmt: skip
    try:
        made = wanted.occasions(ZONE)
    except InvalidInputError:
        return
    assert 0 < len(made) <= MOST_DATES
    every = [MONDAY + timedelta(one) for one in range(days + 1)]
    chosen = [day for day in every if not weekdays or not days or day.weekday() in weekdays]
    assert {one.starts_at.date() for one in made} == set(chosen)
    assert len(made) == len(chosen) * len(set(times))
    assert not any(one.meets(other) for one in made for other in made if one is not other)
