"""What strangers, typos and hand-made requests do to bookings: a word for each, never a failure, nothing half-done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_municipality, make_organisation, make_region, make_user
from orientir_testkit.clients import Client
from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.bookings import attendance, doors, slots
from orientir.bookings.door_models import Door
from orientir.bookings.host_models import PassList, SlotMessage
from orientir.bookings.models import Booking, Slot
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Companion, companion_of
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir.students.cards import digits_of, issue_cards

HUGE = "99999999999999999999"
NOBODY = (HUGE, "2147483648", "0", "2000000000")
ADULT = {"companion": "Петрова Анна", "phone": "8 (3952) 12-34-56"}


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    client: FlaskClient = as_user(cast.teacher)
    return client


@pytest.fixture
def organiser(as_user, desk) -> FlaskClient:
    client: FlaskClient = as_user(make_user(Role.ORGANISER, desk.college.scope))
    return client


def form(**values: Any) -> dict[str, Any]:
    return {"request": uuid4().hex, **values}


def bookings_made() -> int:
    return db.session.scalar(select(func.count(Booking.id))) or 0


def test_a_number_nobody_has_is_no_page(as_user, cast, desk):
    desk.book(desk.slot(), 4)
    operator = as_user(cast.operator)
    pages = ("/slots/{}", "/slots/{}/list", "/slots/{}/edit", "/slots/{}/doors", "/bookings/new/{}", "/bookings/{}",
             "/bookings/{}/change", "/bookings/{}/names", "/bookings/{}/ticket", "/bookings/{}/ticket.pdf",
             "/bookings/{}/ticket.ics", "/bookings/{}/attestation.pdf", "/bookings/new/1/{}",
             "/bookings/new/{}/1")  # fmt: skip
    acts = ("/slots/{}/publish", "/slots/{}/close", "/slots/{}/message", "/slots/{}/cancel", "/slots/bookings/{}/mark",
            "/slots/bookings/{}/unmark", "/bookings/{}/confirm", "/bookings/{}/cancel",
            "/bookings/{}/attestation")  # fmt: skip
    for number in NOBODY:
        assert [page for page in pages if operator.get(page.format(number)).status_code != 404] == []
        assert [act for act in acts if operator.post(act.format(number)).status_code != 404] == []


def test_lists_stand_whatever_the_address_asks(as_user, cast, desk):
    slot = desk.slot()
    desk.book(slot, 4)
    operator = as_user(cast.operator)
    asked = (f"page={HUGE}", "page=-1", "page=x", "when=never", "state=%00", f"class={HUGE}", "class=-1", "class=x",
             "school=%00", "host=%00", "q=%00", "school=" + "а" * 3000, "host=%25_%5C", "format=csv&school=%00",
             "format=pdf")  # fmt: skip
    for path in ("/bookings", "/slots", f"/bookings/new/{slot}"):
        assert [one for one in asked if operator.get(f"{path}?{one}").status_code >= 500] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": HUGE}, {"people": "-5"}, {"people": "²"}, {"people": "2\x007"}, {"people": "270"}, {"people": "0"},
        {"people": "5", "ovz": "6"}, {"people": "5", "ovz": "-1"}, {"people": "5", "ovz": HUGE},
        {"numbers": ["1", HUGE]}, {"numbers": ["28"]}, {"numbers": ["x"]}, {"numbers": ["\x00"]},
        {"numbers": ["1", "2"], "people": "3"}, {"people": "5", "request": ""}, {"people": "5", "request": "x" * 40},
        {"people": "5", "request": "A" * 32}, {"people": "5", "phone": "12"}, {"people": "5", "companion": "а" * 5000},
        {"people": "5", "companion": "Иванов Пётр Ильич 01.02.1980"}, {"people": "5", "phone": "\x00" * 11},
        {"people": "двадцать"}, {"people": "9.5"}, {},
    ],
    ids=str,
)  # fmt: skip
def test_a_group_that_cannot_be_is_answered_and_not_booked(desk, cast, teacher, pupils, wrong):
    slot = desk.slot(capacity=300, needs_companion=True)
    answer = teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=form(**{**ADULT, **wrong}))
    assert answer.status_code == 400
    assert "Исправьте" in answer.text
    assert bookings_made() == 0


def test_a_pupils_own_booking_is_not_turned_into_a_group(desk, teacher, pupils):
    own = desk.book(desk.slot(), 0, pupils[3], own=True)
    for values in ({"people": "5"}, {"numbers": ["1", "2"]}, {"numbers": ["4"], "ovz": "1"}):
        assert teacher.post(f"/bookings/{own.id}/change", data=values).status_code < 500
    assert teacher.get(f"/bookings/{own.id}/change").status_code < 500
    assert teacher.post(f"/bookings/{own.id}/names", data={"names": "Иван Петров"}).status_code < 500
    assert teacher.get(f"/bookings/{own.id}/names").status_code < 500
    found = db.session.get_one(Booking, own.id, populate_existing=True)
    assert (found.own, found.people, found.ovz) == (True, 1, 0)
    assert [seat.student_id for seat in found.seats] == [pupils[3].id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_day": "0001-01-01"}, {"on_day": "9999-12-31"}, {"on_day": "2062-05-15"}, {"on_day": "2026-05-13"},
        {"on_day": ""}, {"on_day": "\x00"}, {"starts": "25:00"}, {"starts": "23:59", "ends": "00:01"},
        {"starts": "00:00", "ends": "23:59", "unusual": "y"}, {"capacity": HUGE}, {"capacity": "0"}, {"capacity": "-3"},
        {"minimum": "99"}, {"first_grade": "12", "last_grade": "1"}, {"last_grade": "13"}, {"confirm_hours": "999"},
        {"title": ""}, {"title": "а" * 161}, {"place": "а" * 301}, {"title": "\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_a_session_that_cannot_be_is_answered_and_left_as_it_was(desk, organiser, wrong):
    slot = desk.slot()
    plan = {"title": "Сварщик за час", "place": "ул. Лесная, 5", "on_day": "2026-05-15", "starts": "12:00",
            "ends": "14:00", "capacity": "10", "minimum": "", "first_grade": "6", "last_grade": "11",
            "confirm_hours": ""}  # fmt: skip
    before = columns(slot)
    assert organiser.post(f"/slots/{slot}/edit", data={**plan, **wrong}).status_code == 400
    assert columns(slot) == before


def open_door(desk, slot_id: int) -> Door:
    made: Door = desk.writes(doors.open_door, db.session.get_one(Slot, slot_id), "Вход А", actor=None)
    return made


def columns(slot_id: int) -> dict[str, Any]:
    found = db.session.get_one(Slot, slot_id, populate_existing=True)
    return {column.key: getattr(found, column.key) for column in Slot.__table__.columns}


@pytest.mark.parametrize("people", ["230", "2000", "9999", HUGE, "-1", "x"])
def test_more_people_than_the_class_has_do_not_come(desk, organiser, cast, later, people):
    """«230» for «23»: the host's page and the door refuse it alike, and coverage stays."""
    booking = desk.book(desk.slot(1, capacity=30), 25)
    with later(0.5):
        answer = organiser.post(f"/slots/bookings/{booking.id}/mark", data={"people": people})
        assert answer.status_code == 303
        assert db.session.get_one(Booking, booking.id, populate_existing=True).came is None
        client = organiser.application.test_client()
        door = open_door(desk, booking.slot_id)
        client.post("/code", data={"code": doors.door_digits(door)})
        client.post("/door/name", data={"device": "Телефон"})
        sent = {"nonce": uuid4().hex, "people": people}
        assert client.post(f"/door/bookings/{booking.id}", data=sent).status_code < 500
    assert db.session.get_one(Booking, booking.id, populate_existing=True).came is None
    assert desk.covered(cast.school_class) == 0


def test_without_a_headcount_no_more_come_than_there_are_places(desk, organiser, cast, later):
    unknown = make_class(cast.school, 8, "Ж", total=None)
    booking = desk.book(desk.slot(1, capacity=30), 25, class_id=unknown.id)
    with later(0.5):
        organiser.post(f"/slots/bookings/{booking.id}/mark", data={"people": "2000"})
    assert db.session.get_one(Booking, booking.id, populate_existing=True).came is None


def test_another_region_sees_and_does_nothing(desk, as_user, cast, pupils, client):
    booking = desk.book(desk.slot(), 4)
    far = make_region("Соседняя", "75")
    school = make_organisation(make_municipality(far, "Чита"), "Школа", OrganisationKind.SCHOOL)
    strange_class = make_class(school, 9, "А")
    stranger = as_user(make_user(Role.OPERATOR, far.scope))
    for path in (f"/slots/{booking.slot_id}", f"/bookings/{booking.id}", f"/slots/{booking.slot_id}/doors",
                 f"/bookings/{booking.id}/ticket", f"/bookings/new/{booking.slot_id}/{strange_class.id}"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    teacher = as_user(make_user(Role.TEACHER, school.scope))
    address = f"/bookings/new/{booking.slot_id}/{strange_class.id}"
    assert teacher.post(address, data=form(people="3")).status_code == 404
    assert "9«А»" not in teacher.get(f"/bookings/new/{booking.slot_id}").text
    assert bookings_made() == 1


def test_the_ticket_of_a_cancelled_session_opens_nothing(desk, cast, client, later):
    booking = desk.book(desk.slot(1), 4)
    digits = ticket_digits(booking)
    desk.writes(slots.cancel_slot, booking.slot_id, "Авария", actor=None)
    client.post("/code", data={"code": digits})
    assert client.get("/t").location.startswith("/?again")
    assert client.get("/t/ticket.pdf").location.startswith("/?again")
    assert client.get(f"/k/{digits}").status_code < 500


class TestAPluginIsSwitchedOff:
    """Its bookings stay; their people still see them, and what cannot be done is said."""

    @pytest.fixture
    def bare(self, app: Flask, tmp_path: Path) -> Flask:
        """The same database under an application without the plugin."""
        made = create_app(replace(app.config["ORIENTIR"], plugins=()))
        made.config["WTF_CSRF_ENABLED"] = False
        return made

    def test_pages_stand_and_marks_are_refused_in_words(self, desk, cast, bare, later, pupils):
        issue_cards(cast.school_class, actor=None)
        db.session.commit()
        card = digits_of(pupils)[4]
        slot = desk.slot(1, capacity=20)
        booking, own = desk.book(slot, 5), desk.book(slot, 0, pupils[3], own=True)
        digits, operator = ticket_digits(booking), cast.operator
        door = doors.door_digits(open_door(desk, slot))
        with later(0.5):
            client = Client(bare, bare.response_class)
            client.sign_in(operator)
            for path in ("/", "/slots", f"/slots/{slot}", f"/slots/{slot}/list", f"/slots/{slot}/edit", "/bookings",
                         f"/bookings/{booking.id}", f"/bookings/{booking.id}/ticket", f"/bookings/{booking.id}/change",
                         f"/classes/{cast.school_class.id}",
                         f"/bookings/new/{slot}/{cast.school_class.id}"):  # fmt: skip
                assert client.get(path).status_code == 200, path
            told = client.post(f"/slots/bookings/{booking.id}/mark", data={"came": "all"})
            assert told.status_code == 303
            assert "выключен" in client.get(told.location).text
            pupil = bare.test_client()
            for code, path in ((card, "/my"), (card, f"/my/bookings/{own.id}"), (digits, "/t")):
                assert pupil.post("/code", data={"code": code}).status_code == 303
                assert pupil.get(path).status_code == 200, path
            phone = bare.test_client()
            phone.post("/code", data={"code": door})
            phone.post("/door/name", data={"device": "Телефон"})
            assert phone.get("/door").status_code == 200
            sent = {"nonce": uuid4().hex, "people": "5"}
            answer = phone.post(f"/door/bookings/{booking.id}", data=sent, headers={"Accept": "application/json"})
            assert answer.status_code == 409
            assert "выключен" in answer.json["words"]
        assert db.session.get_one(Booking, booking.id, populate_existing=True).state == "confirmed"


def test_sealed_words_copied_between_bookings_open_nothing(desk, cast):
    first = desk.book(desk.slot(), 3, companion=Companion("Петрова Анна", "+73952123456"))
    second = desk.book(desk.slot(), 3, class_id=cast.neighbour_class.id)
    second.companion = first.companion
    db.session.commit()
    assert companion_of(second.companion, second.request) is None


@pytest.mark.parametrize("fate", ["past", "cancelled", "held", "draft"])
def test_a_session_that_is_over_or_not_announced_takes_nothing_any_more(desk, as_user, cast, pupils, later, fate):
    """Every act a form could still hold, sent to a session that has become another one meanwhile."""
    slot = desk.slot(1, capacity=20, draft=fate == "draft")
    booking = desk.book(slot, 4) if fate != "draft" else None
    if fate == "cancelled":
        desk.writes(slots.cancel_slot, slot, "Авария", actor=None)
    with later(5):
        if fate == "held":
            desk.writes(attendance.close_slot, slot, actor=None)
        host, teacher = as_user(make_user(Role.ORGANISER, desk.college.scope)), as_user(cast.teacher)
        before, states = columns(slot), [one.state for one in db.session.scalars(select(Booking))]
        plan = {"title": "Другой", "place": "Другое", "on_day": "2026-05-20", "starts": "12:00", "ends": "14:00",
                "capacity": "1", "first_grade": "6", "last_grade": "11"}  # fmt: skip
        acts = [(host, "publish", {}), (host, "message", {"text": "Приходите"}), (host, "doors", {"label": "Вход"})]
        if fate != "past":  # what was announced may still be moved, cancelled or closed by its host
            acts += [(host, "edit", plan), (host, "cancel", {"reason": "Передумали"}), (host, "close", {})]
        if fate == "draft":
            acts = [act for act in acts if act[1] in ("close", "message")]
        for client, act, data in acts:
            assert client.post(f"/slots/{slot}/{act}", data=data).status_code < 500, act
        address = f"/bookings/new/{slot}/{cast.school_class.id}"
        assert teacher.post(address, data=form(people="3")).status_code in (400, 404)
        if booking:
            for act, data in (("change", {"people": "2"}), ("names", {"names": "Иван Петров"}), ("confirm", {}),
                              ("cancel", {})):  # fmt: skip
                assert teacher.post(f"/bookings/{booking.id}/{act}", data=data).status_code < 500, act
        db.session.expire_all()
        assert columns(slot) == before
        assert [one.state for one in db.session.scalars(select(Booking))] == states
        assert db.session.scalar(select(func.count(Door.id))) == 0
        assert db.session.scalar(select(func.count(PassList.booking_id))) == 0
        assert db.session.scalar(select(func.count(SlotMessage.id))) == 0


def test_a_form_kept_open_while_the_host_cancels_is_refused_in_words(desk, cast, teacher):
    slot = desk.slot()
    address = f"/bookings/new/{slot}/{cast.school_class.id}"
    kept = form(people="3")
    assert teacher.get(address).status_code == 200
    desk.writes(slots.cancel_slot, slot, "Авария в цехе", actor=None)
    answer = teacher.post(address, data=kept)
    assert answer.status_code == 400
    assert "Этот сеанс отменён: Авария в цехе" in answer.text
    assert bookings_made() == 0


def test_a_wish_replayed_by_another_school_is_not_theirs(desk, cast, teacher, as_user):
    """The random name of a form is no key to what it made."""
    slot = desk.slot()
    sent = form(people="3")
    teacher.post(f"/bookings/new/{slot}/{cast.school_class.id}", data=sent)
    neighbour = as_user(cast.neighbour_teacher)
    answer = neighbour.post(f"/bookings/new/{slot}/{cast.neighbour_class.id}", data=sent)
    assert answer.status_code == 400
    assert "уже отправлена с другими данными" in answer.text
    assert bookings_made() == 1
