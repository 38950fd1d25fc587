"""Slips of a class: as many as students, 10 % to spare, the same codes on every printing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class

from orientir.accounts.models import User
from orientir.codes.digits import is_plausible
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir_plans.models import Wave
from orientir_plans.queries import unused_slips
from orientir_plans.services import codes_of, issue_slips, slip_limit

SignedInAs = Callable[[User], FlaskClient]


@pytest.mark.parametrize(("headcount", "limit"), [(27, 30), (30, 33), (4, 5), (1, 2), (0, 0)])
def test_the_limit_is_a_tenth_above_the_headcount_rounded_up(headcount: int, limit: int) -> None:
    assert slip_limit(headcount) == limit


def test_every_student_gets_one_and_a_second_click_adds_none(cast: Cast, wave: Wave) -> None:
    assert issue_slips(wave, cast.school_class, actor=None) == 27
    assert issue_slips(wave, cast.school_class, actor=None) == 0


def test_codes_are_different_plausible_and_the_same_next_time(cast: Cast, wave: Wave, codes: list[str]) -> None:
    assert len(set(codes)) == 27
    assert all(is_plausible(code) for code in codes)
    assert codes_of(unused_slips(wave, cast.school_class.id)) == codes


def test_spare_slips_need_a_reason_and_end_at_the_limit(cast: Cast, wave: Wave, codes: list[str]) -> None:
    with pytest.raises(InvalidInputError) as no_reason:
        issue_slips(wave, cast.school_class, more=1, actor=None)
    assert no_reason.value.field == "reason"
    assert issue_slips(wave, cast.school_class, more=3, reason="lost", actor=None) == 3
    with pytest.raises(InvalidInputError) as too_many:
        issue_slips(wave, cast.school_class, more=1, reason="lost", actor=None)
    assert too_many.value.field == "more"


def test_a_class_without_a_headcount_gets_none(cast: Cast, wave: Wave) -> None:
    bare = make_class(cast.school, 11, total=None)
    with pytest.raises(InvalidInputError):
        issue_slips(wave, bare, actor=None)


def test_other_grades_get_none(cast: Cast, wave: Wave) -> None:
    with pytest.raises(MissingError):
        issue_slips(wave, make_class(cast.school, 8), actor=None)


def test_the_teacher_prints_and_a_get_changes_nothing(
    cast: Cast, wave: Wave, codes: list[str], as_user: SignedInAs
) -> None:
    teacher = as_user(cast.teacher)
    page = teacher.get(f"/plans/{wave.id}/classes/{cast.school_class.id}")
    assert "Распечатать" in page.text

    sheet = teacher.get(f"/plans/{wave.id}/classes/{cast.school_class.id}/slips.pdf")

    assert sheet.status_code == 200
    assert sheet.data.startswith(b"%PDF")
    assert codes_of(unused_slips(wave, cast.school_class.id)) == codes


def test_a_neighbour_does_not_find_the_class(cast: Cast, wave: Wave, codes: list[str], as_user: SignedInAs) -> None:
    neighbour = as_user(cast.neighbour_teacher)
    for path in ("", "/slips.pdf"):
        assert neighbour.get(f"/plans/{wave.id}/classes/{cast.school_class.id}{path}").status_code == 404
    assert neighbour.post(f"/plans/{wave.id}/classes/{cast.school_class.id}/slips").status_code == 404


def test_an_observer_sees_and_does_not_print(cast: Cast, wave: Wave, codes: list[str], as_user: SignedInAs) -> None:
    observer = as_user(cast.observer)
    assert observer.get(f"/plans/{wave.id}/classes/{cast.school_class.id}").status_code == 200
    assert observer.get(f"/plans/{wave.id}/classes/{cast.school_class.id}/slips.pdf").status_code == 403


@pytest.mark.parametrize(
    ("more", "word"), [("270", "Не больше 60"), ("0", "Не меньше 1"), ("", "цифрами"), ("1,5", "целыми")]
)
def test_bad_numbers_of_spare_slips_are_refused_in_words(
    cast: Cast, wave: Wave, codes: list[str], as_user: SignedInAs, more: str, word: str
) -> None:
    address = f"/plans/{wave.id}/classes/{cast.school_class.id}/spare"
    answer = as_user(cast.teacher).post(address, data={"more": more, "reason": "lost"})
    assert answer.status_code == 400
    assert word in answer.text
    assert len(unused_slips(wave, cast.school_class.id)) == 27


def test_the_class_page_asks_the_same_number_of_questions_for_one_class_and_three(
    cast: Cast, wave: Wave, as_user: SignedInAs, count_queries
) -> None:
    teacher = as_user(cast.teacher)
    address = f"/plans/{wave.id}/organisations/{cast.school.id}"
    teacher.get(address)
    with count_queries() as one:
        assert teacher.get(address).status_code == 200
    for letter in "БВ":
        issue_slips(wave, make_class(cast.school, 9, letter), actor=None)
    db.session.commit()
    with count_queries() as three:
        assert "9«В»" in teacher.get(address).text
    assert three.count == one.count
