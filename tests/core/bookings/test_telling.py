"""What grown-ups hear of their bookings: cancelled, moved, promoted, tomorrow, thanks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from orientir_testkit.cast import SCHOOL_DAY, make_class, make_user
from orientir_testkit.occasions import make_plan
from sqlalchemy import select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.bookings import attendance, services, slots
from orientir.bookings.host_telling import NEW_AT_HOST
from orientir.bookings.notice_kinds import BOOKING_KINDS, GIVEN_UP, MADE, SMALLER
from orientir.bookings.queue import lapse_unconfirmed
from orientir.bookings.resizing import resize
from orientir.bookings.telling import TRIPS_TOMORROW, trips_tomorrow
from orientir.db import db
from orientir.notices.models import Notice
from orientir.notices.reminders import remind, reminders
from orientir.notices.wording import words_of


@pytest.fixture
def organiser(desk):
    made = make_user(Role.ORGANISER, desk.college.scope, "Роман Олегович Организатор")
    db.session.commit()
    return made


@pytest.fixture
def round_(desk, cast):
    """Make the morning's round for whoever holds sessions, so many days after the school day."""

    def made(days: int = 1) -> int:
        with time_machine.travel(SCHOOL_DAY + timedelta(days=days), tick=False):
            return desk.writes(remind, NEW_AT_HOST, cast.region, SCHOOL_DAY.date() + timedelta(days=days))

    return made


@pytest.fixture
def book(desk, cast):
    """Book as the teacher."""

    def made(slot: int, people: int, *students, **values):
        wish = desk.wish(people, *students, **values)
        name = f"told:{clock.now()}:{slot}:{wish.class_id}:{students[:1]}"[:36]
        return desk.writes(services.book, slot, wish, request=name, actor=cast.teacher.id)

    return made


def heard(*, made: bool = False) -> list[tuple[int, str, str]]:
    """Return who heard what, in order: account, kind, all words; the lines about new bookings only where `made`."""
    wanted = select(Notice).where((Notice.kind == MADE.key) == made).order_by(Notice.id)
    rows = db.session.scalars(wanted)
    words = [(row.user_id, row.kind.removeprefix("platform."), f"{row.subject}\n{row.text}") for row in rows]
    return [(user, kind, said.replace("\xa0", " ")) for user, kind, said in words]


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
    assert db.session.scalars(select(Notice.url).where(Notice.kind != MADE.key)).one() == f"/bookings/{made.id}"


def test_when_the_account_is_gone_the_school_hears(desk, cast, book):
    slot = desk.slot()
    book(slot, 4)
    desk.book(slot, 2, class_id=cast.neighbour_class.id)
    cast.teacher.disabled_at = clock.now()
    desk.writes(slots.cancel_slot, slot, "Авария", actor=None)
    assert [account for account, *_rest in heard()] == [cast.school_admin.id]


def test_whoever_works_elsewhere_by_now_hears_nothing_more_and_the_school_does(desk, cast, book, later):
    """The account is open and has a role in another school: what becomes of the class is no longer its affair."""
    slot = desk.slot(30)
    book(slot, 4)
    accounts.take(cast.teacher, cast.teacher.grants[0], actor=None)
    accounts.grant(cast.teacher, Role.TEACHER, cast.neighbour_school.scope, actor=None)
    desk.change(slot, starts=32)
    [(person, kind, _words)] = heard()
    assert (person, kind) == (cast.school_admin.id, "slot_changed")
    with later(20):
        today = clock.today(cast.region.timezone)
        assert [due.recipients for due in trips_tomorrow(today, cast.region.id)] == [(cast.school_admin.id,)]


def test_a_coordinator_who_booked_for_a_school_hears_of_it(desk, cast, pupils):
    slot = desk.slot()
    desk.writes(services.book, slot, desk.wish(4), request="coordinator", actor=cast.coordinator.id)
    desk.writes(slots.cancel_slot, slot, "Авария", actor=None)
    assert [person for person, *_rest in heard()] == [cast.coordinator.id]


def test_a_move_is_told_each_time_and_other_changes_are_not(desk, cast, book, later):
    slot = desk.slot()
    book(slot, 4)
    desk.change(slot, capacity=12)
    assert heard() == []
    desk.change(slot, starts=50)
    with later(1):
        desk.change(slot, starts=50, place="ул. Новая, 7")
    assert [kind for _who, kind, _words in heard()] == ["slot_changed"] * 2
    assert "Было: сб, 16" in heard()[1][2]
    assert "ул. Новая, 7" in heard()[1][2]


def test_a_move_tells_until_when_to_say_no_and_where_else_the_class_would_be(desk, cast, book):
    slot, other = desk.slot(), desk.slot(50, title="Токарь")
    book(slot, 4)
    desk.book(other, 3)
    desk.change(slot, starts=51)
    [(_who, _kind, words)] = heard()
    assert "отмените запись до сб, 16 мая 2026, 12:00" in words
    assert "Класс уже записан на это время: «Токарь»" in words


def test_who_waits_is_not_told_of_a_ticket(desk, cast, book):
    slot = desk.slot(capacity=5)
    desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
    book(slot, 4)
    desk.change(slot, starts=50, capacity=5)
    words = next(words for *_who, words in heard() if "9«А»" in words)
    assert "по-прежнему в листе ожидания" in words
    assert "Билет" not in words


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
    assert TRIPS_TOMORROW in reminders()
    book(desk.slot(26), 4), book(desk.slot(60), 3)
    day = SCHOOL_DAY.date()
    for turn in range(2):
        told = desk.writes(remind, TRIPS_TOMORROW, cast.region, day)
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


def test_a_booking_is_a_line_with_its_ticket_for_who_booked_and_for_the_school(desk, cast, book):
    made = book(desk.slot(), 4)
    lines = heard(made=True)
    assert {who for who, *_rest in lines} == {cast.teacher.id, cast.school_admin.id}
    assert all("Записано: «Сварщик за час», пт, 15 мая 2026, 12:00" in words for *_who, words in lines)
    told = db.session.scalars(select(Notice)).all()
    assert {(one.url, str(one.way)) for one in told} == {(f"/bookings/{made.id}/ticket", "site")}


def test_whoever_waits_is_told_so_and_the_way_to_the_booking(desk, cast, book):
    slot = desk.slot(capacity=5)
    desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
    made = book(slot, 5)
    [line] = [words for who, _kind, words in heard(made=True) if who == cast.teacher.id]
    assert "В листе ожидания" in line
    assert f"/bookings/{made.id}" in db.session.scalars(select(Notice.url).where(Notice.user_id == cast.teacher.id))


def test_a_repeated_wish_and_a_pupil_make_no_line(desk, cast, book, pupils):
    slot = desk.slot()
    for _turn in range(2):
        desk.writes(services.book, slot, desk.wish(4), request="the same wish", actor=cast.teacher.id)
    desk.book(slot, 0, pupils[5], own=True)
    assert len(heard(made=True)) == 2


def test_the_host_hears_of_a_day_in_one_notice(desk, cast, book, pupils, organiser, round_):
    first, second = desk.slot(60, capacity=20), desk.slot(80)
    book(first, 4), book(second, 5)
    desk.book(first, 3, class_id=cast.neighbour_class.id)
    desk.book(first, 0, pupils[5], own=True, class_id=cast.school_class.id)
    assert heard() == []  # nothing at the moment of booking
    assert round_() == 1
    [(account, kind, words)] = heard()
    assert (account, kind) == (organiser.id, "bookings_new")
    assert "Новые записи за 14 мая: 13 человек" in words
    assert "Школа № 8, 9«Б», 3 человека" in words
    assert "По карточкам учеников: 1 человек." in words
    assert [round_(days) for days in (1, 2)] == [0, 0]


def test_a_day_on_which_the_server_stood_still_is_told_the_day_after(desk, cast, book, organiser, round_):
    book(desk.slot(100), 4)
    assert round_(3) == 1


def test_the_host_hears_nothing_of_what_is_off_again_and_nothing_of_other_hosts(desk, cast, book, round_):
    """An organiser of another college, in the same town."""
    make_user(Role.ORGANISER, cast.school.scope)
    made = book(desk.slot(60), 4)
    assert round_() == 0
    desk.cancel(made)
    make_user(Role.ORGANISER, desk.college.scope)
    db.session.commit()
    assert round_(2) == 0


def test_a_long_day_is_cut_short(desk, cast, organiser, round_):
    slot = desk.slot(60, capacity=100)
    for index in range(15):
        desk.book(slot, 2, class_id=make_class(cast.school, 7, chr(ord("А") + index)).id)
    assert round_() == 1
    assert "и ещё групп: 3" in heard()[0][2]


def test_the_host_hears_at_once_that_a_class_does_not_come(desk, cast, book, organiser):
    slot = desk.slot()
    made = book(slot, 4)
    desk.cancel(made, reason="Карантин")
    [(account, kind, words)] = heard()
    assert (account, kind) == (organiser.id, "booking_given_up")
    assert "Школа № 3 отменила запись" in words
    assert "Причина: Карантин" in words
    assert str(db.session.scalars(select(Notice.way).where(Notice.kind == GIVEN_UP.key)).one()) == "once"
    desk.cancel(made)
    assert len(heard()) == 1


def test_the_host_hears_at_once_that_fewer_come(desk, cast, book, organiser):
    slot = desk.slot(capacity=10)
    made, other = book(slot, 8), make_class(cast.school, 8, "Б").id
    waiting = desk.book(slot, 4, class_id=other)
    for _turn in range(2):  # twice is once
        promoted = desk.writes(resize, made.id, desk.wish(5), actor=cast.teacher.id)
    db.session.expire_all()
    assert (promoted, waiting.state) == ([], "confirmed")
    [(account, _kind, words)] = [one for one in heard() if one[1] == "booking_smaller"]
    assert account == organiser.id
    assert "Приедут не все: 9«А», 5 человек вместо 8" in words
    assert "Школа № 3 уменьшила группу" in words
    assert str(db.session.scalars(select(Notice.way).where(Notice.kind == SMALLER.key)).one()) == "once"
    with time_machine.travel(SCHOOL_DAY + timedelta(hours=1)):
        desk.writes(resize, made.id, desk.wish(3), actor=cast.teacher.id)
    assert [one[1] for one in heard()].count("booking_smaller") == 2


def test_a_group_that_grows_or_waits_or_only_changes_is_no_news(desk, cast, book, organiser):
    slot = desk.slot(capacity=10)
    made = book(slot, 6)
    waiting = book(slot, 9, class_id=make_class(cast.school, 8, "Б").id)
    for booking, people, more in ((made, 7, {}), (made, 7, {"ovz": 1}), (waiting, 8, {"class_id": waiting.class_id})):
        desk.writes(resize, booking.id, desk.wish(people, **more), actor=cast.teacher.id)
    assert heard() == []


def test_leaving_the_queue_and_a_pupil_who_does_not_come_are_no_news(desk, cast, book, pupils, organiser):
    slot = desk.slot(capacity=5)
    own = desk.book(slot, 0, pupils[5], own=True)
    desk.cancel(book(slot, 5))
    desk.cancel(own)
    assert heard() == []
