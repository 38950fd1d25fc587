"""Whoever holds a session: who comes, marks, changes, cancelling, closing."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_class, make_user

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.bookings.host_forms import HOUR
from orientir.bookings.models import Booking, Slot
from orientir.bookings.wishes import Companion
from orientir.db import db

PLAN = {
    "title": "Сварщик за час", "place": "ул. Лесная, 5", "on_day": "2026-05-15", "starts": "12:00", "ends": "14:00",
    "capacity": "10", "minimum": "", "first_grade": "6", "last_grade": "11", "confirm_hours": "",
}  # fmt: skip


@pytest.fixture
def person(desk) -> User:
    user = make_user(Role.ORGANISER, desk.college.scope)
    db.session.commit()
    return user


@pytest.fixture
def organiser(as_user, person) -> FlaskClient:
    client: FlaskClient = as_user(person)
    return client


def told(client: FlaskClient, address: str, **values: Any) -> str:
    """Post and return the page it leads to."""
    return client.get(client.post(address, data=values).location).text


def again(booking: Booking) -> Booking:
    return db.session.get_one(Booking, booking.id, populate_existing=True)


def slot_of(slot_id: int) -> Slot:
    return db.session.get_one(Slot, slot_id, populate_existing=True)


def test_a_session_too_few_have_booked_is_on_the_first_page_the_list_and_its_own(desk, organiser):
    few, enough = desk.slot(26, title="Пустой", minimum=4), desk.slot(50, title="Полный", minimum=4)
    desk.slot(24 * 9, title="Далёкий", minimum=4)
    desk.book(enough, 4)
    home = organiser.get("/").text
    assert "сеанс, где мало записей" in home
    assert organiser.get("/slots?when=coming").text.count("нужно 4") == 2
    assert "если наберётся 4\N{NO-BREAK SPACE}человека: не хватает 4" in organiser.get(f"/slots/{few}").text
    assert "если наберётся" not in organiser.get(f"/slots/{enough}").text


def test_the_list_has_today_what_comes_and_what_was(desk, organiser, person, as_user, later):
    desk.slot(1, title="Сегодняшний"), desk.slot(60, title="Будущий")
    assert "Сегодняшний" in (page := organiser.get("/slots").text)
    assert "Будущий" not in page
    assert "Будущий" in (page := organiser.get("/slots?when=coming").text)
    assert "объявлен" in page
    with later(30):
        organiser = as_user(person)
        assert "Сегодняшний" in organiser.get("/slots?when=past").text
        assert "Сегодняшний" in organiser.get("/slots?when=past&format=csv").get_data(as_text=True)


def test_the_page_names_who_comes_with_a_companion_and_who_waits(desk, cast, organiser):
    slot = desk.slot(capacity=10)
    desk.book(slot, 8, ovz=1, companion=Companion("Петрова Анна", "+73952123456"))
    desk.book(slot, 5, class_id=cast.neighbour_class.id)
    page = organiser.get(f"/slots/{slot}").text
    assert "Петрова Анна" in page
    assert "8\xa0человек, из них с ОВЗ 1" in page
    assert "Лист ожидания" in page
    listed = organiser.get(f"/slots/{slot}/list?format=csv").get_data(as_text=True)
    assert "Петрова Анна" in listed


def test_a_companion_is_not_for_other_hosts_and_other_schools(desk, cast, as_user):
    slot = desk.slot()
    made = desk.book(slot, 8, companion=Companion("Петрова Анна", "+73952123456"))
    for user in (cast.neighbour_teacher, cast.observer):
        client = as_user(user)
        for address in (f"/slots/{slot}", f"/slots/{slot}/list", f"/bookings/{made.id}", "/bookings"):
            assert "Петрова" not in client.get(address).text


class TestMarks:
    @pytest.fixture
    def by_number(self, desk) -> Booking:
        made: Booking = desk.book(desk.slot(1), 8, ovz=2)
        return made

    @pytest.mark.parametrize(
        ("sent", "came", "state"),
        [
            ({"came": "all"}, (8, 2), "attended"),
            ({"people": "6", "ovz": "1"}, (6, 1), "attended"),
            ({"came": "nobody"}, (0, 0), "absent"),
        ],
    )
    def test_a_group_by_number(self, organiser, by_number, sent, came, state):
        organiser.post(f"/slots/bookings/{by_number.id}/mark", data=sent)
        marked = again(by_number)
        assert ((marked.came, marked.came_ovz), marked.state) == (came, state)
        organiser.post(f"/slots/bookings/{by_number.id}/unmark")
        assert again(by_number).state == "confirmed"

    def test_numbers_of_the_list(self, desk, organiser, pupils):
        made = desk.book(desk.slot(1), 0, *pupils[:4])
        chosen = [str(one.id) for one in pupils[:3]] + [str(pupils[9].id), "x"]
        organiser.post(f"/slots/bookings/{made.id}/mark", data={"numbers": chosen})
        assert (again(made).came, desk.covered(desk.cast.school_class)) == (3, 3)

    def test_a_wrong_number_is_told(self, organiser, by_number):
        answer = told(organiser, f"/slots/bookings/{by_number.id}/mark", people="6", ovz="7")
        assert "больше, чем всего" in answer
        assert again(by_number).came is None

    def test_a_session_is_closed_after_it_was_held(self, organiser, person, as_user, by_number, later):
        organiser.post(f"/slots/bookings/{by_number.id}/mark", data={"came": "all"})
        assert "который закончился" in told(organiser, f"/slots/{by_number.slot_id}/close")
        with later(4):
            assert "пришли: 8\xa0человек" in told(as_user(person), f"/slots/{by_number.slot_id}/close")
        assert slot_of(by_number.slot_id).state == "held"


class TestCancelling:
    def test_it_needs_a_reason_and_names_the_consequence(self, desk, organiser):
        slot = desk.slot()
        made = desk.book(slot, 8)
        assert "<b>Записано 8 человек (1 группа).</b>" in organiser.get(f"/slots/{slot}").text.replace("\xa0", " ")
        refused = organiser.post(f"/slots/{slot}/cancel", data={"reason": "  "})
        assert refused.status_code == 400
        assert "Напишите причину" in refused.text
        organiser.post(f"/slots/{slot}/cancel", data={"reason": "Авария в цехе"})
        assert (slot_of(slot).state, again(made).reason) == ("cancelled", "Авария в цехе")

    def test_a_draft_is_published(self, desk, organiser):
        slot = desk.slot(draft=True)
        organiser.post(f"/slots/{slot}/publish")
        assert slot_of(slot).state == "published"


class TestEditing:
    def send(self, organiser: FlaskClient, slot: int, **values: Any) -> Any:
        return organiser.post(f"/slots/{slot}/edit", data={**PLAN, **values})

    def test_it_moves_with_its_deadlines(self, desk, organiser):
        slot = desk.slot()
        before = slot_of(slot)
        gap = before.starts_at - before.cancel_until
        page = organiser.get(f"/slots/{slot}/edit").text
        assert 'value="2026-05-15"' in page
        assert 'value="12:00"' in page
        assert self.send(organiser, slot, on_day="18.05.2026", starts="9.30", ends="11:00").status_code == 303
        after = slot_of(slot)
        assert f"{after.starts_at:%d %H:%M}" == "18 01:30"  # UTC
        assert after.starts_at - after.cancel_until == gap

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"starts": "14:00", "ends": "12:00"}, "Окончание должно быть позже"),
            ({"on_day": "2026-02-31"}, "Напишите дату так"),
            ({"on_day": "15.05.2062"}, "больше года"),
            ({"on_day": "2026-05-13"}, "Начало уже прошло"),
            ({"starts": "21:00", "ends": "22:30"}, "Начало в 21:00?"),
            ({"starts": "девять"}, "Напишите время так"),
            ({"capacity": "0"}, "Не меньше 1"),
            ({"capacity": "двадцать"}, "числом|цифрами"),
            ({"first_grade": "11", "last_grade": "6"}, "старше последнего"),
            ({"title": " "}, "Напишите название"),
            ({"opens_on": "2026-05-20"}, "Запись должна открыться раньше"),
            ({"closes_hours": "сутки"}, "числом|цифрами"),
            ({"cancel_hours": "99999"}, "Не больше"),
        ],
    )
    def test_bad_input_is_answered_at_its_field(self, desk, organiser, values, words):
        slot = desk.slot()
        answer = self.send(organiser, slot, **values)
        assert answer.status_code == 400
        assert any(one in answer.text for one in words.split("|"))
        assert f"{slot_of(slot).starts_at:%d %H:%M}" == "15 04:00"

    def test_booking_is_opened_closed_and_taken_back_at_other_times(self, desk, organiser):
        slot = desk.slot()
        page = organiser.get(f"/slots/{slot}/edit").text
        assert 'id="closes_hours" inputmode="numeric" maxlength="10" name="closes_hours" type="text" value="0"' in page
        said = {"opens_on": "2026-05-12", "closes_hours": "2", "cancel_hours": "5"}
        assert "ушло уведомление" not in told(organiser, f"/slots/{slot}/edit", **PLAN, **said)
        after = slot_of(slot)
        assert f"{after.opens_at:%d %H:%M}" == "11 16:00"  # midnight there, in UTC
        assert (after.starts_at - after.closes_at, after.starts_at - after.cancel_until) == (2 * HOUR, 5 * HOUR)

    def test_only_another_time_or_place_is_told(self, desk, organiser):
        slot = desk.slot()
        desk.book(slot, 2)
        address = f"/slots/{slot}/edit"
        assert "ушло уведомление" not in told(organiser, address, **{**PLAN, "capacity": "12"})
        assert "ушло уведомление" in told(organiser, address, **{**PLAN, "place": "ул. Садовая, 1"})

    def test_an_evening_that_is_meant_is_taken(self, desk, organiser):
        slot = desk.slot()
        assert self.send(organiser, slot, starts="21:00", ends="22:30", unusual="y").status_code == 303

    def test_less_room_than_booked_is_a_choice(self, desk, cast, organiser):
        slot = desk.slot(capacity=10)
        first, last = desk.book(slot, 4), desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
        answer = self.send(organiser, slot, capacity="6")
        assert "Мест будет меньше, чем записано" in answer.text
        assert "8«Б»" in answer.text
        assert slot_of(slot).capacity == 10
        stale = self.send(organiser, slot, capacity="6", surplus="cancel_last", seen="2")
        assert stale.status_code == 400
        assert self.send(organiser, slot, capacity="6", surplus="cancel_last", seen="1").status_code == 303
        assert (again(first).state, again(last).state, desk.figures(slot)) == ("confirmed", "cancelled", (4, 0))


def test_before_cancelling_the_page_says_how_many_people_are_booked_and_wait(desk, cast, organiser, pupils):
    slot = desk.slot(60, capacity=54)
    assert "<b>Никто не записан и не ждёт.</b>" in organiser.get(f"/slots/{slot}").text
    for letter in "БВ":
        desk.book(slot, 26, class_id=make_class(cast.school, 8, letter).id)
    for pupil in pupils[:2]:
        desk.book(slot, 0, pupil, own=True)
    page = organiser.get(f"/slots/{slot}").text.replace("\xa0", " ")
    assert "<b>Записано 54 человека (2 группы, 2 по карточкам).</b>" in page
    desk.book(slot, 27, class_id=make_class(cast.school, 8, "Г").id)
    page = organiser.get(f"/slots/{slot}").text.replace("\xa0", " ")
    assert "<b>Записано 54 человека (2 группы, 2 по карточкам), ждут 27 человек.</b>" in page
