"""An event that is booked: its slot follows it, the door counts, and nobody is counted twice by a report."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import YEAR, Cast
from orientir_testkit.events import ZONE, at, plan, whole

from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.models import BookingState, SlotState
from orientir.bookings.wishes import Wish
from orientir.coverage.queries import share_of
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir_calendar import reports, services, visits
from orientir_calendar.reports import Line, LinesError, Told
from orientir_calendar.visits import Terms
from orientir_calendar.words import EXCURSION

DAY = date(2026, 5, 20)
TERMS = Terms(capacity=30, opens_on=date(2026, 5, 1))
HOSTED = (7, 9)  # the grades a host let in after booking was opened


@pytest.fixture
def booked(announced, cast: Cast):
    """Return an excursion that is booked, and the booking of six of the class."""
    event = announced(at(DAY), kind="excursion")
    slot = visits.open_booking(event, TERMS, actor=None)
    booking = bookings.book(slot.id, Wish(cast.school_class.id, people=6), request="r-1", actor=None)
    db.session.commit()
    return event, booking


def test_its_slot_says_what_it_says(booked):
    event, booking = booked
    slot = booking.slot
    assert (slot.title, slot.place, slot.starts_at) == (event.title, event.place, event.starts_at)
    assert (slot.activity, slot.page, slot.is_led) == (EXCURSION, f"/calendar/{event.id}", True)
    assert slot.state == SlotState.PUBLISHED


def test_a_draft_is_booked_once_it_is_published(draft):
    event = draft(at(DAY))
    slot = visits.open_booking(event, TERMS, actor=None)
    assert slot.state == SlotState.DRAFT
    services.publish(event, actor=None)
    assert slot.state == SlotState.PUBLISHED


def test_a_moved_event_moves_its_slot_and_keeps_the_bookings(booked):
    event, booking = booked
    booking.slot.first_grade, booking.slot.last_grade = HOSTED
    services.change_event(event, plan(at(date(2026, 5, 22), 14), kind="excursion", place="Проходная 2"), actor=None)
    slot = booking.slot
    assert (slot.first_grade, slot.last_grade) == HOSTED
    assert (slot.starts_at, slot.place) == (datetime(2026, 5, 22, 14, tzinfo=ZONE), "Проходная 2")
    assert slot.starts_at - slot.closes_at == timedelta(hours=12)
    assert (booking.state, slot.sequence) == (BookingState.CONFIRMED, 1)


def test_other_grades_of_the_event_are_those_of_its_booking_and_nobody_hears_of_a_move(booked):
    event, booking = booked
    services.change_event(event, plan(at(DAY), kind="excursion", first_grade=9, last_grade=11), actor=None)
    slot = booking.slot
    assert (slot.first_grade, slot.last_grade, slot.sequence) == (9, 11, 0)
    assert booking.state == BookingState.CONFIRMED
    slot.first_grade, slot.last_grade = HOSTED
    services.change_event(event, plan(at(DAY), kind="excursion", first_grade=8, last_grade=8), actor=None)
    assert (slot.first_grade, slot.last_grade) == HOSTED


def test_a_cancelled_event_cancels_all_who_are_booked(booked):
    event, booking = booked
    services.cancel_event(event, "Мороз", actor=None)
    db.session.refresh(booking)
    assert (booking.state, booking.reason, booking.slot.state) == ("cancelled", "Мороз", SlotState.CANCELLED)


@pytest.mark.parametrize(
    ("times", "values"),
    [
        (at(DAY, frequency="weekly", until=date(2026, 6, 10)), {}),
        (at(DAY), {"audiences": ("parents",)}),
    ],
)
def test_what_cannot_be_booked(announced, times, values):
    event = announced(times, **values)
    with pytest.raises(ConflictError):
        visits.open_booking(event, TERMS, actor=None)


def test_it_is_booked_in_one_place(booked):
    event, _booking = booked
    with pytest.raises(ConflictError):
        visits.open_booking(event, TERMS, actor=None)
    with pytest.raises(InvalidInputError):
        services.change_event(event, plan(at(DAY, frequency="weekly", until=date(2026, 6, 10))), actor=None)


def test_several_days_are_too_long_for_a_ticket(announced):
    with pytest.raises(InvalidInputError):
        visits.open_booking(announced(whole(DAY, 3)), TERMS, actor=None)


def test_the_door_counts_and_a_report_does_not_count_again(booked, cast: Cast):
    event, booking = booked
    with time_machine.travel("2026-05-20T11:30:00+08:00"):
        db.session.commit()
        begin_writing()
        attendance.mark(booking.id, Present(people=5, ovz=1), actor=None)
        db.session.commit()
        share = share_of(EXCURSION, YEAR, cast.school.scope)
        assert (share.covered, share.participations) == (5, 5)
        told = Told("excursion", event.title, event.starts_at, event.ends_at, (Line(cast.school_class.id, 20),))
        with pytest.raises(LinesError, match="На входе отметили 5"):
            reports.add_report(cast.school, told, event=event, actor=None)
        db.session.rollback()
        assert differences() == []


def test_after_somebody_came_it_is_not_cancelled(booked):
    event, booking = booked
    with time_machine.travel("2026-05-20T10:30:00+08:00"):
        attendance.mark(booking.id, Present(people=5), actor=None)
        db.session.commit()
        with pytest.raises(ConflictError):
            services.cancel_event(event, "Мороз", actor=None)


class TestPages:
    def test_an_organiser_opens_booking_and_a_teacher_books(self, announced, as_user, organiser, cast: Cast):
        event = announced(at(DAY))
        desk, teacher = as_user(organiser), as_user(cast.teacher)
        said = {"capacity": "30", "opens_on": "01.05.2026", "policy": "strict"}
        assert desk.get(f"/calendar/{event.id}/booking").status_code == 200
        assert desk.post(f"/calendar/{event.id}/booking", data={**said, "capacity": "0"}).status_code == 400
        assert desk.post(f"/calendar/{event.id}/booking", data={**said, "minimum": "40"}).status_code == 400
        assert desk.post(f"/calendar/{event.id}/booking", data=said).status_code == 303
        slot = visits.slot_of(event)
        assert desk.get(f"/calendar/{event.id}/booking").location.endswith(f"/slots/{slot.id}")
        page = teacher.get(f"/calendar/{event.id}").text
        assert "30\xa0мест из 30" in page
        assert "Записать класс" in page

    def test_a_host_changes_places_and_not_the_hour(self, booked, as_user, organiser):
        _event, booking = booked
        desk, slot = as_user(organiser), booking.slot
        page = desk.get(f"/slots/{slot.id}/edit").text
        assert 'name="capacity"' in page
        assert 'name="on_day"' not in page
        said = {"capacity": "40", "minimum": "0", "first_grade": "8", "last_grade": "11", "on_day": "2026-06-01"}
        assert desk.post(f"/slots/{slot.id}/edit", data=said).status_code == 303
        db.session.refresh(slot)
        assert (slot.capacity, slot.day) == (40, DAY)
        answer = desk.post(f"/slots/{slot.id}/cancel", data={"reason": "Мороз"})
        assert answer.status_code == 400
        assert "на странице мероприятия" in answer.text

    def test_everybody_sees_the_places(self, booked, client: FlaskClient):
        event, _booking = booked
        page = client.get(f"/calendar/{event.id}").text
        assert "24\xa0места из 30" in page
        assert "Записаться" in page
