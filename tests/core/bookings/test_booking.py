"""Booking: whole groups, single students, what a slot refuses, and a wish that comes twice."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import SCHOOL_DAY, make_class
from sqlalchemy import func, select

from orientir.bookings import services, slots
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Companion, companion_of
from orientir.codes.services import find
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError

from .conftest import HOUR

TODAY = SCHOOL_DAY.date()


class TestPlaces:
    def test_a_group_takes_its_places_and_gets_a_ticket(self, desk):
        slot = desk.slot()
        booking = desk.book(slot, 7, ovz=2, consents=True)
        assert (booking.state, booking.people, booking.ovz, booking.consents) == ("confirmed", 7, 2, True)
        assert desk.figures(slot) == (7, 0)
        assert find(ticket_digits(booking), TODAY).owner == str(booking.id)

    def test_it_refuses_the_last_place_twice(self, desk, cast):
        slot = desk.slot(capacity=10)
        desk.book(slot, 9)
        late = desk.book(slot, 2, class_id=cast.neighbour_class.id)
        assert (late.state, late.place, ticket_digits(late)) == ("waiting", 1, None)
        assert desk.figures(slot) == (9, 1)

    def test_as_many_as_there_are(self, desk, cast, pupils):
        slot = desk.slot(capacity=10)
        desk.book(slot, 6, class_id=cast.neighbour_class.id)
        some = desk.book(slot, 0, *pupils[:7], ovz=5, fewer=True)
        assert (some.people, some.ovz, some.state) == (4, 4, "confirmed")
        assert [seat.student_id for seat in some.seats] == [one.id for one in pupils[:4]]
        assert desk.figures(slot) == (10, 0)

    def test_of_a_class_larger_than_the_slot_as_many_as_there_are(self, desk, cast, pupils):
        slot = desk.slot(capacity=10)
        some = desk.book(slot, 0, *pupils[:12], fewer=True)
        assert (some.people, some.state, desk.figures(slot)) == (10, "confirmed", (10, 0))
        with pytest.raises(InvalidInputError, match="На сеансе всего мест: 10"):  # it could never be promoted
            desk.book(slot, 12, class_id=cast.neighbour_class.id, fewer=True)

    def test_where_there_is_none_as_many_as_there_are_waits_whole(self, desk, cast):
        slot = desk.slot(capacity=5)
        desk.book(slot, 5, class_id=cast.neighbour_class.id)
        assert desk.book(slot, 3, fewer=True).people == 3
        assert desk.figures(slot) == (5, 1)

    def test_the_companion_is_sealed_to_the_booking(self, desk):
        booking = desk.book(desk.slot(needs_companion=True), 5, companion=Companion("Мария Ивановна", "+7 900"))
        assert "Мария".encode() not in booking.companion
        assert companion_of(booking.companion, booking.request).name == "Мария Ивановна"
        assert companion_of(booking.companion, "another") is None


class TestRepeats:
    def test_the_same_wish_twice_is_one_booking(self, desk):
        slot = desk.slot()
        first = desk.book(slot, 4, request="r")
        assert desk.book(slot, 4, request="r").id == first.id
        assert db.session.scalar(select(func.count(Booking.id))) == 1

    def test_a_repeat_after_cancelling_tells_what_became_of_it(self, desk):
        slot = desk.slot()
        desk.cancel(desk.book(slot, 4, request="r"))
        assert desk.book(slot, 4, request="r").state == BookingState.CANCELLED
        assert desk.figures(slot) == (0, 0)

    def test_another_wish_under_the_same_name_is_refused(self, desk):
        slot = desk.slot()
        desk.book(slot, 4, request="r")
        with pytest.raises(ConflictError):
            desk.book(slot, 5, request="r")


class TestRefusals:
    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"people": 0}, "people"),
            ({"people": -3}, "people"),
            ({"people": 11}, "people"),
            ({"people": 5, "ovz": 6}, "ovz"),
            ({"people": 5, "ovz": -1}, "ovz"),
        ],
    )
    def test_numbers_that_cannot_be(self, desk, wish, field):
        with pytest.raises(InvalidInputError) as refusal:
            desk.book(desk.slot(capacity=10), **wish)
        assert refusal.value.field == field

    def test_270_typed_for_27(self, desk):
        with pytest.raises(InvalidInputError, match="В классе 27"):
            desk.book(desk.slot(capacity=300), 270)

    def test_a_class_of_other_grades_or_of_another_year(self, desk, cast):
        slot = desk.slot(first_grade=10, last_grade=11)
        with pytest.raises(InvalidInputError, match="10–11"):
            desk.book(slot, 5)
        next_year = make_class(cast.school, 9, "А", total=20, year=2026)
        with pytest.raises(InvalidInputError, match="учебном году"):
            desk.book(desk.slot(), 5, class_id=next_year.id)

    def test_without_a_companion_where_one_is_needed(self, desk, pupils):
        slot = desk.slot(needs_companion=True)
        with pytest.raises(InvalidInputError) as refusal:
            desk.book(slot, 5)
        assert refusal.value.field == "companion"
        assert desk.book(slot, 0, pupils[0], own=True).state == "confirmed"

    def test_closed_numbers_and_numbers_of_another_class(self, desk, cast, pupils):
        pupils[3].closed_on = TODAY
        db.session.commit()
        slot = desk.slot()
        for students in ([pupils[3]], [pupils[0], pupils[0]]):
            with pytest.raises(InvalidInputError, match="отметьте номера"):
                desk.book(slot, 0, *students)
        with pytest.raises(InvalidInputError, match="отметьте номера"):
            desk.book(slot, 0, pupils[0], class_id=cast.neighbour_class.id)

    def test_before_and_after_the_time_of_booking(self, desk, later):
        slot = desk.slot(starts=26, opens_at=SCHOOL_DAY + HOUR, closes_at=SCHOOL_DAY + 20 * HOUR)
        with pytest.raises(ConflictError, match="откроется"):
            desk.book(slot, 5)
        with later(2):
            assert desk.book(slot, 5).state == "confirmed"
        with later(20), pytest.raises(ConflictError, match="закрылась"):
            desk.book(slot, 5)

    def test_drafts_cancelled_slots_and_those_that_do_not_exist(self, desk):
        with pytest.raises(ConflictError):
            desk.book(desk.slot(draft=True), 5)
        slot = desk.slot()
        desk.writes(slots.cancel_slot, slot, "Нет света", actor=None)
        with pytest.raises(ConflictError, match="Нет света"):
            desk.book(slot, 5)
        for missing in (0, -1, 10**6, 10**30):
            with pytest.raises(MissingError):
                desk.book(missing, 5)


class TestClashes:
    def test_one_student_at_two_places(self, desk, pupils):
        desk.book(desk.slot(26, 2), 0, pupils[0], own=True)
        with pytest.raises(ConflictError, match="У вас уже есть запись"):
            desk.book(desk.slot(27, 2), 0, pupils[0], own=True)
        assert desk.book(desk.slot(28, 2), 0, pupils[0], own=True).state == "confirmed"

    def test_waiting_stands_in_the_way_and_a_cancelled_booking_does_not(self, desk, cast, pupils):
        full = desk.slot(capacity=1)
        desk.book(full, 1, class_id=cast.neighbour_class.id)
        waiting = desk.book(full, 0, pupils[0], own=True)
        other = desk.slot()
        with pytest.raises(ConflictError):
            desk.book(other, 0, pupils[0], own=True)
        desk.cancel(waiting)
        assert desk.book(other, 0, pupils[0], own=True).state == "confirmed"

    def test_a_teacher_is_told_which_numbers(self, desk, pupils):
        desk.book(desk.slot(), 0, pupils[4], own=True)
        with pytest.raises(ConflictError, match="№\N{NO-BREAK SPACE}5"):
            desk.book(desk.slot(), 0, *pupils[:9])

    def test_a_class_told_by_number_is_in_one_place(self, desk, pupils):
        desk.book(desk.slot(), 9)
        for wish in ([8], [0, *pupils[:3]]):
            with pytest.raises(ConflictError, match="Класс уже записан"):
                desk.book(desk.slot(), *wish)

    def test_two_halves_by_the_numbers_of_the_list_may_go_apart(self, desk, pupils):
        desk.book(desk.slot(), 0, *pupils[:9])
        assert desk.book(desk.slot(), 0, *pupils[9:18]).state == "confirmed"


class TestCancelling:
    def test_it_frees_the_places_and_the_ticket_dies(self, desk):
        slot = desk.slot()
        booking = desk.book(slot, 5)
        digits = ticket_digits(booking)
        desk.cancel(booking, reason="Заболели")
        assert (booking.state, booking.reason, desk.figures(slot)) == ("cancelled", "Заболели", (0, 0))
        assert find(digits, TODAY) is None
        assert desk.cancel(booking) == []

    def test_too_late_for_whoever_booked_and_not_for_the_organiser(self, desk, later):
        slot = desk.slot(26)
        booking = desk.book(slot, 5)
        with later(25.5):
            with pytest.raises(InvalidInputError, match="позвоните организатору"):
                desk.cancel(booking)
            desk.cancel(booking, late=True)
        assert desk.figures(slot) == (0, 0)

    def test_what_has_no_booking(self, desk):
        with pytest.raises(MissingError):
            desk.writes(services.cancel, 10**6, actor=None)
