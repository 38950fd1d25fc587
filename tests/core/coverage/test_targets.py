"""The target of a year is set on the page it is shown on; what nothing was counted for takes no room."""

from __future__ import annotations

from fractions import Fraction

import pytest
from orientir_testkit.cast import YEAR, Cast

from orientir.coverage.queries import share_of
from orientir.coverage.shares import Share

TRIAL = "fair.trial"


def page(cast: Cast, activity: str = TRIAL) -> str:
    return f"/coverage/{activity}/region/{cast.region.id}"


@pytest.mark.parametrize(
    ("typed", "share"), [("65", "65/100"), ("67,5 %", "675/1000"), ("0.25", "25/10000"), ("100", "1")]
)
def test_a_target_is_set_as_people_write_it(as_user, cast: Cast, typed: str, share: str):
    client = as_user(cast.operator)
    assert client.post(f"{page(cast)}/target", data={"percent": typed}).status_code == 303
    assert share_of(TRIAL, YEAR, cast.school.scope).target == Fraction(share)
    assert "Изменить цель" in client.get(page(cast)).text


@pytest.mark.parametrize("typed", ["", "много", "0", "101", "-5", "67,555", "6 5", "1e1"])
def test_what_is_no_share_is_refused_in_a_word(as_user, cast: Cast, typed: str):
    answer = as_user(cast.operator).post(f"{page(cast)}/target", data={"percent": typed})
    assert answer.status_code == 400
    assert 'id="percent-error"' in answer.text
    assert share_of(TRIAL, YEAR, cast.school.scope).target is None


def test_another_year_has_its_own(as_user, cast: Cast):
    client = as_user(cast.operator)
    assert client.post(f"{page(cast)}/target?year={YEAR - 1}", data={"percent": "50"}).status_code == 303
    assert share_of(TRIAL, YEAR, cast.school.scope).target is None
    assert share_of(TRIAL, YEAR - 1, cast.school.scope).target == Fraction(1, 2)


@pytest.mark.parametrize("who", ["coordinator", "teacher", "observer"])
def test_others_see_and_do_not_set(as_user, cast: Cast, who: str):
    answer = as_user(getattr(cast, who)).post(f"{page(cast)}/target", data={"percent": "50"})
    assert answer.status_code in (403, 404)
    assert "Задать цель" not in as_user(cast.observer).get(page(cast)).text


def test_an_activity_that_is_not_there(as_user, cast: Cast):
    assert as_user(cast.operator).post(f"{page(cast, 'no.such')}/target", data={"percent": "50"}).status_code == 404


@pytest.mark.parametrize(
    ("share", "idle"),
    [
        (Share(0, 20), True),
        (Share(0, None), True),
        (Share(0, 20, Fraction(1, 2)), False),
        (Share(3, 20, participations=3), False),
        (Share(0, 20, uncounted=4), False),
    ],
)
def test_idle_is_what_was_neither_counted_nor_planned(share: Share, idle: bool):
    assert share.is_idle is idle


def test_pages_name_it_and_draw_nothing(as_user, cast: Cast):
    text = as_user(cast.teacher).get(f"/organisations/{cast.school.id}/figures").text
    assert "Пока без отметок и без цели" in text
    assert text.count('class="measure"') == 0
    client = as_user(cast.operator)
    client.post(f"{page(cast)}/target", data={"percent": "65"})
    text = client.get("/coverage/").text
    assert "цель 65\xa0%" in text
