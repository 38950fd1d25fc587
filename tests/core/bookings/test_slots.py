"""What organisers do with a slot: bad plans, fewer places, cancelling, closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from orientir_testkit.cast import SCHOOL_DAY

from orientir.bookings import slots
from orientir.bookings.models import Slot
from orientir.bookings.plans import LARGEST_SLOT
from orientir.bookings.slots import OverbookedError
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError

from .conftest import HOUR, make_plan

TOMORROW = SCHOOL_DAY + 26 * HOUR


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"place": ""}, "place"),
        ({"hours": 0}, "ends_at"),
        ({"hours": -1}, "ends_at"),
        ({"hours": 13}, "ends_at"),
        ({"starts": -1}, "starts_at"),
        ({"starts": 24 * 365 * 36}, "starts_at"),
        ({"opens_at": TOMORROW}, "opens_at"),
        ({"closes_at": TOMORROW + HOUR}, "closes_at"),
        ({"cancel_until": TOMORROW + HOUR}, "cancel_until"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": LARGEST_SLOT + 1}, "capacity"),
        ({"minimum": 11}, "minimum"),
        ({"first_grade": 9, "last_grade": 6}, "first_grade"),
        ({"last_grade": 13}, "last_grade"),
        ({"confirm_hours": -1}, "confirm_hours"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field(desk, values, field):
    with pytest.raises(InvalidInputError) as refusal:
        desk.slot(**values)
    assert refusal.value.field == field


def test_it_is_announced_once_and_not_after_its_time(desk, later):
    slot = desk.slot(draft=True)
    with later(27), pytest.raises(ConflictError):
        desk.writes(slots.publish, slot, actor=None)
    desk.writes(slots.publish, slot, actor=None)
    assert desk.writes(slots.publish, slot, actor=None).is_open


class TestFewerPlaces:
    def test_it_says_who_would_have_to_go(self, desk, cast):
        slot = desk.slot(capacity=10)
        first, last = desk.book(slot, 6), desk.book(slot, 3, class_id=cast.neighbour_class.id)
        assert desk.change(slot, capacity=9) == []
        with pytest.raises(OverbookedError) as refusal:
            desk.change(slot, capacity=8)
        assert refusal.value.surplus == [last]
        assert desk.figures(slot) == (9, 0)
        assert first.state == "confirmed"

    def test_the_last_are_cancelled_where_that_was_chosen(self, desk, cast):
        slot = desk.slot(capacity=10)
        first, last = desk.book(slot, 6), desk.book(slot, 3, class_id=cast.neighbour_class.id)
        desk.change(slot, capacity=8, cancel_last=True)
        assert (first.state, last.state, last.reason) == ("confirmed", "cancelled", "Мест стало меньше.")
        assert desk.figures(slot) == (6, 0)

    def test_who_has_come_stays(self, desk, later):
        slot = desk.slot(26, capacity=10)
        booking = desk.book(slot, 6)
        with later(25):
            desk.mark(booking, people=6)
            with pytest.raises(ConflictError, match="Пришло больше"):
                desk.change(slot, starts=26, capacity=5, cancel_last=True)


class TestCancelling:
    def test_everybody_is_taken_off_and_told(self, desk, cast):
        slot = desk.slot(capacity=6)
        booked = [desk.book(slot, 6), desk.book(slot, 5, class_id=cast.neighbour_class.id)]
        assert desk.writes(slots.cancel_slot, slot, " Нет света ", actor=None) == booked
        assert [(one.state, one.reason) for one in booked] == [("cancelled", "Нет света")] * 2
        assert desk.figures(slot) == (0, 0)
        assert desk.writes(slots.cancel_slot, slot, "Ещё раз", actor=None) == []
        assert db.session.get_one(Slot, slot).reason == "Нет света"

    def test_not_without_a_reason_and_not_once_somebody_came(self, desk, later):
        slot = desk.slot(26)
        booking = desk.book(slot, 6)
        with pytest.raises(InvalidInputError, match="причину"):
            desk.writes(slots.cancel_slot, slot, "  ", actor=None)
        with later(25.5):
            desk.mark(booking, people=6)
        with pytest.raises(ConflictError, match="уже пришли"):
            desk.writes(slots.cancel_slot, slot, "Нет света", actor=None)

    def test_it_is_changed_no_more(self, desk):
        slot = desk.slot()
        desk.writes(slots.cancel_slot, slot, "Нет света", actor=None)
        for verb in (lambda: slots.publish(slot, actor=None), lambda: slots.change_slot(slot, make_plan(), actor=None)):
            with pytest.raises(ConflictError):
                desk.writes(verb)


def test_the_day_is_that_of_the_region(desk):
    slot = db.session.get_one(Slot, desk.slot(starts=13))  # 23:00 in Irkutsk, 15:00 in Greenwich
    assert slot.day == SCHOOL_DAY.date()
    assert slot.starts_at.utcoffset() == timedelta(0)
