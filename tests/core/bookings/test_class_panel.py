"""The page of a class says what it is booked for and where it was."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.queries import counted_queries

CLASS_PAGE = "/classes/{}"


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    client: FlaskClient = as_user(cast.teacher)
    return client


def read(client: FlaskClient, class_id: int) -> str:
    answer = client.get(CLASS_PAGE.format(class_id))
    assert answer.status_code == 200
    return answer.text.replace("\xa0", " ")


def test_a_class_without_bookings_says_so(desk, cast, teacher):
    page = read(teacher, cast.school_class.id)
    assert "Записи класса" in page
    assert "Впереди записей нет" in page
    assert "Нигде ещё не были" in page


def test_it_counts_where_the_class_was_and_leads_to_what_comes(desk, cast, as_user, pupils, later):
    past, other_past, coming = desk.slot(1, capacity=20), desk.slot(3, capacity=20), desk.slot(60)
    other = make_class(cast.school, 9, "Б")
    first, second = desk.book(past, 9), desk.book(other_past, 8)
    desk.book(past, 3, class_id=other.id)
    made, own = desk.book(coming, 4), desk.book(coming, 0, pupils[20], own=True)
    with later(1):
        desk.mark(first, people=7)
    with later(3):
        desk.mark(second, people=5)
    with later(5.5):
        teacher = as_user(cast.teacher)  # whoever was signed in before has idled for too long
        page = read(teacher, cast.school_class.id)
        assert "Были 2 раза, всего посещений: 12." in page
        assert f'href="/bookings/{made.id}"' in page
        assert f'href="/bookings/{own.id}"' in page
        assert f"/bookings?class={cast.school_class.id}&amp;when=past" in page
        assert "Нигде ещё не были" in read(teacher, other.id)  # booked, and nobody was marked
        assert teacher.get(f"/bookings?class={cast.school_class.id}&when=past").text.count('scope="row"') == 2


def test_a_cancelled_booking_is_neither_coming_nor_attended(desk, cast, teacher):
    desk.cancel(desk.book(desk.slot(60), 4))
    assert "Впереди записей нет" in read(teacher, cast.school_class.id)


def test_who_may_not_book_does_not_see_it(desk, cast, as_user):
    desk.book(desk.slot(60), 4)
    page = read(as_user(cast.observer), cast.school_class.id)
    assert "Записи класса" not in page


def test_it_asks_as_often_for_one_booking_as_for_three(desk, cast, teacher):
    desk.book(desk.slot(30), 4)
    read(teacher, cast.school_class.id)
    with counted_queries() as one:
        read(teacher, cast.school_class.id)
    desk.book(desk.slot(40), 4), desk.book(desk.slot(50), 4), desk.book(desk.slot(60), 4)
    with counted_queries() as three:
        page = read(teacher, cast.school_class.id)
    assert one.count == three.count
    assert "(ещё 1)" in page
