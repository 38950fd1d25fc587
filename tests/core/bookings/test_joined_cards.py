"""A school was entered twice and both entries gave cards: after the merging every card opens what is one pupil's."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import make_class, make_school

from orientir.bookings.models import Booking
from orientir.clock import AcademicYear
from orientir.db import begin_writing, db
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Organisation, SchoolClass
from orientir.reorganisation.services import merge_double
from orientir.students import cards, moving, services
from orientir.students.models import Student
from orientir.students.moving import Plan
from orientir.students.moving_back import take_back
from orientir.students.queries import find_number, numbers_of, seats_of


@pytest.fixture
def double(cast) -> Organisation:
    made = make_school(cast.municipality, "Школа № 3 ещё раз")
    db.session.commit()
    return made


@pytest.fixture
def there(double: Organisation) -> SchoolClass:
    """The class as the second entry has it."""
    made = make_class(double, 9, total=27)
    db.session.commit()
    return made


@pytest.fixture
def here(cast) -> SchoolClass:
    return cast.school_class


def give_cards(school_class: SchoolClass, count: int = 3) -> dict[int, str]:
    services.open_numbers(school_class, count, actor=None)
    cards.issue_cards(school_class, actor=None)
    db.session.commit()
    return digits(school_class)


def digits(school_class: SchoolClass) -> dict[int, str]:
    return cards.digits_of(numbers_of(school_class.id))


def merge(double: Organisation, original: Organisation) -> None:
    db.session.commit()
    begin_writing()
    merge_double(double, original, actor=None)
    db.session.commit()
    db.session.expire_all()


def enter(app: Flask, code: str) -> FlaskClient | None:
    client = app.test_client()
    return client if client.post("/code", data={"code": code}).status_code == 303 else None


def test_a_card_of_the_second_entry_opens_the_seat_of_the_twin(app, cast, double, there, here):
    code = give_cards(there)[2]
    merge(double, cast.school)
    page = enter(app, code).get("/my").text
    assert cast.school.name in page
    assert "ещё раз" not in page


def test_the_sheet_of_the_twin_prints_the_cards_that_are_about(cast, double, there, here):
    before = give_cards(there)
    services.open_numbers(here, 2, actor=None)
    merge(double, cast.school)
    assert digits(here) == before


def test_what_was_booked_and_attended_by_either_entry_is_on_one_page(app, desk, cast, double, there, here):
    codes = [give_cards(there)[1], give_cards(here)[1]]
    old, new = find_number(there, 1), find_number(here, 1)
    past = desk.book(desk.slot(1, title="Сварка"), 0, old, own=True)
    desk.mark(past, old)
    desk.book(desk.slot(30, title="Пекарня"), 0, old, own=True)
    desk.book(desk.slot(50, title="Связь"), 0, new, own=True)
    merge(double, cast.school)
    for code in codes:
        page = enter(app, code).get("/my").text
        assert all(title in page for title in ("Сварка", "Пекарня", "Связь"))


def test_the_card_books_for_the_twin_and_not_twice(app, desk, cast, double, there, here):
    codes = [give_cards(there)[1], give_cards(here)[1]]
    slot = desk.slot(30)
    merge(double, cast.school)
    first, second = (enter(app, code) for code in codes)
    assert first.post(f"/book/{slot}", data={"request": "a" * 32}).status_code == 303
    assert second.post(f"/book/{slot}", data={"request": "b" * 32}).status_code == 409
    booking = db.session.query(Booking).one()
    assert booking.class_id == here.id
    assert second.get(f"/my/bookings/{booking.id}").status_code == first.get(f"/my/bookings/{booking.id}").status_code


def test_a_lost_card_takes_the_other_one_of_the_pupil_along(app, cast, double, there, here):
    old, new = give_cards(there), give_cards(here)
    merge(double, cast.school)
    assert enter(app, old[1])
    held = enter(app, old[1])
    seen = cards.cards_of([find_number(here, 1)])[find_number(here, 1).id]
    assert cards.reissue_card(here, 1, "lost", seen=seen, actor=None)
    services.close_number(here, 2, actor=None)
    db.session.commit()
    assert [enter(app, codes[number]) for codes in (old, new) for number in (1, 2)] == [None] * 4
    assert "больше не действует" in held.get("/my").text
    assert enter(app, old[3])
    assert enter(app, digits(here)[1])
    cards.reissue_all(here, "seen", seen=cards.sum_seen(cards.cards_of(numbers_of(here.id))), actor=None)
    db.session.commit()
    assert enter(app, old[3]) is None


def test_cards_of_both_entries_go_on_into_the_next_year(app, cast, double, there, here, later):
    codes = [give_cards(there)[1], give_cards(here)[1]]
    merge(double, cast.school)
    moving.move_on(cast.school, Plan(AcademicYear(2025), {here.id: ClassName(10, 10, "А")}), actor=None)
    db.session.commit()
    with later(24 * 200):
        assert all("10«А»" in enter(app, code).get("/my").text for code in codes)


def test_pupils_moved_on_in_both_entries_stay_one_and_can_be_moved_back(app, cast, double, there, here):
    codes = [give_cards(there)[1], give_cards(here)[1]]
    for school, one in ((double, there), (cast.school, here)):
        moving.move_on(school, Plan(AcademicYear(2025), {one.id: ClassName(10, 10, "А")}), actor=None)
    merge(double, cast.school)
    origin = find_number(here, 1).origin
    seats = seats_of(find_number(there, 1).id)
    assert [(one.school_class.organisation_id == cast.school.id, one.school_class.grade) for one in seats] == [
        (True, 10), (False, 10), (True, 9), (False, 9),
    ]  # fmt: skip
    assert {one.origin for one in seats} == {origin}
    take_back(cast.school, AcademicYear(2025), actor=None)
    db.session.commit()
    assert all("9«А»" in enter(app, code).get("/my").text for code in codes)


def test_where_lists_disagree_about_who_is_who_the_card_dies(app, cast, double, there, here):
    """Here number 1 went from 9А to 10А; the other entry has another pupil under 10А number 1."""
    codes = give_cards(there), give_cards(here)
    moving.move_on(double, Plan(AcademicYear(2025), {there.id: ClassName(10, 10, "А")}), actor=None)
    tenth = make_class(cast.school, 10, year=2026)
    services.open_numbers(tenth, 3, actor=None)
    merge(double, cast.school)
    assert enter(app, codes[0][1]) is None
    assert enter(app, codes[1][1])
    answer = app.test_client().post("/code", data={"code": codes[0][1]})
    assert "Попросите новый у того, кто его дал" in answer.text
    assert db.session.query(Student).filter(Student.first_id.is_not(None)).count() == 3
