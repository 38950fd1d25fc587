"""Accounts that look like several people, and browsers in words: rules alone, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.accounts.devices import device_words
from orientir.accounts.sharing import Visit, is_office, looks_shared, most_at_once

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
PERSON, OFFICE = "zoya.pavlovna@example.org", "school3@example.org"


def visit(ago: float, hours: float = 1) -> Visit:
    started = NOW - timedelta(hours=ago)
    return Visit(started, started + timedelta(hours=hours))


def test_a_computer_and_a_phone_are_one_person():
    assert not looks_shared(PERSON, [visit(2), visit(1.5)], NOW)


def test_three_places_at_one_moment_are_hardly_one():
    assert looks_shared(PERSON, [visit(2), visit(1.8), visit(1.5)], NOW)


def test_one_after_the_other_is_no_sign():
    assert not looks_shared(PERSON, [visit(hours * 2 + 1) for hours in range(40)], NOW)


def test_a_mailbox_of_an_office_in_two_places_is_one():
    assert looks_shared(OFFICE, [visit(2), visit(1.5)], NOW)
    assert not looks_shared(OFFICE, [visit(4), visit(1.5)], NOW)


def test_a_mailbox_of_an_office_with_many_sign_ins_is_one():
    assert looks_shared(OFFICE, [visit(hours * 3 + 1) for hours in range(12)], NOW)


def test_what_was_long_ago_is_forgotten():
    assert not looks_shared(PERSON, [visit(24 * 20), visit(24 * 20), visit(24 * 20)], NOW)


@pytest.mark.parametrize("email", ["school3@x.ru", "school-3@x.ru", "mbou_sosh12@x.ru", "info@x.ru", "Licey1@x.ru"])
def test_addresses_of_offices(email: str):
    assert is_office(email)


@pytest.mark.parametrize("email", ["petrova@x.ru", "schooler@x.ru", "infanta@x.ru", "maria.school@x.ru", "", "@"])
def test_addresses_of_people(email: str):
    assert not is_office(email)


@given(st.lists(st.builds(visit, st.floats(0, 400), st.floats(0, 30)), max_size=12))
def test_at_once_is_never_more_than_there_are(visits: list[Visit]):
    assert (1 if visits else 0) <= most_at_once(visits) <= len(visits)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
         "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 YaBrowser/24.1 Safari/537.36",
         "Яндекс Браузер, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
         "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604",
         "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("", ""),
        ("curl/8.0", ""),
    ],
)  # fmt: skip
def test_a_browser_in_words(agent: str, words: str):
    assert device_words(agent) == words


@given(st.text(max_size=2000))
def test_whatever_a_browser_says_fits_the_column(agent: str):
    assert len(device_words(agent)) <= 60
