"""The two entries of one organisation are merged: its slots and its classes' bookings follow."""

from __future__ import annotations

from typing import Any

import pytest
from orientir_testkit.cast import make_class, make_organisation, make_school

from orientir.bookings.models import Booking, Slot
from orientir.bookings.verification import differences
from orientir.db import begin_writing, db
from orientir.organisations.models import Organisation, OrganisationKind
from orientir.reorganisation.services import merge_double
from orientir.students.models import Student


@pytest.fixture
def double(cast) -> Organisation:
    made = make_school(cast.municipality, "Школа № 3 ещё раз")
    db.session.commit()
    return made


def merge(double: Organisation, original: Organisation) -> None:
    db.session.commit()
    begin_writing()
    merge_double(double, original, actor=None)
    db.session.commit()
    db.session.expire_all()


def seats(school_class: Any, count: int) -> list[Student]:
    made = [Student(class_id=school_class.id, number=number) for number in range(1, count + 1)]
    db.session.add_all(made)
    db.session.commit()
    return made


def test_slots_of_a_second_entry_are_the_originals(desk, cast):
    original = make_organisation(cast.municipality, "Колледж связи", OrganisationKind.COLLEGE)
    slot = desk.slot()
    merge(desk.college, original)
    assert db.session.get_one(Slot, slot).organisation_id == original.id


def test_a_class_only_the_second_entry_has_takes_its_bookings_along(desk, cast, double):
    eight = make_class(double, 8)
    made = desk.book(desk.slot(), 5, class_id=eight.id)
    merge(double, cast.school)
    assert made.school_class.organisation_id == cast.school.id


def test_bookings_of_a_class_both_have_go_to_the_twin_with_their_numbers(desk, cast, double):
    nine = make_class(double, 9, total=27)
    there, here = seats(nine, 3), seats(cast.school_class, 2)
    slot = desk.slot(capacity=8)
    made, waiting = desk.book(slot, 0, *there), desk.book(slot, 7, class_id=cast.neighbour_class.id)
    merge(double, cast.school)
    assert made.class_id == cast.school_class.id
    assert [seat.student.number for seat in made.seats] == [1, 2, 3]
    assert {seat.student_id for seat in made.seats} > {one.id for one in here}
    desk.cancel(made)
    assert (waiting.state, desk.figures(slot)) == ("confirmed", (7, 0))


def test_a_mark_can_be_taken_back_afterwards(desk, cast, double):
    nine = make_class(double, 9, total=27)
    there = seats(nine, 3)
    slot = desk.slot(1)
    listed, by_number = desk.book(slot, 0, *there[:2]), desk.book(desk.slot(4), 4, class_id=nine.id)
    desk.mark(listed, *there[:2])
    merge(double, cast.school)
    assert desk.covered(cast.school_class) == 2
    assert db.session.get_one(Booking, by_number.id).class_id == cast.school_class.id
    assert desk.take_back(listed)
    assert desk.covered(cast.school_class) == 0


def test_one_pupil_in_two_entries_is_told_and_left_to_people(desk, cast, double):
    nine = make_class(double, 9, total=27)
    there, here = seats(nine, 1), seats(cast.school_class, 1)
    one, other = desk.book(desk.slot(), 0, *there), desk.book(desk.slot(), 0, *here)
    merge(double, cast.school)
    assert [found.repairable for found in differences()] == [False]
    desk.cancel(one), desk.cancel(other)
