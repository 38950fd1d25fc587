"""The waiting list: who is let in when places come free, in either policy, and for how long a place is kept."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import make_class

from orientir.bookings.models import Booking
from orientir.bookings.tickets import ticket_digits
from orientir.db import db
from orientir.errors import ConflictError


@pytest.fixture
def others(cast):
    """Four more classes of the school."""
    made = [make_class(cast.school, 8, letter, total=25) for letter in "АБВГ"]
    db.session.commit()
    return [one.id for one in made]


def states(*bookings: Booking) -> list[str]:
    for one in bookings:
        db.session.refresh(one)
    return [one.state for one in bookings]


def test_the_first_that_fits_goes_in(desk, others):
    slot = desk.slot(capacity=10)
    small = desk.book(slot, 3, class_id=others[0])
    desk.book(slot, 7, class_id=others[1])
    large, one = desk.book(slot, 8, class_id=others[2]), desk.book(slot, 3, class_id=others[3])
    assert desk.cancel(small) == [one]
    assert states(large, one) == ["waiting", "confirmed"]
    assert ticket_digits(one)
    assert desk.figures(slot) == (10, 1)


def test_in_strict_order_the_head_of_the_queue_is_not_overtaken(desk, others, cast):
    slot = desk.slot(capacity=10, strict=True)
    small = desk.book(slot, 3, class_id=others[0])
    rest = desk.book(slot, 6, class_id=others[1])
    large, one = desk.book(slot, 8, class_id=others[2]), desk.book(slot, 1, class_id=others[3])
    assert states(one) == ["waiting"]  # though a place is free
    assert desk.cancel(small) == []
    assert desk.cancel(rest) == [large, one]
    assert desk.figures(slot) == (9, 0)


def test_whoever_leaves_the_head_of_a_strict_queue_lets_the_next_in(desk, others):
    slot = desk.slot(capacity=10, strict=True)
    desk.book(slot, 8, class_id=others[0])
    large, one = desk.book(slot, 5, class_id=others[1]), desk.book(slot, 2, class_id=others[2])
    assert desk.cancel(large) == [one]


def test_more_places_let_in_as_many_as_fit(desk, others):
    slot = desk.slot(capacity=5)
    desk.book(slot, 5, class_id=others[0])
    waiting = [desk.book(slot, 4, class_id=one) for one in others[1:]]
    assert desk.change(slot, capacity=13) == waiting[:2]
    assert desk.figures(slot) == (13, 1)


def test_a_place_that_came_free_is_kept_and_then_goes_on(desk, others, later):
    slot = desk.slot(capacity=5, confirm_hours=3)
    first = desk.book(slot, 5, class_id=others[0])
    second, third = (desk.book(slot, 5, class_id=one) for one in others[1:3])
    desk.cancel(first)
    assert states(second, third) == ["pending", "waiting"]
    assert ticket_digits(second) is None
    with later(2.9):
        desk.lapse()
        assert states(second) == ["pending"]
    with later(3.1):
        with pytest.raises(ConflictError, match="не подтвердили"):
            desk.confirm(second)
        desk.lapse()
        assert states(second, third) == ["cancelled", "pending"]
        desk.confirm(third)
        desk.confirm(third)
        assert states(third) == ["confirmed"]
        assert ticket_digits(third)


def test_nobody_is_called_once_it_has_begun(desk, others, later):
    slot = desk.slot(26, capacity=5)
    first = desk.book(slot, 5, class_id=others[0])
    waiting = desk.book(slot, 5, class_id=others[1])
    with later(26.1):
        assert desk.cancel(first, late=True) == []
    assert states(waiting) == ["waiting"]
