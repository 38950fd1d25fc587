"""The school moves to the next year: whole classes keep numbers and cards, the past stays as it was."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.plugins import make_plugin
from sqlalchemy import func, select

from orientir.clock import AcademicYear
from orientir.codes.digits import grouped
from orientir.contracts import Activity
from orientir.coverage import rebuilding
from orientir.coverage import services as coverage
from orientir.coverage.evidence import Entry, Seat, Source
from orientir.coverage.queries import share_of
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.class_names import ClassName, normalise_class
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import classes_of
from orientir.students import cards, moving, services
from orientir.students.models import ClassMove, Student
from orientir.students.moving import Outcome, Plan
from orientir.students.queries import find_number, move_of, numbers_of
from orientir.students.seasons import Fate, guess, moving_from

YEAR = AcademicYear(2025)


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"activities": (Activity("fair.visit", "Ярмарка"),)})}


def plan(fates: dict[SchoolClass, str | None], *fresh: str) -> Plan:
    named = {one.id: normalise_class(name) if name else None for one, name in fates.items()}
    return Plan(YEAR, named, tuple(normalise_class(name) for name in fresh))


def move(cast: Cast, chosen: Plan) -> Outcome:
    done = moving.move_on(cast.school, chosen, actor=cast.school_admin.id)
    db.session.commit()
    return done


def new_class(cast: Cast, title: str) -> SchoolClass:
    db.session.expire_all()
    return next(one for one in classes_of(cast.school.id, 2026) if one.title == title)


def numbers(school_class: SchoolClass) -> dict[int, bool]:
    return {one.number: one.closed_on is None for one in numbers_of(school_class.id)}


# A whole class


def test_a_whole_class_takes_its_numbers_along_open_and_closed(cast: Cast, eight: SchoolClass):
    assert move(cast, plan({eight: "9А"})) == Outcome(whole=1, numbers=3, cards=3)
    assert numbers(new_class(cast, "9«А»")) == {1: True, 2: False, 3: True, 4: True}
    assert numbers(eight) == {1: True, 2: False, 3: True, 4: True}


def test_a_number_that_was_closed_is_given_to_nobody_in_the_next_year(cast: Cast, eight: SchoolClass):
    services.close_number(eight, 4, actor=None)
    move(cast, plan({eight: "9А"}))
    assert [one.number for one in services.add_numbers(new_class(cast, "9«А»"), actor=None)] == [5]


def test_the_card_of_last_year_opens_the_present_seat(cast: Cast, eight: SchoolClass, client: FlaskClient):
    code = cards.digits_of(numbers_of(eight.id))[3]
    move(cast, plan({eight: "9А"}))
    assert cards.digits_of(numbers_of(new_class(cast, "9«А»").id))[3] == code
    client.post("/code", data={"code": grouped(code)})
    assert "8«А», № 3" in client.get("/my").text
    with time_machine.travel("2026-09-01T10:00:00+08:00", tick=True):
        fresh = client.application.test_client()
        assert fresh.post("/code", data={"code": grouped(code)}).location == "/my"
        page = fresh.get("/my").text
    assert "9«А», № 3" in page
    assert "8«А», 2025/26" in page


def test_a_card_goes_on_year_after_year(cast: Cast, eight: SchoolClass, client: FlaskClient):
    code = cards.digits_of(numbers_of(eight.id))[3]
    move(cast, plan({eight: "9А"}))
    with time_machine.travel("2027-05-20T10:00:00+08:00", tick=True):
        moving.move_on(cast.school, Plan(AcademicYear(2026), {new_class(cast, "9«А»").id: ClassName(10, 10, "А")}),
                       actor=None)  # fmt: skip
        db.session.commit()
    with time_machine.travel("2027-11-20T10:00:00+08:00", tick=True):
        assert client.post("/code", data={"code": grouped(code)}).location == "/my"
        assert "10«А», № 3" in client.get("/my").text


def test_a_card_that_was_not_moved_on_ends_with_october(cast: Cast, eight: SchoolClass, client: FlaskClient):
    code = cards.digits_of(numbers_of(eight.id))[3]
    for day, status in (("2026-10-31", 303), ("2026-11-01", 400)):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=True):
            assert client.post("/code", data={"code": grouped(code)}).status_code == status


def test_a_card_lost_after_the_move_dies_with_all_its_years(cast: Cast, eight: SchoolClass, client: FlaskClient):
    code = cards.digits_of(numbers_of(eight.id))[3]
    move(cast, plan({eight: "9А"}))
    target = new_class(cast, "9«А»")
    assert cards.reissue_card(target, 3, "lost", seen=1, actor=None)
    db.session.commit()
    assert client.post("/code", data={"code": grouped(code)}).status_code == 400
    assert cards.digits_of(numbers_of(target.id))[3] != code


def test_the_list_of_a_class_that_moved_on_is_settled(cast: Cast, eight: SchoolClass):
    move(cast, plan({eight: "9А"}))
    for change in (
        lambda: services.close_number(eight, 3, actor=None),
        lambda: services.reopen_number(eight, 2, actor=None),
        lambda: services.add_numbers(eight, actor=None),
        lambda: cards.issue_cards(eight, actor=None),
        lambda: cards.reissue_card(eight, 3, "lost", seen=1, actor=None),
    ):
        with pytest.raises(InvalidInputError, match="переведён"):
            change()


# Leaving, merging, new classes


def test_a_class_that_leaves_has_no_next_one(cast: Cast):
    services.open_numbers(cast.school_class, 3, actor=None)
    assert move(cast, plan({cast.school_class: None})) == Outcome(leaving=1, leaving_numbers=3)
    found = move_of(cast.school_class.id)
    assert found is not None
    assert (found.next_id, found.keeps_numbers, found.moved_on) == (None, False, date(2026, 5, 14))
    with pytest.raises(InvalidInputError, match="выпущен"):
        services.add_numbers(cast.school_class, actor=None)


def test_classes_that_merge_get_new_numbers_and_cards(cast: Cast, client: FlaskClient):
    other = make_class(cast.school, 9, "Б")
    for one, upto in ((cast.school_class, 3), (other, 2)):
        services.open_numbers(one, upto, actor=None)
        cards.issue_cards(one, actor=None)
    assert move(cast, plan({cast.school_class: "10А", other: "10А"})) == Outcome(merging=2, merged=1)
    ten = new_class(cast, "10«А»")
    assert numbers(ten) == dict.fromkeys(range(1, 6), True)
    assert cards.digits_of(numbers_of(ten.id)) == {}
    assert {one.first_id for one in numbers_of(ten.id)} == {None}
    assert [one.keeps_numbers for one in db.session.scalars(select(ClassMove))] == [False, False]


def test_a_class_that_joins_one_with_numbers_leaves_them_alone(cast: Cast, eight: SchoolClass):
    there = make_class(cast.school, 9, "А", year=2026)
    services.open_numbers(there, 2, actor=None)
    assert move(cast, plan({eight: "9А"})) == Outcome(merging=1, merged=1)
    assert numbers(there) == {1: True, 2: True}


def test_an_empty_class_of_the_new_year_is_filled(cast: Cast, eight: SchoolClass):
    there = make_class(cast.school, 9, "А", year=2026, total=None)
    move(cast, plan({eight: "9А"}))
    assert find_number(there, 3).first_id == find_number(eight, 3).id


def test_new_first_grades_come_without_numbers(cast: Cast):
    assert move(cast, plan({}, "1А", "1Б", "1а")) == Outcome(fresh=2)
    assert [one.title for one in classes_of(cast.school.id, 2026)] == ["1«А»", "1«Б»"]


def test_a_list_longer_than_99_is_refused_before_anything_is_written(cast: Cast):
    other = make_class(cast.school, 9, "Б")
    for one in (cast.school_class, other):
        services.open_numbers(one, 60, actor=None)
    with pytest.raises(InvalidInputError, match="99"):
        moving.move_on(cast.school, plan({cast.school_class: "10А", other: "10А"}), actor=None)
    assert classes_of(cast.school.id, 2026) == []


def test_a_class_of_another_school_is_passed_over(cast: Cast):
    assert move(cast, plan({cast.neighbour_class: "10А"})).is_empty


# Once


def test_done_twice_changes_nothing(cast: Cast, eight: SchoolClass):
    chosen = plan({eight: "9А", cast.school_class: None}, "1А")
    move(cast, chosen)
    before = db.session.scalar(select(func.count()).select_from(Student)), len(classes_of(cast.school.id, 2026))
    assert move(cast, chosen).is_empty
    assert move(cast, plan({eight: "9Б", cast.school_class: "10А"})).is_empty
    assert before == (
        db.session.scalar(select(func.count()).select_from(Student)),
        len(classes_of(cast.school.id, 2026)),
    )


def test_what_was_left_for_later_can_be_moved_later(cast: Cast, eight: SchoolClass):
    move(cast, plan({eight: "9А"}))
    assert move(cast, plan({eight: "9А", cast.school_class: "10А"})) == Outcome(whole=1)


# Coverage


def test_coverage_of_the_past_does_not_move(cast: Cast, eight: SchoolClass):
    seat = find_number(eight, 1)
    entry = Entry("fair.visit", 2025, date(2026, 5, 10), Seat(seat.id), Source("fair", "1"))
    coverage.record(entry)
    scope = cast.school.scope
    before = share_of("fair.visit", 2025, scope), share_of("fair.visit", 2025, scope, class_id=eight.id)
    move(cast, plan({eight: "9А", cast.school_class: None}))
    assert (share_of("fair.visit", 2025, scope), share_of("fair.visit", 2025, scope, class_id=eight.id)) == before
    assert before[0].covered == 1
    assert rebuilding.differences() == []


# The season, and the likeliest fate


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("day", "start"),
    [("2026-04-30", None), ("2026-05-01", 2025), ("2026-08-31", 2025), ("2026-09-01", 2025), ("2026-10-31", 2025),
     ("2026-11-01", None), ("2027-01-15", None)],
)  # fmt: skip
def test_classes_move_from_may_to_october(cast: Cast, day: str, start: int | None):
    cast.region.is_demo = False
    with time_machine.travel(f"{day}T12:00:00+08:00", tick=True):
        found = moving_from(cast.region)
        assert (found.start if found else None) == start
        if start is None:
            with pytest.raises(ConflictError, match="1\xa0мая"):
                moving.move_on(cast.school, plan({}), actor=None)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("name", "fate", "title"),
    [
        (ClassName(8, 8, "А"), Fate.MOVES, "9«А»"),
        (ClassName(4, 4), Fate.MOVES, "5"),
        (ClassName(9, 9, "Б"), Fate.LEAVES, "10«Б»"),
        (ClassName(11, 11), Fate.LEAVES, "12"),
        (ClassName(12, 12), Fate.LEAVES, None),
        (ClassName(5, 6), None, "6–7"),
        (ClassName(0, 0, "Солнышко"), Fate.MOVES, "группа «Солнышко»"),
        (ClassName(0, 0, "Подготовительная 2"), Fate.LEAVES, "группа «Подготовительная 2»"),
    ],
)
def test_the_likeliest_fate_is_offered(cast: Cast, name: ClassName, fate: Fate | None, title: str | None):
    found = guess(SchoolClass(year=2025, grade=name.grade, last_grade=name.last_grade, letter=name.letter))
    assert (found.fate, found.name.title if found.name else None) == (fate, title)
