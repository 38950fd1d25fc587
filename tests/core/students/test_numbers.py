"""A number of the list is a seat: never reused, never shifted."""

import pytest
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.students import services
from orientir.students.queries import numbers_of


def _open(cast: Cast) -> list[int]:
    return [one.number for one in numbers_of(cast.school_class.id) if one.closed_on is None]


def test_a_class_opens_its_numbers_from_one(cast: Cast):
    opened = services.open_numbers(cast.school_class, 3, actor=cast.teacher.id)
    assert opened == _open(cast) == [1, 2, 3]


def test_opening_again_adds_only_what_is_missing(cast: Cast):
    services.open_numbers(cast.school_class, 3, actor=None)
    seats = {one.number: one.id for one in numbers_of(cast.school_class.id)}
    assert services.open_numbers(cast.school_class, 5, actor=None) == [4, 5]
    assert {one.number: one.id for one in numbers_of(cast.school_class.id)}.items() >= seats.items()


def test_a_closed_number_is_not_given_to_anybody_else(cast: Cast, school_day):
    services.open_numbers(cast.school_class, 3, actor=None)
    assert services.close_number(cast.school_class, 3, actor=None).closed_on == school_day
    assert [one.number for one in services.add_numbers(cast.school_class, actor=None)] == [4]
    assert services.open_numbers(cast.school_class, 4, actor=None) == []
    assert _open(cast) == [1, 2, 4]


def test_a_number_closed_by_mistake_comes_back_as_the_same_seat(cast: Cast):
    services.open_numbers(cast.school_class, 1, actor=None)
    seat = numbers_of(cast.school_class.id)[0]
    services.close_number(cast.school_class, 1, actor=None)
    assert services.reopen_number(cast.school_class, 1, actor=None).id == seat.id
    assert _open(cast) == [1]


def test_closing_twice_is_written_once(cast: Cast):
    services.open_numbers(cast.school_class, 1, actor=None)
    for _time in range(2):
        services.close_number(cast.school_class, 1, actor=None)
    actions = list(db.session.scalars(select(AuditEntry.action)))
    assert actions.count("student.close") == 1


def test_a_number_nobody_has_is_missing(cast: Cast):
    for change in (services.close_number, services.reopen_number):
        with pytest.raises(MissingError, match="Номера 28"):
            change(cast.school_class, 28, actor=None)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("upto", [-1, 100, 270])
def test_a_list_has_at_most_99_numbers(cast: Cast, upto: int):
    with pytest.raises(InvalidInputError, match="99"):
        services.open_numbers(cast.school_class, upto, actor=None)


@pytest.mark.parametrize("count", [-1, 0, 2, 10**30])
def test_numbers_end_at_99(cast: Cast, count: int):
    services.open_numbers(cast.school_class, 98, actor=None)
    with pytest.raises(InvalidInputError, match="99"):
        services.add_numbers(cast.school_class, count, actor=None)
