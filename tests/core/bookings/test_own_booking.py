"""A student books with a card: at most three taps, one effect, refusals in words; and what the ticket then shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_class
from sqlalchemy import func, select

from orientir.bookings import services, slots
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.tickets import ticket_digits
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.notices.models import Notice
from orientir.students import cards

BEGINS = 26


@pytest.fixture
def card(app, cast, pupils) -> Callable[[int], FlaskClient]:
    """Return a browser in which the card of a number was typed."""
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    digits = cards.digits_of(pupils)

    def enter(number: int) -> FlaskClient:
        client = app.test_client()
        assert client.post("/code", data={"code": digits[number]}).status_code == 303
        return client

    return enter


def words(answer) -> str:
    return " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())


def press(client: FlaskClient, slot: int, name: str = ""):
    return client.post(f"/book/{slot}", data={"request": name or uuid4().hex})


def count() -> int:
    return db.session.scalar(select(func.count(Booking.id))) or 0


def test_from_the_card_to_the_ticket_in_one_press(desk, card):
    slot = desk.slot(BEGINS, advice=(("Безопасность", "Волосы убрать"),))
    client = card(7)
    page = client.get(f"/book/{slot}")
    assert "свободно 10 из 10" in words(page)
    assert "Волосы убрать" in page.text
    assert page.text.count("Записаться") == 1
    answer = press(client, slot, re.search(r'name="request" value="(\w+)"', page.text)[1])
    booking = db.session.scalars(select(Booking)).one()
    assert (answer.status_code, answer.location) == (303, f"/my/bookings/{booking.id}")
    ticket = client.get(answer.location)
    assert "место есть" in ticket.text
    assert grouped(ticket_digits(booking)) in ticket.text
    assert "№ 7" in words(ticket)


def test_pressed_twice_it_is_one_booking_and_one_answer(desk, card):
    slot, client, name = desk.slot(BEGINS), card(7), uuid4().hex
    first, second = press(client, slot, name), press(client, slot, name)
    assert (first.location, count()) == (second.location, 1)
    desk.cancel(db.session.scalars(select(Booking)).one())
    assert press(client, slot, name).location == first.location
    assert desk.figures(slot) == (0, 0)


@pytest.mark.parametrize("name", ["", "x", "A" * 32, "0" * 33, "\0" * 32])
def test_a_strange_name_books_nothing(desk, card, name):
    slot = desk.slot(BEGINS)
    assert card(7).post(f"/book/{slot}", data={"request": name}).status_code == 400
    assert count() == 0


def test_where_all_is_taken_one_waits_and_is_told_why(desk, cast, card):
    slot = desk.slot(BEGINS, capacity=2, strict=True)
    desk.book(slot, 2, class_id=cast.neighbour_class.id)
    client = card(7)
    assert "Вы будете 1-й" in words(client.get(f"/book/{slot}"))
    ticket = words(client.get(press(client, slot).location))
    assert "в листе ожидания, 1-й" in ticket
    assert "Заняты все места: 2. Места дают строго по очереди" in ticket
    assert "ticket-qr" not in ticket
    assert "в листе ожидания, 1-й" in words(client.get("/my"))


def test_whoever_has_a_place_or_waits_is_told_which(desk, cast, card):
    slot, client = desk.slot(BEGINS, capacity=1), card(7)
    press(client, slot)
    assert "место есть" in client.get(f"/book/{slot}").text
    waiting = card(8)
    press(waiting, slot)
    page = waiting.get(f"/book/{slot}")
    assert "в листе ожидания, 1-й" in words(page)
    assert "Встать в лист ожидания" not in page.text


def test_before_the_button_stands_what_it_takes_and_until_when_it_is_taken_back(desk, card, later):
    slot = desk.slot(BEGINS, minimum=4)
    page = words(card(7).get(f"/book/{slot}"))
    assert "Сеанс состоится, если наберётся 4 человека: не хватает 4." in page
    assert "Отменить запись можно до 15 мая, 11:00" in page
    with later(BEGINS - 0.5):
        assert "Отменить запись нельзя: срок вышел 15 мая, 11:00" in words(card(7).get(f"/book/{slot}"))


def test_refusals_say_why(desk, cast, card, later):
    client = card(7)
    early, late = desk.slot(BEGINS + 50), desk.slot(BEGINS)
    other = desk.slot(BEGINS + 100, first_grade=10)
    called_off = desk.slot(BEGINS + 200)
    desk.writes(slots.cancel_slot, called_off, "Нет света", actor=None)
    for slot, said in ((other, "Сеанс для 10–11-х классов"), (called_off, "Нет света")):
        assert said in words(client.get(f"/book/{slot}"))
        answer = press(client, slot)
        assert (answer.status_code in (400, 409), said in words(answer)) == (True, True)
    press(client, early)
    again = press(client, early)
    assert again.status_code == 409
    assert "У вас уже есть запись на это время" in words(again)
    with later(BEGINS + 1):
        assert "Запись закрылась" in words(card(8).get(f"/book/{late}"))
    assert count() == 1


def test_a_draft_and_a_missing_slot_do_not_exist(desk, card):
    client = card(7)
    for slot in (desk.slot(BEGINS, draft=True), 999, 2**40):
        assert client.get(f"/book/{slot}").status_code == 404
        assert press(client, slot).status_code == 404


# The way there


def test_without_a_card_one_is_asked_for_it_and_led_back(desk, card, app, pupils):
    slot, client = desk.slot(BEGINS), app.test_client()
    card(7)
    asked = client.get(f"/book/{slot}")
    assert asked.location == "/?again=card"
    assert "введите код: карточка ученика" in words(client.get(asked.location))
    digits = cards.digits_of(pupils)[7]
    assert client.post("/code", data={"code": digits}).location == f"/book/{slot}"
    assert client.post("/code", data={"code": digits}).location == "/my"


def test_the_wish_of_the_last_person_ends_with_time(desk, card, app, pupils, later):
    slot, client = desk.slot(BEGINS), app.test_client()
    card(7)
    client.get(f"/book/{slot}")
    with later(1):
        assert client.post("/code", data={"code": cards.digits_of(pupils)[7]}).location == "/my"


# The ticket


def test_a_foreign_ticket_does_not_exist(desk, card):
    slot = desk.slot(BEGINS)
    location = press(card(7), slot).location
    other = card(8)
    assert other.get(location).status_code == 404
    assert other.post(f"{location}/cancel").status_code == 404
    assert other.get("/my/bookings/999").status_code == 404
    assert desk.figures(slot) == (1, 0)


def test_cancelled_it_goes_on_to_who_waits_and_its_code_dies(desk, cast, card):
    slot = desk.slot(BEGINS, capacity=1)
    one, other = card(7), card(8)
    location, waits = press(one, slot).location, press(other, slot).location
    booking = db.session.scalars(select(Booking).order_by(Booking.id)).first()
    digits = ticket_digits(booking)
    assert "там записей 1" in words(one.get(location))
    assert one.post(f"{location}/cancel").location == location
    assert one.post(f"{location}/cancel").status_code == 303
    page = words(one.get(location))
    assert "отменена" in page
    assert "Записаться снова" in page
    assert "Убрать из календаря" in page
    assert one.get(f"{location}/ticket.ics").headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "место есть" in other.get(waits).text
    assert one.post("/code", data={"code": digits}).status_code == 400


def test_too_late_to_cancel_it_says_whom_to_call(desk, card, later):
    slot = desk.slot(BEGINS)
    client = card(7)
    location = press(client, slot).location
    with later(BEGINS - 0.5):
        client = card(7)
        assert "позвоните организатору" in words(client.get(location))
        client.post(f"{location}/cancel")
        assert "Отменить запись можно было" in words(client.get(location))
    assert desk.figures(slot) == (1, 0)


def test_a_place_that_is_kept_is_confirmed_by_a_button(desk, cast, card):
    slot = desk.slot(BEGINS, capacity=1, confirm_hours=5)
    held = desk.book(slot, 1, class_id=cast.neighbour_class.id)
    client = card(7)
    location = press(client, slot).location
    assert "его держат для вас 5 ч: подтвердите здесь" in words(client.get(location))
    desk.cancel(held)
    assert "подтвердите до" in words(client.get("/my"))
    assert "Подтвердить место" in client.get(location).text
    client.post(f"{location}/confirm")
    assert "ticket-qr" in client.get(location).text


class TestBookedByTheClass:
    @pytest.fixture
    def booking(self, desk, cast, pupils) -> Booking:
        """Eight of the class on a session of eight, and three of another waiting."""
        slot = desk.slot(BEGINS, capacity=8)
        made = desk.writes(
            services.book, slot, desk.wish(0, *pupils[:8], ovz=1), request="class", actor=cast.teacher.id
        )
        desk.book(slot, 1, class_id=make_class(cast.school, 8, "Б").id)
        return made

    def test_the_student_sees_the_occasion_and_not_the_ticket(self, booking, card):
        client, location = card(7), f"/my/bookings/{booking.id}"
        page = client.get(location)
        assert "общий билет у учителя" in page.text
        assert ticket_digits(booking)[:4] not in page.text
        assert client.post(f"{location}/confirm").status_code == 403
        assert card(9).get(location).status_code == 404
        assert card(9).post(f"{location}/cancel").status_code == 404

    def test_a_card_takes_its_number_off_and_who_waits_goes_instead(self, desk, booking, card, cast):
        client, location = card(7), f"/my/bookings/{booking.id}"
        assert "Не поеду с классом" in client.get(location).text
        assert "вернуть вас в группу может только он" in client.get(f"{location}/cancel").text
        assert client.post(f"{location}/cancel").location == "/my"
        assert "Учитель и организатор узнают" in client.get("/my").text
        assert client.get(location).status_code == client.post(f"{location}/cancel").status_code == 404
        left = db.session.get_one(Booking, booking.id, populate_existing=True)
        assert [one.student.number for one in left.seats] == [1, 2, 3, 4, 5, 6, 8]
        assert (left.people, left.ovz, left.state) == (7, 1, "confirmed")
        assert desk.figures(booking.slot_id) == (8, 0)
        told = {(one.kind, one.user_id) for one in db.session.scalars(select(Notice))}
        assert ("platform.booking_stepped_out", cast.teacher.id) in told

    def test_the_last_of_a_group_cancels_it(self, desk, card, pupils):
        slot = desk.slot(BEGINS)
        made = desk.book(slot, 0, pupils[6])
        card(7).post(f"/my/bookings/{made.id}/cancel")
        assert db.session.get_one(Booking, made.id, populate_existing=True).state == "cancelled"
        assert desk.figures(slot) == (0, 0)

    def test_too_late_it_says_whom_to_tell(self, desk, booking, card, later):
        with later(BEGINS - 0.5):
            client = card(7)
            page = client.get(f"/my/bookings/{booking.id}")
            assert "скажите учителю" in page.text
            assert "Не поеду с классом" not in page.text
            client.post(f"/my/bookings/{booking.id}/cancel")
        assert desk.figures(booking.slot_id) == (8, 1)


def test_the_code_of_a_ticket_shows_it_and_opens_no_card(desk, card, app):
    slot = desk.slot(BEGINS)
    location = press(card(7), slot).location
    digits = ticket_digits(db.session.scalars(select(Booking)).one())
    client = app.test_client()
    assert client.get(f"/k/{digits}").location == "/t"
    page = client.get("/t")
    assert grouped(digits) in page.text
    assert "Отменить" not in page.text
    for path in ("/my", location, f"/book/{slot}"):
        assert client.get(path).location.startswith("/?again")
    assert client.post(f"{location}/cancel").location.startswith("/?again")


def test_the_teacher_has_the_ticket_of_the_class_and_of_no_student(desk, cast, card, as_user):
    slot = desk.slot(BEGINS)
    group = desk.book(slot, 3)
    own = press(card(7), slot).location.rpartition("/")[2]
    teacher = as_user(cast.teacher)
    assert grouped(ticket_digits(group)) in teacher.get(f"/bookings/{group.id}/ticket").text
    assert teacher.get(f"/bookings/{own}/ticket").status_code == 404
    assert as_user(cast.neighbour_teacher).get(f"/bookings/{group.id}/ticket").status_code == 404


def test_afterwards_it_stands_under_where_you_were(desk, card, pupils, later):
    slot = desk.slot(BEGINS)
    press(card(7), slot)
    booking = db.session.scalars(select(Booking)).one()
    with later(BEGINS + 1):
        desk.mark(booking)
        assert "приход отмечен" in card(7).get("/my").text
    with later(BEGINS + 3):
        page = words(card(7).get("/my"))
    assert page.index("Где вы были") < page.index("Сварщик за час")
    assert booking.state == BookingState.ATTENDED


def test_its_pages_cost_the_same_with_much_to_show(desk, card, cast, pupils, count_queries):
    client = card(7)
    press(client, desk.slot(BEGINS))
    counted = []
    for more in range(2):
        client.get("/my")
        with count_queries() as seen:
            client.get("/my")
        counted.append(seen.count)
        for turn in range(3):
            slot = desk.slot(BEGINS + 10 * (turn + 1), capacity=1)
            desk.book(slot, 1, class_id=make_class(cast.school, 9, "БВГ"[turn] if not more else "ДЕЖ"[turn]).id)
            press(client, slot)
    assert counted[1] <= counted[0] + 1  # one statement asks for all queues
