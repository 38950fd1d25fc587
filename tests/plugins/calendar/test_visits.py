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
from orientir.bookings.plans import SlotPlan, check_plan
from orientir.bookings.wishes import Wish
from orientir.bookings.words import span_words
from orientir.coverage.queries import share_of
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir_calendar import reports, services, visits
from orientir_calendar.plans import Times
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
    (slot,) = visits.open_booking(event, TERMS, actor=None)
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
    (slot,) = visits.open_booking(event, TERMS, actor=None)
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


def test_what_is_for_no_pupils_cannot_be_booked(announced):
    event = announced(at(DAY), audiences=("parents",))
    with pytest.raises(ConflictError, match="не для них"):
        visits.open_booking(event, TERMS, actor=None)


def test_it_is_booked_in_one_place(booked):
    event, _booking = booked
    with pytest.raises(ConflictError):
        visits.open_booking(event, TERMS, actor=None)
    with pytest.raises(InvalidInputError, match="по одному"):
        services.change_event(event, plan(at(DAY, frequency="weekly", until=date(2026, 6, 10))), actor=None)


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
        (slot,) = visits.slots_of(event)
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


class TestSeveralDays:
    """A shift: one slot from its first day to its last, checked in once."""

    @pytest.fixture
    def shift(self, announced, cast: Cast):
        event = announced(whole(date(2026, 6, 1), 5), kind="shift", title="Смена будущих инженеров")
        (slot,) = visits.open_booking(event, TERMS, actor=None)
        booking = bookings.book(slot.id, Wish(cast.school_class.id, people=6), request="s-1", actor=None)
        db.session.commit()
        return event, booking

    def test_it_is_booked_as_a_whole(self, shift):
        event, booking = shift
        slot = booking.slot
        assert (slot.starts_at, slot.ends_at) == (event.starts_at, event.ends_at)
        assert (slot.day, slot.last_day, slot.is_whole_days) == (date(2026, 6, 1), date(2026, 6, 5), True)
        assert booking.state == BookingState.CONFIRMED

    def test_its_days_are_told_without_hours(self, shift, client: FlaskClient, as_user, cast: Cast, organiser):
        _event, booking = shift
        days = "пн, 1\u00a0июня\u00a02026 — пт, 5\u00a0июня\u00a02026"
        assert span_words(booking.slot) == days
        assert days in as_user(cast.school_admin).get(f"/bookings/{booking.id}").text
        assert days in as_user(organiser).get(f"/slots/{booking.slot_id}").text

    def test_hours_of_the_first_and_the_last_day_stand_where_there_are_any(self, announced):
        begins = datetime(2026, 6, 1, 9, tzinfo=ZONE)
        event = announced(Times(begins, datetime(2026, 6, 3, 15, tzinfo=ZONE)), kind="shift")
        (slot,) = visits.open_booking(event, TERMS, actor=None)
        assert span_words(slot) == "пн, 1\u00a0июня\u00a02026, 09:00 — ср, 3\u00a0июня\u00a02026, 15:00"

    def test_whoever_is_there_is_nowhere_else_meanwhile(self, shift, announced, cast: Cast):
        other = announced(at(date(2026, 6, 3)), kind="excursion")
        (slot,) = visits.open_booking(other, TERMS, actor=None)
        db.session.commit()
        with pytest.raises(ConflictError):
            bookings.book(slot.id, Wish(cast.school_class.id, people=27), request="s-2", actor=None)

    def test_its_ticket_lives_until_after_the_last_day_and_is_read_on_any(self, shift):
        event, booking = shift
        with time_machine.travel(datetime(2026, 6, 4, 10, tzinfo=ZONE)):
            begin_writing()
            attendance.mark(booking.id, Present(people=5), actor=None)
            db.session.commit()
        assert booking.came == 5
        assert visits.came_by_class(event, date(2026, 6, 4)) == {booking.class_id: 5}

    def test_a_longer_one_moves_its_slot_with_the_bookings(self, shift):
        event, booking = shift
        services.change_event(event, plan(whole(date(2026, 6, 2), 8), kind="shift", title=event.title), actor=None)
        assert (booking.slot.day, booking.slot.last_day) == (date(2026, 6, 2), date(2026, 6, 9))
        assert booking.state == BookingState.CONFIRMED

    def test_a_trial_of_several_days_is_still_a_mistake(self, cast: Cast):
        begins = datetime(2026, 6, 1, 9, tzinfo=ZONE)
        said = SlotPlan(
            title="Проба", place="Мастерская", starts_at=begins, ends_at=begins + timedelta(days=2), opens_at=begins,
            closes_at=begins, cancel_until=begins, capacity=5, first_grade=8, last_grade=9,
        )  # fmt: skip
        with pytest.raises(InvalidInputError, match=r"больше 12.часов"):
            check_plan(said)


class TestSeries:
    """A club on Wednesdays: a slot a day, opened in one step, each of which follows its day."""

    @pytest.fixture
    def club(self, announced):
        times = at(DAY, 15, frequency="weekly", until=date(2026, 6, 10))
        event = announced(times, kind="excursion", title="Кружок робототехники")
        visits.open_booking(event, TERMS, actor=None)
        db.session.commit()
        return event

    @pytest.fixture
    def booking(self, club, cast: Cast):
        made = bookings.book(
            visits.slots_of(club)[1].id, Wish(cast.school_class.id, people=6), request="c-1", actor=None
        )
        db.session.commit()
        return made

    def test_each_day_is_booked_by_itself(self, club):
        found = visits.slots_of(club)
        assert [slot.day.day for slot in found] == [20, 27, 3, 10]
        assert {slot.state for slot in found} == {SlotState.PUBLISHED}
        assert all(slot.starts_at - slot.closes_at == timedelta(hours=12) for slot in found)

    def test_days_that_are_over_or_too_near_are_left_out(self, announced):
        event = announced(at(date(2026, 4, 29), 15, frequency="weekly", until=date(2026, 5, 27)))
        with time_machine.travel(datetime(2026, 5, 20, 10, tzinfo=ZONE)):
            (slot,) = visits.open_booking(event, TERMS, actor=None)
        assert slot.day == date(2026, 5, 27)

    def test_without_a_day_to_come_there_is_nothing_to_book(self, announced):
        event = announced(at(date(2026, 4, 1), 15, frequency="weekly", until=date(2026, 4, 29)))
        with pytest.raises(ConflictError, match="ещё можно записаться"):
            visits.open_booking(event, TERMS, actor=None)

    def test_too_many_days_are_refused_in_a_word(self, announced):
        days = {"frequency": "weekly", "weekdays": (0, 1, 2, 3, 4), "until": date(2026, 9, 20)}
        with pytest.raises(ConflictError, match="Разделите"):
            visits.open_booking(announced(at(DAY, 15, **days)), TERMS, actor=None)

    def test_a_moved_day_takes_its_bookings_along(self, club, booking):
        original = datetime(2026, 5, 27, 15, tzinfo=ZONE)
        begins = datetime(2026, 5, 28, 16, tzinfo=ZONE)
        services.move_day(club, original, begins, begins + timedelta(hours=1), actor=None)
        db.session.commit()
        assert (booking.slot.starts_at, booking.state) == (begins, BookingState.CONFIRMED)
        again = begins + timedelta(days=1)
        services.move_day(club, original, again, again + timedelta(hours=1), actor=None)
        assert [slot.day.day for slot in visits.slots_of(club)] == [20, 29, 3, 10]

    def test_a_dropped_day_is_cancelled_for_who_is_booked(self, club, booking):
        services.drop_day(club, datetime(2026, 5, 27, 15, tzinfo=ZONE), actor=None)
        db.session.commit()
        assert (booking.slot.state, booking.state) == (SlotState.CANCELLED, BookingState.CANCELLED)
        assert [slot.state for slot in visits.slots_of(club)].count(SlotState.PUBLISHED) == 3

    def test_a_day_somebody_came_to_is_not_dropped(self, club, booking):
        with time_machine.travel(datetime(2026, 5, 27, 15, tzinfo=ZONE)):
            begin_writing()
            attendance.mark(booking.id, Present(people=5), actor=None)
            db.session.commit()
            with pytest.raises(ConflictError):
                services.drop_day(club, datetime(2026, 5, 27, 15, tzinfo=ZONE), actor=None)
            db.session.rollback()

    def test_another_title_reaches_all_days_and_other_days_are_refused(self, club, booking):
        times = at(DAY, 15, frequency="weekly", until=date(2026, 6, 10))
        services.change_event(club, plan(times, kind="excursion", title="Кружок роботов"), actor=None)
        assert {slot.title for slot in visits.slots_of(club)} == {"Кружок роботов"}
        db.session.commit()
        later = at(DAY, 16, frequency="weekly", until=date(2026, 6, 10))
        with pytest.raises(InvalidInputError, match="по одному"):
            services.change_event(club, plan(later, kind="excursion", title="Кружок роботов"), actor=None)
        db.session.rollback()

    def test_a_cancelled_series_keeps_the_days_that_were(self, club, booking):
        with time_machine.travel(datetime(2026, 5, 21, 10, tzinfo=ZONE)):
            services.cancel_event(club, "Ремонт", actor=None)
        states = [slot.state for slot in visits.slots_of(club)]
        assert states == [SlotState.PUBLISHED, *[SlotState.CANCELLED] * 3]
        assert booking.state == BookingState.CANCELLED

    def test_a_report_of_one_day_does_not_meet_the_marks_of_another(self, club, booking):
        with time_machine.travel(datetime(2026, 5, 27, 15, tzinfo=ZONE)):
            begin_writing()
            attendance.mark(booking.id, Present(people=5), actor=None)
            db.session.commit()
        assert visits.came_by_class(club, date(2026, 5, 27)) == {booking.class_id: 5}
        assert visits.came_by_class(club, DAY) == {}

    def test_the_page_shows_places_of_each_day(self, club, booking, as_user, cast: Cast, organiser):
        page = as_user(cast.teacher).get(f"/calendar/{club.id}").text
        assert page.count("Записать класс") == 4
        assert "24\xa0места из 30" in page
        assert "Открыть запись" not in as_user(organiser).get(f"/calendar/{club.id}").text
        opened = as_user(organiser).get(f"/calendar/{club.id}/booking")
        assert opened.location.endswith(f"/calendar/{club.id}")

    def test_it_is_opened_by_one_form(self, announced, as_user, organiser):
        event = announced(at(DAY, 15, frequency="weekly", until=date(2026, 6, 10)))
        desk = as_user(organiser)
        assert "на каждый день ряда" in desk.get(f"/calendar/{event.id}/booking").text
        said = {"capacity": "30", "opens_on": "01.05.2026", "policy": "strict"}
        assert desk.post(f"/calendar/{event.id}/booking", data=said).status_code == 303
        assert len(visits.slots_of(event)) == 4
