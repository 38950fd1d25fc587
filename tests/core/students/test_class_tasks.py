"""The page of a class says in one view where it stands and what is left to do."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.plugins import make_plugin

from orientir.contracts import Activity
from orientir.coverage import services as coverage
from orientir.coverage.evidence import Entry, Seat, Source
from orientir.db import db
from orientir.organisations.services import add_headcount
from orientir.students import cards, services
from orientir.students.queries import find_number


@pytest.fixture
def plugins() -> dict[str, object]:
    visit = Activity("fair.visit", "Ярмарка", headcount_month=5, headcount_day=1)
    activities = (visit, Activity("fair.exam", "Пробный экзамен", grades=(11,)))
    return {"fair": make_plugin("fair", brings={"activities": activities})}


def page_of(client: FlaskClient, cast: Cast) -> str:
    text = client.get(f"/classes/{cast.school_class.id}").text
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_it_says_what_is_left_and_stops_saying_it(as_user, cast: Cast):
    boss = as_user(cast.school_admin)
    services.open_numbers(cast.school_class, 25, actor=None)
    page = page_of(boss, cast)
    for words in ("нет числа учеников на 1 мая", "номеров не хватает", "учеников без карточек", "ещё не переведён"):
        assert words in page
    add_headcount(cast.school_class, date(2026, 5, 1), 25, actor=None)
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    page = page_of(boss, cast)
    for words in ("нет числа учеников", "номеров не хватает", "без карточек"):
        assert words not in page
    assert "карточки есть у всех: 25" in page


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
def test_each_sees_only_what_they_may_do(as_user, cast: Cast):
    assert "ещё не переведён" not in page_of(as_user(cast.teacher), cast)
    assert "Что сделать" not in page_of(as_user(cast.observer), cast)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
def test_nobody_is_urged_to_give_cards_to_small_children(as_user, cast: Cast):
    one = make_class(cast.school, 1)
    services.open_numbers(one, 27, actor=None)
    db.session.commit()
    assert "без карточек" not in as_user(cast.teacher).get(f"/classes/{one.id}").text


def test_it_shows_the_participation_of_the_class(as_user, cast: Cast):
    services.open_numbers(cast.school_class, 3, actor=None)
    seat = find_number(cast.school_class, 2)
    coverage.record(Entry("fair.visit", 2025, date(2026, 5, 10), Seat(seat.id), Source("fair", "1")))
    db.session.commit()
    page = page_of(as_user(cast.teacher), cast)
    assert "Ярмарка, 2025/26" in page
    assert "1 из 27" in page
    assert "Пробный экзамен" not in page
