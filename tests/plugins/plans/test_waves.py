"""A wave: draft → open → closed, and what closing leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_user
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.coverage.models import Fact
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir_plans.models import Wave
from orientir_plans.queries import class_progress, school_share
from orientir_plans.services import WavePlan, add_wave, close_overdue, close_wave, open_wave
from orientir_plans.sittings import send
from orientir_plans.versions import current_version

SignedInAs = Callable[[User], FlaskClient]


def a_wave(cast: Cast, first: date, last: date, grades: tuple[int, ...] = (9, 11, 12)) -> Wave:
    return add_wave(cast.region, current_version(), WavePlan(first, last, grades), actor=None)


def test_it_refuses_a_last_day_before_the_first(cast: Cast) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        a_wave(cast, date(2026, 5, 22), date(2026, 5, 4))
    assert refusal.value.field == "closes_on"


def test_it_refuses_two_academic_years(cast: Cast) -> None:
    with pytest.raises(InvalidInputError):
        a_wave(cast, date(2026, 8, 20), date(2026, 9, 20))


def test_it_opens_once(cast: Cast, wave: Wave) -> None:
    with pytest.raises(ConflictError):
        open_wave(wave, actor=None)


def test_it_does_not_open_after_its_last_day(cast: Cast) -> None:
    made = a_wave(cast, date(2026, 4, 1), date(2026, 4, 20))
    with pytest.raises(InvalidInputError):
        open_wave(made, actor=None)


def test_it_uses_the_same_version_until_the_questionnaire_changes(cast: Cast) -> None:
    assert current_version().id == current_version().id


def test_closing_writes_one_fact_per_class_and_moves_no_figure(cast: Cast, wave: Wave, codes: list[str], ready) -> None:
    for code in codes[:3]:
        draft = ready(code)
        send(slip_id_of(code), code, draft.send_id)
    db.session.commit()

    assert close_wave(wave, actor=cast.operator.id) == 3

    facts = db.session.scalars(select(Fact)).all()
    assert [(fact.class_id, fact.people) for fact in facts] == [(cast.school_class.id, 3)]


def test_the_clock_closes_a_wave_whose_last_day_is_over(wave: Wave) -> None:
    close_overdue()
    assert wave.is_open
    with time_machine.travel("2026-05-22T15:59:00+00:00"):  # one minute before midnight in Irkutsk
        close_overdue()
    assert wave.is_open
    with time_machine.travel("2026-05-22T16:00:00+00:00"):
        close_overdue()
    assert not wave.is_open


def test_the_operator_plans_and_opens_a_wave_on_pages(cast: Cast, as_user: SignedInAs) -> None:
    operator = as_user(cast.operator)
    form = {"opens_on": "2026-05-14", "closes_on": "22.05.2026", "grades": ["9", "11"], "target_percent": "80"}
    made = operator.post("/plans/new", data=form)
    assert made.status_code == 303

    operator.post(f"{made.location}/open")

    assert "идёт до" in operator.get(made.location).text.replace("\xa0", " ")
    assert db.session.scalars(select(Wave)).one().grades == [9, 11, 12]


def test_an_operator_of_a_smaller_branch_plans_nothing_for_the_region(cast: Cast, as_user: SignedInAs) -> None:
    local = make_user(Role.OPERATOR, cast.municipality.scope)
    browser = as_user(local)
    assert browser.get("/plans/new").status_code == 404
    assert "Новая волна" not in browser.get("/plans/").text.replace("\xa0", " ")


def test_a_wave_of_the_ninth_grades_shows_and_counts_only_them(cast: Cast) -> None:
    make_class(cast.school, 11, total=25)
    wave = a_wave(cast, date(2026, 5, 4), date(2026, 5, 22), grades=(9,))
    progress = class_progress(wave, cast.school)
    assert [one.title for one in progress] == ["9«А»"]
    assert school_share(progress).base == 27


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("opens_on", "31.02.2026", "1.05.2026"),
        ("opens_on", "", "1.05.2026"),
        ("closes_on", "2026-05-01", "раньше"),
        ("grades", [], "Отметьте"),
        ("grades", "7", "Выберите из показанных"),
        ("target_percent", "140", "Не больше 100"),
        ("target_percent", "нет", "цифрами"),
        ("target_percent", "67,5", "целыми"),
    ],
)
def test_bad_input_gets_a_clear_word(
    cast: Cast, as_user: SignedInAs, field: str, value: str | list[str], word: str
) -> None:
    form = {"opens_on": "2026-05-14", "closes_on": "2026-05-22", "grades": ["9"], "target_percent": "80", field: value}
    answer = as_user(cast.operator).post("/plans/new", data=form)
    assert answer.status_code == 400
    assert word in answer.text
    assert not db.session.scalars(select(Wave)).all()


def slip_id_of(code: str) -> int:
    from orientir.codes.services import find

    found = find(code, date(2026, 5, 14))
    assert found
    return int(found.owner)
