"""A region six hours to the west: whoever looks, on a page, on paper or in a letter, reads the hour of its clock."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
import time_machine
from orientir_testkit.cast import SCHOOL_DAY, make_class, make_municipality, make_organisation, make_region, make_user
from orientir_testkit.occasions import HOUR, make_slot
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.bookings import attendance, doors, services
from orientir.bookings.attendance import Present
from orientir.bookings.models import Booking
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.notices.models import Notice
from orientir.organisations.models import OrganisationKind
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers

HERE, IRKUTSK = "22:30", "04:30"  # 14 May there is 15 May already in Irkutsk


@pytest.fixture
def west(desk, cast):
    """A school, its class and a college by the Baltic sea; the session is late in the evening of 14 May there."""
    region = make_region("Янтарная", "39")
    region.timezone, region.timezone_words = "Europe/Kaliningrad", "калининградское время"
    town = make_municipality(region, "Светлогорск")
    school = make_organisation(town, "Школа у моря", OrganisationKind.SCHOOL)
    college = make_organisation(town, "Морской колледж", OrganisationKind.COLLEGE)
    nine = make_class(school, 9, "А")
    open_numbers(nine, 5, actor=None)
    issue_cards(nine, actor=None)
    db.session.commit()
    slot = make_slot(college, starts=18.5, hours=1, capacity=20)
    return region, school, college, nine, slot


def words(paper: bytes) -> str:
    return pypdfium2.PdfDocument(BytesIO(paper))[0].get_textpage().get_text_range()


def test_every_reader_is_told_the_hour_of_the_place(west, desk, as_user, client):
    _region, school, college, nine, slot = west
    teacher, host = make_user(Role.TEACHER, school.scope), make_user(Role.ORGANISER, college.scope)
    made: Booking = desk.writes(services.book, slot.id, Wish(nine.id, people=4), request=uuid4().hex, actor=teacher.id)
    digits = ticket_digits(made)
    card = digits_of(numbers_of(nine.id))[5]
    pages = [as_user(teacher).get(path).text for path in (
        "/bookings", f"/bookings/{made.id}", f"/bookings/{made.id}/ticket", f"/bookings/{made.id}/change",
        f"/classes/{nine.id}", f"/bookings/new/{slot.id}/{nine.id}")]  # fmt: skip
    pages += [as_user(host).get(path).text for path in (
        "/slots", f"/slots/{slot.id}", f"/slots/{slot.id}/list", f"/slots/{slot.id}/doors",
        f"/slots/{slot.id}/edit")]  # fmt: skip
    client.post("/code", data={"code": card})
    pages.append(client.get(f"/book/{slot.id}").text)
    client.post("/code", data={"code": digits})
    pages.append(client.get("/t").text)
    pages.append(words(client.get("/t/ticket.pdf").data))
    pages += [f"{one.subject} {one.text}" for one in db.session.scalars(select(Notice))]
    assert [page[:3000] for page in pages if HERE not in page or IRKUTSK in page] == []
    assert "20260514T223000" in client.get("/t/ticket.ics").text


def test_the_day_is_that_of_the_place(west, desk, as_user):
    """The ticket of an evening is not «tomorrow's» at its own door, and coverage counts the day it was there."""
    _region, _school, college, nine, slot = west
    made: Booking = desk.writes(services.book, slot.id, Wish(nine.id, people=4), request=uuid4().hex, actor=None)
    with time_machine.travel(SCHOOL_DAY + 18.5 * HOUR):
        host = as_user(make_user(Role.ORGANISER, college.scope))
        assert slot.title in host.get("/slots?when=today").text
        assert slot.title not in host.get("/slots?when=coming").text
        desk.writes(attendance.mark, made.id, Present(people=4), actor=None)
        door = desk.writes(doors.open_door, slot, "Вход А", actor=None)
        assert doors.is_open(door)
    assert slot.day.isoformat() == "2026-05-14"
    assert desk.covered(nine) == 4


def test_refusals_name_the_hour_of_the_place(west, desk, as_user, client):
    _region, school, _college, nine, slot = west
    teacher = as_user(make_user(Role.TEACHER, school.scope))
    made: Booking = desk.writes(services.book, slot.id, Wish(nine.id, people=4), request=uuid4().hex, actor=None)
    with time_machine.travel(SCHOOL_DAY + 0.2 * HOUR):
        again = teacher.post(f"/bookings/new/{slot.id}/{nine.id}", data={"request": uuid4().hex, "people": "3"})
        assert "14\xa0мая, 22:30" in again.text
    with time_machine.travel(SCHOOL_DAY + 18 * HOUR):
        late = as_user(make_user(Role.TEACHER, school.scope)).post(f"/bookings/{made.id}/cancel")
        assert "21:30" in late.text
    with time_machine.travel(SCHOOL_DAY + 18.6 * HOUR):
        client.post("/code", data={"code": digits_of(numbers_of(nine.id))[5]})
        assert HERE in client.post(f"/book/{slot.id}", data={"request": uuid4().hex}).text
