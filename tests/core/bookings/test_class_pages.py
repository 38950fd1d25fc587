"""A teacher books a class, sees how it stands, cancels."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import SCHOOL_DAY, Cast, make_class
from sqlalchemy import select

from orientir.bookings.models import Booking, Slot
from orientir.bookings.wishes import companion_of
from orientir.db import db
from orientir.i18n import NBSP

ADULT = {"companion": "Петрова Анна", "phone": "8 (3952) 12-34-56"}


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    client: FlaskClient = as_user(cast.teacher)
    return client


def form(**values: Any) -> dict[str, Any]:
    return {"request": uuid4().hex, **values}


def only() -> Booking:
    db.session.expire_all()
    return db.session.scalars(select(Booking)).one()


def none_booked() -> bool:
    return db.session.scalar(select(Booking.id)) is None


def test_numbers_of_the_list_are_booked_with_a_companion(desk, cast, teacher, pupils):
    slot = desk.slot(needs_companion=True)
    address = f"/bookings/new/{slot}/{cast.school_class.id}"
    page = teacher.get(address).text
    assert page.count('name="numbers"') == 27
    assert "ул. Лесная, 5" in page
    answer = teacher.post(address, data=form(numbers=["1", "2", "14"], ovz="1", consents="y", **ADULT))
    made = only()
    assert answer.location == f"/bookings/{made.id}"
    assert (made.people, made.ovz, made.consents, made.state) == (3, 1, True, "confirmed")
    assert [seat.student.number for seat in made.seats] == [1, 2, 14]
    assert companion_of(made.companion, made.request).phone_words.startswith("+7")
    assert b"\xd0\x9f\xd0\xb5\xd1\x82\xd1\x80" not in made.companion  # «Петр», in the clear
    standing = teacher.get(answer.location).text
    assert "Петрова Анна" in standing
    assert "места есть" in standing


def test_a_class_without_a_list_is_booked_by_number(desk, cast, teacher):
    slot = desk.slot()
    teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(people="7"))
    assert (only().people, only().is_by_number) == (7, True)


def test_the_same_form_sent_twice_is_one_booking(desk, cast, teacher):
    slot = desk.slot()
    sent = form(people="7")
    first, second = (teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=sent) for _turn in range(2))
    assert first.location == second.location == f"/bookings/{only().id}"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"people": "270"}, "На сеансе всего мест: 10"),
        ({"people": "двое"}, "Напишите число цифрами"),
        ({}, "Отметьте номера"),
        ({"people": "3", "ovz": "4"}, "больше, чем всего"),
        ({"people": "3", "numbers": ["1", "2"]}, "Оставьте что-нибудь одно"),
        ({"numbers": ["98"]}, "Выберите из показанных"),
        ({"people": "3", "companion": "Петрова Анна"}, "Напишите телефон"),
        ({"people": "3", "phone": "8 3952 123456"}, "Напишите, чей это телефон"),
        ({"people": "3", "companion": "Анна 12.05.2011", "phone": "8 3952 123456"}, "дату рождения"),
        ({"people": "3", "companion": "Иванов Пётр Ильич, " * 9, "phone": "8 3952 123456"}, "одного взрослого"),
        ({"people": "3", "companion": "Анна", "phone": "3-12-45"}, "код"),
        ({"people": "3", "request": "мой запрос"}, "Откройте страницу заново"),
    ],
)
def test_bad_input_is_answered_at_its_field(desk, cast, teacher, pupils, sent, words):
    slot = desk.slot()
    answer = teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(**sent))
    assert answer.status_code == 400
    assert words in answer.text
    assert none_booked()


def test_a_companion_is_asked_for_where_the_slot_wants_one(desk, cast, teacher):
    slot = desk.slot(needs_companion=True)
    answer = teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(people="3"))
    assert "кто поедет с детьми, и телефон" in answer.text
    assert 'id="companion-error"' in answer.text


def test_a_clash_is_refused_by_name(desk, cast, teacher, pupils):
    desk.book(desk.slot(title="Повар"), 0, *pupils[:3])
    answer = teacher.post(f"/bookings/new/{desk.slot()}/{cast.school_class.id}", data=form(numbers=["3", "4"]))
    assert answer.status_code == 400
    assert re.search(
        'id="numbers-error".*На это время уже записаны №\N{NO-BREAK SPACE}3: «Повар»', answer.text, re.DOTALL
    )


class TestWithoutRoom:
    @pytest.fixture
    def slot(self, desk, cast) -> int:
        other = make_class(cast.school, 8, "Б")
        made: int = desk.slot(capacity=10)
        desk.book(made, 6, class_id=other.id)
        return made

    def test_whoever_did_not_choose_is_asked_and_not_booked(self, cast, teacher, slot):
        answer = teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(people="7"))
        assert answer.status_code == 400
        assert "Свободно 4, а нужно 7" in answer.text
        assert db.session.scalar(select(Booking.id).where(Booking.class_id == cast.school_class.id)) is None

    @pytest.mark.parametrize(("room", "people", "state"), [("all", 7, "waiting"), ("fewer", 4, "confirmed")])
    def test_all_wait_or_as_many_as_there_are_go(self, cast, teacher, slot, room, people, state):
        answer = teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(people="7", room=room))
        made = db.session.scalars(select(Booking).where(Booking.class_id == cast.school_class.id)).one()
        assert (made.people, made.state) == (people, state)
        page = teacher.get(answer.location).text
        assert ("Вы первые в листе ожидания" in page) == (room == "all")

    def test_of_a_class_larger_than_the_session_as_many_go_as_there_are_places(self, desk, cast, teacher, pupils):
        address = f"/bookings/new/{desk.slot(capacity=12)}/{cast.school_class.id}"
        whole = [str(one) for one in range(1, 28)]
        assert "На сеансе всего мест: 12. Отметьте, кто поедет" in teacher.post(address, data=form(numbers=whole)).text
        answer = teacher.post(address, data=form(numbers=whole, room="fewer"))
        assert (
            "Записано: 12\N{NO-BREAK SPACE}человек из 27, на сколько хватило мест." in teacher.get(answer.location).text
        )
        assert [seat.student.number for seat in only().seats] == list(range(1, 13))

    def test_where_nothing_is_free_the_button_leads_into_the_queue_and_nobody_is_asked(self, desk, cast, teacher):
        slot = desk.slot(capacity=6)
        desk.book(slot, 6, class_id=make_class(cast.school, 8, "Б").id)
        address = f"/bookings/new/{slot}/{cast.school_class.id}"
        page = teacher.get(address).text
        assert "Встать в лист ожидания" in page
        assert 'type="radio"' not in page
        answer = teacher.post(address, data=form(people="5", room="all"))
        assert "Вы первые в листе ожидания" in teacher.get(answer.location).text
        assert "На сеансе всего мест: 6" in teacher.post(address, data=form(people="7", room="fewer")).text


class TestChoosingTheClass:
    def test_one_fitting_class_needs_no_choice(self, desk, cast, teacher):
        slot = desk.slot()
        make_class(cast.school, 3, "В")
        db.session.commit()
        assert teacher.get(f"/bookings/new/{slot}").location == f"/bookings/new/{slot}/{cast.school_class.id}"

    def test_several_are_offered_and_foreign_ones_are_not(self, desk, cast, teacher):
        slot, other = desk.slot(), make_class(cast.school, 8, "Б")
        db.session.commit()
        page = teacher.get(f"/bookings/new/{slot}").text
        assert f"/bookings/new/{slot}/{other.id}" in page
        assert f"/bookings/new/{slot}/{cast.neighbour_class.id}" not in page

    def test_a_draft_is_nobodys_business(self, desk, teacher, cast):
        slot = desk.slot(draft=True)
        for address in (f"/bookings/new/{slot}", f"/bookings/new/{slot}/{cast.school_class.id}"):
            assert teacher.get(address).status_code == 404


class TestAfterwards:
    def test_a_booking_is_cancelled_with_its_reason(self, desk, teacher):
        made = desk.book(desk.slot(), 5)
        page = teacher.get(f"/bookings/{made.id}").text
        assert "Освободится мест: 5" in page
        teacher.post(f"/bookings/{made.id}/cancel", data={"reason": "Карантин"})
        assert (only().state, only().reason) == ("cancelled", "Карантин")
        assert "Записать снова" in teacher.get(f"/bookings/{made.id}").text

    def test_a_reason_with_personal_data_is_refused(self, desk, teacher):
        made = desk.book(desk.slot(), 5)
        words = "Болеют Иванова Мария Петровна и Ильин Пётр Олегович"
        answer = teacher.post(f"/bookings/{made.id}/cancel", data={"reason": words})
        assert "Похоже на список людей" in answer.text
        assert only().state == "confirmed"

    def test_too_late_is_told(self, desk, teacher):
        made = desk.book(desk.slot(cancel_until=SCHOOL_DAY), 5)
        page = teacher.get(f"/bookings/{made.id}").text
        assert "Теперь позвоните организатору" in page
        assert 'name="reason"' not in page
        assert "позвоните организатору" in teacher.post(f"/bookings/{made.id}/cancel", data={}).text

    def test_once_it_has_begun_nothing_is_offered_that_would_be_refused(self, desk, as_user, cast, later):
        made, gone = desk.book(desk.slot(1), 5), desk.book(desk.slot(40, closes_at=SCHOOL_DAY + timedelta(hours=1)), 3)
        desk.cancel(gone)
        with later(1.5):
            client = as_user(cast.teacher)
            page = client.get(f"/bookings/{made.id}").text
            assert not re.search("Изменить группу|Отменить запись<|Имена для пропуска", page)
            assert "Записать снова" not in client.get(f"/bookings/{gone.id}").text

    def test_a_freed_place_is_taken(self, desk, cast, teacher):
        slot = desk.slot(capacity=5, confirm_hours=3)
        first = desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
        mine = desk.book(slot, 5)
        desk.cancel(first)
        assert "Взять места: 5" in teacher.get(f"/bookings/{mine.id}").text
        teacher.post(f"/bookings/{mine.id}/confirm")
        assert db.session.get_one(Booking, mine.id, populate_existing=True).state == "confirmed"


class TestTheList:
    def test_it_shows_what_the_branch_has_booked_and_no_more(self, desk, cast, teacher, as_user):
        slot = desk.slot(title="Сварщик")
        desk.book(slot, 5)
        desk.book(slot, 3, class_id=cast.neighbour_class.id)
        page = teacher.get("/bookings").text
        assert "1\xa0запись" in page
        assert "9«Б»" not in page
        wide = as_user(cast.operator).get("/bookings").text
        assert "2\xa0записи" in wide
        assert "1\xa0запись" in as_user(cast.operator).get("/bookings?school=Школа+№+8").text

    def test_it_is_narrowed_by_class_state_and_time(self, desk, cast, teacher, later):
        desk.book(desk.slot(), 5)
        other = make_class(cast.school, 8, "Б").id
        assert "Записей нет" in teacher.get(f"/bookings?class={other}").text
        assert "1\xa0запись" in teacher.get(f"/bookings?class={cast.school_class.id}&state=confirmed").text
        assert "Записей нет" in teacher.get("/bookings?state=waiting").text
        assert "Записей нет" in teacher.get("/bookings?when=past").text
        assert "1\xa0запись" in teacher.get("/bookings?when=tomorrow&state=strange&class=x&page=99").text

    def test_it_leaves_as_a_table(self, desk, teacher, pupils):
        desk.book(desk.slot(), 0, *pupils[:2])
        table = teacher.get("/bookings?format=csv").get_data(as_text=True)
        assert "Сварщик за час" in table
        assert "1, 2" in table


def test_near_is_what_the_class_can_still_book(desk, cast, teacher):
    """Not what is closed, cancelled or booked already; what opens later says when."""
    asked, booked = desk.slot(), desk.slot(30, title="Уже записаны")
    desk.book(booked, 5)
    desk.slot(34, title="Закрыто", closes_at=SCHOOL_DAY)
    desk.slot(38, title="Полно", capacity=3)
    desk.slot(42, title="Открыто")
    desk.slot(46, title="Позже", opens_at=SCHOOL_DAY + timedelta(hours=24))
    desk.slot(24 * 90, title="Осенью")
    desk.book(
        db.session.scalars(select(Slot.id).where(Slot.title == "Полно")).one(),
        3,
        class_id=make_class(cast.school, 8).id,
    )
    page = teacher.get(f"/bookings/new/{asked}/{cast.school_class.id}").text.replace(NBSP, " ")
    near = page[page.index('id="nearby"') :]
    assert re.findall(r">(\w[^<]*)</a>", near)[:3] == ["Полно", "Открыто", "Позже"]
    assert "мест нет" in near
    assert "запись с" in near
    assert not re.search("Закрыто|Уже записаны|Осенью", near)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"opens_at": SCHOOL_DAY + timedelta(hours=3)}, "Запись откроется"),
        ({"closes_at": SCHOOL_DAY}, "Запись закрылась"),
        ({"last_grade": 8}, "Сеанс для 6–8-х классов"),
    ],
)
def test_a_form_that_would_be_refused_anyway_is_not_filled_in(desk, cast, teacher, values, words):
    page = teacher.get(f"/bookings/new/{desk.slot(**values)}/{cast.school_class.id}").text
    assert words in page
    assert "Записать класс сейчас нельзя" in page
    assert 'name="people"' not in page
