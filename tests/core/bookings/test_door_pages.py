"""The door as a phone meets it: PIN, name, four ways to mark, nothing by GET; and the organiser's page of doors."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_user
from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.bookings import doors
from orientir.bookings.door_models import Door, Scan
from orientir.bookings.models import BookingState, Slot
from orientir.bookings.tickets import ticket_digits
from orientir.db import db
from orientir.documents.qr_reading import read_packed
from orientir.students import cards

BEGINS = 1.5  # a door may mark two hours before
JSON = {"Accept": "application/json"}


def words(answer) -> str:
    return " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())


def scans() -> int:
    return db.session.scalar(select(func.count(Scan.id))) or 0


@pytest.fixture
def slot(desk) -> int:
    return desk.slot(BEGINS, capacity=40)


@pytest.fixture
def pin(desk, slot) -> str:
    made = desk.writes(doors.open_door, db.session.get_one(Slot, slot), "Вход Б", actor=None)
    return doors.door_digits(made)


@pytest.fixture
def phone(app, pin) -> FlaskClient:
    """A phone that typed the PIN and was named."""
    client = app.test_client()
    assert client.post("/code", data={"code": pin}).location == "/door"
    assert client.post("/door/name", data={"device": " Аня  у окна "}).location == "/door"
    return client


def send(phone: FlaskClient, path: str = "/door/read", nonce: str = "", **data):
    return phone.post(path, data={"nonce": nonce or uuid4().hex, **data}, headers=JSON)


def test_a_pin_leads_to_the_door_once_the_phone_has_a_name(app, pin):
    client = app.test_client()
    assert client.get(f"/k/{pin}").location == "/door"
    assert "Назовите этот телефон" in client.get("/door").text
    assert client.post("/door/name", data={"device": " "}).status_code == 400
    client.post("/door/name", data={"device": "Аня"})
    page = client.get("/door")
    assert "Сварщик за час, 11:30" in words(page)
    assert db.session.scalars(select(Door)).one().device == "Аня"
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "camera=()" in client.get("/").headers["Permissions-Policy"]


def test_without_scripts_each_act_is_a_page(desk, slot, phone, pupils):
    booking = desk.book(slot, 0, pupils[6], own=True)
    digits = ticket_digits(booking)
    answer = phone.post("/door/read", data={"nonce": uuid4().hex, "code": digits})
    assert re.fullmatch(r"/door\?tab=code&scan=\d+&booking=\d+", answer.location)
    page = words(phone.get(answer.location))
    assert "Принят" in page
    assert '<b class="measure" data-came>1</b> из 1 пришли' in page
    assert "10:00" in words(phone.get("/door?tab=list"))
    undone = phone.post(f"/door/bookings/{booking.id}/undo", data={"nonce": uuid4().hex})
    assert "Отметка снята" in words(phone.get(undone.location))
    marked = phone.post(f"/door/bookings/{booking.id}", data={"nonce": uuid4().hex})
    assert "Принят" in words(phone.get(marked.location))


def test_with_scripts_the_same_is_told_as_json(desk, slot, phone, pupils):
    booking = desk.book(slot, 0, pupils[6], own=True)
    said = send(phone, code=f"https://x/k/{ticket_digits(booking)}", at="1778724000000").json
    assert (said["tone"], said["title"], said["booking"]) == ("ok", "Принят", booking.id)
    assert send(phone, code=ticket_digits(booking)).json["tone"] == "again"
    scan = db.session.scalars(select(Scan).order_by(Scan.id)).first()
    assert (scan.device, scan.device_at.year) == ("Аня у окна", 2026)


def test_sent_twice_it_has_one_effect_and_one_answer(desk, slot, phone, pupils):
    digits, nonce = ticket_digits(desk.book(slot, 0, pupils[6], own=True)), uuid4().hex
    assert send(phone, nonce=nonce, code=digits).json == send(phone, nonce=nonce, code=digits).json
    assert scans() == 1
    assert send(phone, nonce=nonce, code="1").status_code == 409


def test_nothing_is_marked_by_looking(desk, slot, phone, app, pupils):
    booking = desk.book(slot, 0, pupils[6], own=True)
    digits = ticket_digits(booking)
    for path in (f"/k/{digits}", "/t", f"/door?code={digits}", "/door/read", f"/door/bookings/{booking.id}"):
        phone.get(path)
    db.session.refresh(booking)
    assert (scans(), booking.state) == (0, BookingState.CONFIRMED)


def test_a_volunteer_whose_camera_is_another_app_marks_by_a_button(desk, slot, phone, pupils):
    digits = ticket_digits(desk.book(slot, 0, pupils[6], own=True))
    phone.get(f"/k/{digits}")
    page = phone.get("/t").text
    assert "Отметить на моём входе" in page
    nonce = re.search(r'name="nonce" value="(\w+)"', page)[1]
    assert "Принят" in phone.get(phone.post("/door/read", data={"nonce": nonce, "code": digits}).location).text


def test_a_class_is_marked_by_number_or_by_the_list(desk, cast, slot, phone, pupils):
    party = desk.book(slot, 9, class_id=cast.neighbour_class.id, ovz=2)
    group = desk.book(slot, 0, *pupils[:8])
    asked = phone.post("/door/read", data={"nonce": uuid4().hex, "code": ticket_digits(party)})
    assert asked.location.startswith("/door?tab=class")
    said = send(phone, f"/door/bookings/{party.id}", people="8", ovz="1").json
    assert said["words"].endswith("из них с ОВЗ 1")
    came = [str(one.id) for one in pupils[:6]]
    assert send(phone, f"/door/bookings/{group.id}", by_list="1", students=came, ovz="").json["tone"] == "ok"
    db.session.refresh(group)
    assert (group.came, desk.covered(cast.school_class)) == (6, 6)


@pytest.mark.parametrize(
    "values", [{"people": "-1"}, {"people": "много"}, {"people": "99999"}, {"ovz": "9", "people": "1"}]
)
def test_numbers_that_cannot_be_are_refused_in_words(desk, cast, slot, phone, values):
    party = desk.book(slot, 9, class_id=cast.neighbour_class.id)
    said = send(phone, f"/door/bookings/{party.id}", **{"people": "9", **values})
    assert said.status_code in (200, 400)
    db.session.refresh(party)
    assert (said.status_code, party.state) == (400, BookingState.CONFIRMED)


@pytest.mark.parametrize("nonce", ["x", "ы" * 20, "A" * 20, "0" * 99])
def test_a_reading_without_a_proper_name_is_not_taken(desk, slot, phone, pupils, nonce):
    digits = ticket_digits(desk.book(slot, 0, pupils[6], own=True))
    assert send(phone, nonce=nonce, code=digits).status_code == 400
    assert scans() == 0


def test_of_another_slot_nothing_can_be_marked(desk, phone, pupils):
    foreign = desk.book(desk.slot(30), 0, pupils[6], own=True)
    for path in (f"/door/bookings/{foreign.id}", f"/door/bookings/{foreign.id}/undo", "/door/bookings/999"):
        assert send(phone, path).status_code == 404


def test_a_closed_door_says_so_and_is_let_go(desk, phone, later):
    desk.writes(doors.revoke_door, db.session.scalars(select(Door)).one(), actor=None)
    assert "Организатор закрыл этот вход" in phone.get("/door").text
    assert phone.get("/door").location == "/?again=door"


def test_a_door_stays_open_however_long_nobody_comes_and_ends(phone, later):
    with later(3):
        assert phone.get("/door").status_code == 200
    with later(6):
        assert phone.get("/door").location == "/?again=door"


def test_the_next_volunteer_types_the_pin_again(phone):
    assert phone.post("/door/leave").location == "/"
    assert phone.get("/door").location == "/?again=door"


def test_a_door_lies_beside_a_card_and_shows_nothing_of_it(app, desk, cast, phone, pupils):
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    phone.post("/code", data={"code": cards.digits_of(pupils)[3]})
    assert phone.get("/door").status_code == 200
    assert "№ 3" not in words(phone.get("/door"))


def test_guesses_at_a_door_are_counted(desk, phone, app):
    app.config["ORIENTIR"] = replace(app.config["ORIENTIR"], code_attempts="3 per 10 minutes")
    answers = [send(phone, code="000000000000").status_code for _turn in range(4)]
    assert answers == [200, 200, 200, 429]


def test_a_frame_that_is_none_says_nothing(phone):
    for data, width in ((b"", 240), (b"\0" * 100, 0), (b"\0" * 100, 7), (b"\xff" * 70_000, 240), (b"\1" * 28_800, 240)):
        answer = phone.post(f"/door/frame?width={width}", data=data, content_type="application/octet-stream")
        assert (answer.status_code, answer.json) == (200, {"text": ""})
    assert read_packed(b"\0" * 10, -2) == ""


def test_its_page_costs_the_same_with_many_people(desk, cast, slot, phone, pupils, count_queries):
    desk.book(slot, 0, pupils[0], own=True)
    phone.get("/door")
    counted = []
    for _more in range(2):
        with count_queries() as seen:
            phone.get("/door")
        counted.append(seen.count)
        for one in pupils[len(counted) * 3 : len(counted) * 3 + 3]:
            desk.book(slot, 0, one, own=True)
    assert counted[0] == counted[1] <= 10


# The organiser


def test_the_organiser_makes_prints_and_closes_a_door(desk, slot, as_user):
    organiser = as_user(make_user(Role.ORGANISER, desk.college.scope))
    path = f"/slots/{slot}/doors"
    assert 'value="Вход 1"' in words(organiser.get(path))
    made = organiser.post(path, data={"label": "Вход со двора"}).location
    door = db.session.scalars(select(Door)).one()
    assert made == f"{path}/{door.id}"
    page = organiser.get(made).text
    assert re.search(r"\d{4}-\d{4}-\d{4}", page)
    assert doors.door_digits(door) in page
    assert organiser.post(path, data={"label": ""}).status_code == 400
    assert organiser.post(f"{made}/revoke").location == path
    assert "закрыт" in organiser.get(path).text
    assert "больше не действует" in organiser.get(made).text


def test_a_door_is_found_only_under_its_slot(desk, slot, pin, as_user):
    organiser = as_user(make_user(Role.ORGANISER, desk.college.scope))
    other, door = desk.slot(50), db.session.scalars(select(Door)).one()
    assert organiser.get(f"/slots/{other}/doors/{door.id}").status_code == 404
    assert organiser.post(f"/slots/{other}/doors/{door.id}/revoke").status_code == 404
    assert doors.is_open(door)
