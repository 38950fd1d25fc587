"""The feed of one class and of one pupil: nobody guesses it, nobody is named in it, a new address ends the old."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.cast import Cast, make_organisation
from orientir_testkit.events import at
from orientir_testkit.occasions import make_slot
from sqlalchemy import select

from orientir.bookings import services as bookings
from orientir.bookings.wishes import Companion, Wish
from orientir.codes.digits import grouped
from orientir.db import begin_writing, db
from orientir.organisations.models import OrganisationKind
from orientir.students.cards import digits_of, issue_cards
from orientir.students.services import add_numbers
from orientir_calendar.links import find_link, link_of, renew_link, token_of
from orientir_calendar.models import FeedLink

ADDRESS = re.compile(r"http://localhost(/calendar/my/[0-9a-f]{32}\.ics)")


@pytest.fixture
def seats(cast: Cast):
    made = add_numbers(cast.school_class, 5, actor=None)
    issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return made


@pytest.fixture
def slot(cast: Cast):
    made = make_slot(make_organisation(cast.municipality, "Техникум сварки", OrganisationKind.COLLEGE))
    db.session.commit()
    return made


def titles(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return sorted(str(one["SUMMARY"]) for one in Calendar.from_ical(answer.data).walk("VEVENT"))


def test_a_pupil_carries_the_bookings_in_the_telephone(seats, slot, announced, cast: Cast, app: Flask):
    client = app.test_client()
    announced(title="Для девятых")
    announced(title="Для первых", first_grade=1, last_grade=4)
    far = make_organisation(cast.neighbour_municipality, "Заречный колледж", OrganisationKind.COLLEGE)
    announced(title="Далеко", organisation=far)
    bookings.book(slot.id, Wish(cast.school_class.id, students=(seats[2].id,), own=True), request="r-1", actor=None)
    bookings.book(slot.id, Wish(cast.school_class.id, students=(seats[3].id,), own=True), request="r-2", actor=None)
    db.session.commit()
    assert client.get("/calendar/mine").status_code in (302, 303)
    client.post("/code", data={"code": grouped(digits_of(seats)[3])})
    assert "/calendar/my/" not in client.get("/calendar/mine").text
    assert client.post("/calendar/mine").status_code == 303
    path = ADDRESS.search(client.get("/calendar/mine").text)[1]
    stranger = app.test_client()
    assert titles(stranger, path) == sorted([slot.title, "Для девятых"])
    answer = stranger.get(path)
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert "Set-Cookie" not in answer.headers
    assert stranger.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for secret in (digits_of(seats)[3], "№", str(cast.school.name)):
        assert secret not in answer.text
    client.post("/calendar/mine")
    assert stranger.get(path).status_code == 404


def test_a_class_has_one_of_its_own(seats, slot, announced, as_user, cast: Cast, client: FlaskClient):
    companion = Companion("Классный руководитель", "+73952123456")
    wish = Wish(cast.school_class.id, people=4, companion=companion)
    booking = bookings.book(slot.id, wish, request="r-1", actor=None)
    bookings.book(slot.id, Wish(cast.school_class.id, students=(seats[0].id,), own=True), request="r-2", actor=None)
    db.session.commit()
    teacher, address = as_user(cast.teacher), f"/calendar/class/{cast.school_class.id}"
    assert cast.school_class.title in teacher.get("/calendar/subscribe").text
    assert teacher.post(address).status_code == 303
    path = ADDRESS.search(teacher.get(address).text)[1]
    text = client.get(path).text
    assert titles(client, path) == [slot.title]
    assert "руководитель" not in text
    assert "3952" not in text
    bookings.cancel(booking.id, actor=None)
    db.session.commit()
    (event,) = Calendar.from_ical(client.get(path).data).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    assert as_user(cast.neighbour_teacher).get(address).status_code == 404


def test_what_is_booked_stands_once(seats, announced, cast: Cast, client: FlaskClient):
    announced(at(date(2026, 5, 20)))
    link = renew_link(class_id=cast.school_class.id)
    db.session.commit()
    assert titles(client, f"/calendar/my/{token_of(link)}.ics") == ["Встреча с инженером"]


def test_the_table_knows_no_address(seats, cast: Cast):
    link = renew_link(student_id=seats[0].id)
    stored = db.session.execute(select(FeedLink.__table__)).one()
    assert token_of(link) not in str(stored)
    assert find_link(token_of(link)) == link
    assert link_of(student_id=seats[1].id) is None
    for wrong in ("", "0" * 32, token_of(link).upper(), token_of(link)[:-1], "²" * 32):
        assert find_link(wrong) is None


def test_of_two_who_ask_for_the_first_address_both_get_one(app: Flask, cast: Cast):
    class_id, ready = cast.school_class.id, Barrier(2)
    db.session.commit()

    def ask() -> str:
        with app.app_context():
            ready.wait()
            begin_writing()
            token = token_of(renew_link(class_id=class_id))
            db.session.commit()
            return token

    with ThreadPoolExecutor(2) as pool:
        tokens = {future.result() for future in [pool.submit(ask) for _number in range(2)]}
    link = link_of(class_id=class_id)
    assert token_of(link) in tokens
    assert db.session.scalar(select(FeedLink.digest)) == link.digest


def test_an_address_nobody_has(client: FlaskClient, cast: Cast):
    assert client.get(f"/calendar/my/{'a' * 32}.ics").status_code == 404
