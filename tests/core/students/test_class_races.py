"""Two people at one class or one school at the same moment; without the lock, the harm shows."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from orientir_testkit import races
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.races import Act
from sqlalchemy import func, select

from orientir.clock import AcademicYear
from orientir.codes.models import Code
from orientir.db import db
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Headcount, Organisation, SchoolClass
from orientir.organisations.queries import classes_of
from orientir.students import cards, headcounts, moving, services
from orientir.students.headcounts import People, Row
from orientir.students.models import ClassMove, Student
from orientir.students.moving import Plan
from orientir.students.queries import numbers_of


def race(app: Flask, act: Act, rival: Act | None = None) -> str:
    """Return what the second of two writers got."""
    return races.race(app, act, rival, says=str)


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: nobody waits for anybody."""
    for module in (services, cards, moving):
        monkeypatch.setattr(module, "lock", lambda row: None)
    monkeypatch.setattr(headcounts, "_hold", lambda ids: None)


@pytest.fixture
def class_id(cast: Cast) -> int:
    services.open_numbers(cast.school_class, 3, actor=None)
    db.session.commit()
    return cast.school_class.id


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def of(class_id: int) -> SchoolClass:
    return db.session.get_one(SchoolClass, class_id)


# Moving on


def move_all(school_id: int) -> Act:
    def act() -> bool:
        school = db.session.get_one(Organisation, school_id)
        fates = {one.id: ClassName(10, 10, one.letter) for one in classes_of(school_id, 2025)}
        return moving.move_on(school, Plan(AcademicYear(2025), fates, (ClassName(1, 1, "А"),)), actor=None).is_empty

    return act


def test_two_who_move_the_school_at_once_move_it_once(app: Flask, cast: Cast, class_id: int):
    school_id = cast.school.id
    assert race(app, move_all(school_id)) == "True"
    assert count(ClassMove) == 1
    assert count(Student) == 6
    assert [one.title for one in classes_of(school_id, 2026)] == ["1«А»", "10«А»"]


@pytest.mark.parametrize("closing_first", [True, False])
def test_a_number_closed_during_the_move_is_closed_on_both_sides_or_refused(
    app: Flask, cast: Cast, class_id: int, closing_first: bool
):
    school_id = cast.school.id

    def close() -> object:
        return services.close_number(of(class_id), 2, actor=None).closed_on is not None

    acts = (close, move_all(school_id)) if closing_first else (move_all(school_id), close)
    ended = race(app, *acts)
    db.session.rollback()
    old = {one.number: one.closed_on for one in numbers_of(class_id)}
    new = {one.number: one.closed_on for one in numbers_of(classes_of(school_id, 2026)[-1].id)}
    assert old == new
    assert (old[2] is not None) == closing_first
    assert ended == ("False" if closing_first else "InvalidInputError")


# Cards


def living() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Code).where(Code.is_live)) or 0


def issue(class_id: int) -> Act:
    return lambda: cards.issue_cards(of(class_id), actor=None)


def reissue(class_id: int) -> Act:
    return lambda: cards.reissue_card(of(class_id), 2, "lost", seen=1, actor=None)


def close_two(class_id: int) -> Act:
    return lambda: services.close_number(of(class_id), 2, actor=None).number


def test_cards_issued_twice_at_once_are_issued_once(app: Flask, class_id: int):
    assert race(app, issue(class_id)) == "0"
    assert (count(Code), living()) == (3, 3)


def test_a_card_reported_lost_by_two_is_made_anew_once(app: Flask, class_id: int):
    cards.issue_cards(of(class_id), actor=None)
    assert race(app, reissue(class_id)) == "False"
    assert (count(Code), living()) == (4, 3)


@pytest.mark.parametrize("closing_first", [True, False])
def test_a_number_closed_while_cards_are_issued_keeps_none(app: Flask, class_id: int, closing_first: bool):
    acts = (close_two(class_id), issue(class_id)) if closing_first else (issue(class_id), close_two(class_id))
    race(app, *acts)
    assert living() == 2


@pytest.mark.parametrize("closing_first", [True, False])
def test_a_number_closed_while_its_card_is_made_anew_keeps_none(app: Flask, class_id: int, closing_first: bool):
    cards.issue_cards(of(class_id), actor=None)
    acts = (close_two(class_id), reissue(class_id)) if closing_first else (reissue(class_id), close_two(class_id))
    race(app, *acts)
    assert living() == 2


@pytest.mark.parametrize("engine_name", ["postgresql"])  # on SQLite one writer waits for the other in any case
def test_without_the_lock_a_closed_number_keeps_a_card(app: Flask, class_id: int, without_locks: None):
    assert race(app, close_two(class_id), issue(class_id)) == "3"
    assert living() == 3


# Headcounts


def write(class_id: int, other_id: int, total: int) -> Act:
    def act() -> int:
        rows = [Row(one, People(total), None) for one in (class_id, other_id)]
        return headcounts.write_headcounts([of(class_id), of(other_id)], date(2026, 5, 1), rows, actor=None)

    return act


def totals() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Headcount.total).where(Headcount.on_date == date(2026, 5, 1))))


def test_of_two_tables_saved_at_once_the_second_sees_the_first(app: Flask, cast: Cast, class_id: int):
    other_id = make_class(cast.school, 8).id
    acts = write(class_id, other_id, 26), write(class_id, other_id, 25)
    assert race(app, *acts) == "ChangedMeanwhileError"
    assert totals() == [26, 26]


@pytest.mark.parametrize("engine_name", ["postgresql"])  # on SQLite one writer waits for the other in any case
def test_without_the_lock_a_colleagues_number_is_overwritten_unseen(
    app: Flask, cast: Cast, class_id: int, without_locks: None
):
    other_id = make_class(cast.school, 8).id
    assert race(app, write(class_id, other_id, 26), write(class_id, other_id, 25)) == "2"
    assert totals() == [25, 25]
