"""Who came: the mark and the fact of coverage are one act, and so are taking both back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from orientir.bookings import attendance, slots
from orientir.bookings.attendance import Present
from orientir.coverage.models import Fact
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError

BEGINS = 26


def facts() -> int:
    return db.session.scalar(select(func.count(Fact.id))) or 0


def test_a_student_who_came_is_a_seat_reached(desk, cast, pupils, later):
    booking = desk.book(desk.slot(BEGINS), 0, pupils[0], own=True)
    with later(BEGINS):
        assert desk.mark(booking)
        assert not desk.mark(booking)
    assert (booking.state, booking.came, desk.covered(cast.school_class), facts()) == ("attended", 1, 1, 1)
    fact = db.session.scalars(select(Fact)).one()
    assert (fact.student_id, fact.host_organisation_id) == (pupils[0].id, desk.college.id)


def test_of_a_group_by_the_list_those_who_came_are_reached(desk, cast, pupils, later):
    booking = desk.book(desk.slot(BEGINS), 0, *pupils[:9])
    with later(BEGINS):
        desk.mark(booking, *pupils[:7], ovz=2)
    assert (booking.came, booking.came_ovz, desk.covered(cast.school_class), facts()) == (7, 2, 7, 7)


def test_of_nine_it_asks_no_more_than_of_one(desk, pupils, later, count_queries):
    counts = []
    for came in (pupils[:1], pupils[1:2], pupils[2:11]):  # the first makes the class's counter
        booking_id, students = desk.book(desk.slot(BEGINS), 0, *came).id, tuple(one.id for one in came)
        with later(BEGINS), count_queries() as seen:
            desk.writes(attendance.mark, booking_id, Present(students), actor=None)
        counts.append(seen.count)
    assert counts[1] == counts[2]


def test_a_group_told_by_number_is_a_party(desk, cast, later):
    booking = desk.book(desk.slot(BEGINS), 9)
    with later(BEGINS):
        desk.mark(booking, people=8, ovz=1)
    fact = db.session.scalars(select(Fact)).one()
    assert (fact.evidence, fact.people, fact.ovz, desk.covered(cast.school_class)) == ("party", 8, 1, 8)


def test_nobody_came(desk, cast, later):
    booking = desk.book(desk.slot(BEGINS), 9)
    with later(BEGINS):
        assert desk.mark(booking)
    assert (booking.state, booking.came, facts()) == ("absent", 0, 0)


def test_taken_back_and_marked_again_both_traces_stay(desk, cast, pupils, later):
    booking = desk.book(desk.slot(BEGINS), 0, *pupils[:3])
    with later(BEGINS):
        desk.mark(booking, *pupils[:3])
        assert desk.take_back(booking)
        assert not desk.take_back(booking)
        assert (booking.state, booking.revision, desk.covered(cast.school_class)) == ("confirmed", 1, 0)
        desk.mark(booking, *pupils[:2])
    assert (desk.covered(cast.school_class), facts()) == (2, 3 + 3 + 2)


@pytest.mark.parametrize(("students", "values", "field"), [(1, {}, "students"), (0, {"ovz": 1}, "ovz")])
def test_what_cannot_be_of_a_list(desk, pupils, later, students, values, field):
    booking = desk.book(desk.slot(BEGINS), 0, *pupils[:3])
    with later(BEGINS), pytest.raises(InvalidInputError) as refusal:
        desk.mark(booking, *pupils[5 : 5 + students], **values)
    assert (refusal.value.field, facts(), booking.state) == (field, 0, "confirmed")


@pytest.mark.parametrize(("values", "field"), [({"people": -1}, "people"), ({"people": 300}, "people")])
def test_what_cannot_be_of_a_number(desk, later, values, field):
    booking = desk.book(desk.slot(BEGINS), 3)
    with later(BEGINS), pytest.raises(InvalidInputError) as refusal:
        desk.mark(booking, **values)
    assert (refusal.value.field, facts()) == (field, 0)


def test_the_wrong_day_the_queue_and_cancelled_bookings(desk, cast, later):
    slot = desk.slot(BEGINS, capacity=3)
    booking, waiting = desk.book(slot, 3), desk.book(slot, 3, class_id=cast.neighbour_class.id)
    with pytest.raises(InvalidInputError, match="за два часа"):
        desk.mark(booking, people=3)
    with later(BEGINS):
        with pytest.raises(ConflictError, match="в листе ожидания"):
            desk.mark(waiting, people=3)
        desk.cancel(booking, late=True)
        with pytest.raises(ConflictError, match="отменена"):
            desk.mark(booking, people=3)


def test_who_has_come_is_not_cancelled(desk, later):
    booking = desk.book(desk.slot(BEGINS), 3)
    with later(BEGINS):
        desk.mark(booking, people=3)
        with pytest.raises(ConflictError, match="уже прошёл"):
            desk.cancel(booking, late=True)


def test_closing_says_who_stayed_away(desk, cast, later):
    slot = desk.slot(BEGINS, 2, capacity=5)
    came, waiting = desk.book(slot, 5), desk.book(slot, 5, class_id=cast.neighbour_class.id)
    with later(BEGINS), pytest.raises(ConflictError):
        desk.writes(attendance.close_slot, slot, actor=None)
    with later(BEGINS + 3):
        desk.mark(came, people=4)
        assert desk.writes(attendance.close_slot, slot, actor=None) == 4
        assert desk.writes(attendance.close_slot, slot, actor=None) == 4
    assert (came.state, waiting.state) == ("attended", "cancelled")


def test_after_closing_a_forgotten_mark_is_corrected(desk, cast, later):
    slot = desk.slot(BEGINS, 2)
    booking = desk.book(slot, 5)
    with later(BEGINS + 3):
        desk.writes(attendance.close_slot, slot, actor=None)
        assert booking.state == "absent"
        desk.take_back(booking)
        desk.mark(booking, people=5)
    assert desk.covered(cast.school_class) == 5
    with pytest.raises(ConflictError):
        desk.writes(slots.cancel_slot, slot, "Нет света", actor=None)
