"""What grown-ups hear of their bookings: cancelled, moved, promoted, tomorrow, thanks."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import SCHOOL_DAY, make_class
from orientir_testkit.occasions import make_plan
from sqlalchemy import select

from orientir import clock
from orientir.bookings import attendance, services, slots
from orientir.bookings.notice_kinds import BOOKING_KINDS
from orientir.bookings.queue import lapse_unconfirmed
from orientir.bookings.telling import BOOKING_REMINDERS
from orientir.db import db
from orientir.notices.models import Notice
from orientir.notices.reminders import remind, reminders
from orientir.notices.wording import words_of


@pytest.fixture
def book(desk, cast):
    """Book as the teacher."""

    def made(slot: int, people: int, *students, **values):
        wish = desk.wish(people, *students, **values)
        name = f"told:{clock.now()}:{slot}:{wish.class_id}:{students[:1]}"[:36]
        return desk.writes(services.book, slot, wish, request=name, actor=cast.teacher.id)

    return made


def heard() -> list[tuple[int, str, str]]:
    """Return who heard what, in order: account, kind, all words."""
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.user_id, row.kind.removeprefix("platform."), f"{row.subject}\n{row.text}") for row in rows]


def test_every_kind_becomes_words():
    for kind in BOOKING_KINDS:
        words = words_of(kind, {name: f"[{name}]" for name in kind.places})
        assert all(f"[{name}]" in words.subject + words.text for name in kind.places)


def test_a_cancelled_session_is_told_to_whoever_booked_and_to_nobody_for_a_pupil(desk, cast, book, pupils):
    slot = desk.slot()
    made = book(slot, 4)
    desk.book(slot, 0, pupils[5], own=True)
    desk.writes(slots.cancel_slot, slot, "Авария в цехе", actor=None)
    [(account, kind, words)] = heard()
    assert (account, kind) == (cast.teacher.id, "booking_cancelled")
    assert "Авария в цехе" in words
    assert "9«А»" in words
    assert db.session.scalars(select(Notice.url)).one() == f"/bookings/{made.id}"


def test_when_the_account_is_gone_the_school_hears(desk, cast, book):
    slot = desk.slot()
    book(slot, 4)
    desk.book(slot, 2, class_id=cast.neighbour_class.id)
    cast.teacher.disabled_at = clock.now()
    desk.writes(slots.cancel_slot, slot, "Авария", actor=None)
    assert [account for account, *_rest in heard()] == [cast.school_admin.id]


def test_a_move_is_told_each_time_and_other_changes_are_not(desk, cast, book, later):
    slot = desk.slot()
    book(slot, 4)
    desk.change(slot, capacity=12)
    assert heard() == []
    desk.change(slot, starts=50)
    with later(1):
        desk.change(slot, starts=50, place="ул. Новая, 7")
    assert [kind for _who, kind, _words in heard()] == ["slot_changed"] * 2
    assert "Было: сб, 16" in heard()[1][2].replace("\xa0", " ")
    assert "ул. Новая, 7" in heard()[1][2]


def test_a_place_from_the_queue_is_told_with_its_deadline(desk, cast, book, later):
    slot = desk.slot(capacity=5, confirm_hours=3)
    first = desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
    book(slot, 5)
    desk.cancel(first)
    [(account, kind, words)] = heard()
    assert (account, kind) == (cast.teacher.id, "booking_promoted")
    assert "Подтвердите до" in words
    assert "13:00" in words


def test_it_is_told_by_the_clock_too(desk, cast, book, later):
    slot = desk.slot(capacity=5, confirm_hours=3)
    first = desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
    desk.book(slot, 5, class_id=make_class(cast.school, 8, "В").id)
    book(slot, 5)
    desk.cancel(first)
    with later(4):
        desk.writes(lapse_unconfirmed)
    assert (cast.teacher.id, "booking_promoted") in [row[:2] for row in heard()]


def test_bookings_that_had_to_go_are_told(desk, cast, book):
    slot = desk.slot(capacity=10)
    book(slot, 6)
    desk.writes(slots.change_slot, slot, make_plan(capacity=5), actor=None, cancel_last=True)
    assert "Мест стало меньше" in heard()[0][2]


def test_the_day_before_is_told_once(desk, cast, book, later):
    assert BOOKING_REMINDERS[0] in reminders()
    book(desk.slot(26), 4), book(desk.slot(60), 3)
    day = SCHOOL_DAY.date()
    for turn in range(2):
        told = desk.writes(remind, BOOKING_REMINDERS[0], cast.region, day)
        assert told == 1 - turn
    [(account, kind, words)] = heard()
    assert (account, kind) == (cast.teacher.id, "booking_tomorrow")
    assert "Завтра" in words or "Остался" in words


def test_thanks_name_how_many_came(desk, cast, book, later):
    slot = desk.slot(1)
    made = book(slot, 4)
    book_absent = desk.book(slot, 2, class_id=cast.neighbour_class.id)
    desk.mark(made, people=3)
    with later(4):
        desk.writes(attendance.close_slot, slot, actor=None)
    assert [row[:2] for row in heard()] == [(cast.teacher.id, "booking_thanks")]
    assert "3 человека" in heard()[0][2]
    assert book_absent.state == "absent"
