"""The script of a door bears the token of its door: no cookie counts beside it, and no other site can send it."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from orientir.bookings import doors
from orientir.bookings.door_models import Door, Scan
from orientir.bookings.models import BookingState, Slot
from orientir.bookings.tickets import ticket_digits
from orientir.db import db
from orientir.web import bearers


@pytest.fixture
def slot(desk) -> int:
    return desk.slot(1.5, capacity=40)


@pytest.fixture
def phone(app: Flask, desk, slot) -> FlaskClient:
    """A phone that typed the PIN and was named, on a site that asks every form for its token."""
    door = desk.writes(doors.open_door, db.session.get_one(Slot, slot), "Вход Б", actor=None)
    client = app.test_client()
    client.post("/code", data={"code": doors.door_digits(door)})
    client.post("/door/name", data={"device": "Аня"})
    app.config.update(WTF_CSRF_ENABLED=True)
    return client


@pytest.fixture
def token(phone: FlaskClient) -> str:
    return re.search(r'data-bearer="([^"]+)"', phone.get("/door").text)[1]


@pytest.fixture
def booking(desk, slot, pupils):
    return desk.book(slot, 0, pupils[6], own=True)


def bear(client: FlaskClient, token: str, path: str = "/door/read", scheme: str = "Bearer", **data):
    headers = {"Authorization": f"{scheme} {token}"}
    return client.post(path, data={"nonce": uuid4().hex, **data}, headers=headers)


def scans() -> int:
    return db.session.scalar(select(func.count(Scan.id))) or 0


def test_a_reading_needs_no_cookie_and_no_token_of_a_form(app, token, booking):
    answer = bear(app.test_client(), token, code=ticket_digits(booking))
    assert (answer.status_code, answer.json["tone"]) == (200, "ok")
    assert "Set-Cookie" not in answer.headers
    assert db.session.scalars(select(Scan)).one().device == "Аня"


def test_a_line_of_the_list_is_marked_and_unmarked_so_too(app, token, booking):
    stranger, path = app.test_client(), f"/door/bookings/{booking.id}"
    assert bear(stranger, token, path).json["tone"] == "ok"
    assert bear(stranger, token, f"{path}/undo").json["tone"] == "ask"
    db.session.refresh(booking)
    assert booking.state == BookingState.CONFIRMED


def test_a_form_of_another_site_marks_nobody(phone, token, booking):
    """The browser adds the cookie of the door to it, and cannot add the header."""
    said = {"nonce": uuid4().hex, "code": ticket_digits(booking)}
    for extra in ({}, {"token": token}, {"Authorization": f"Bearer {token}"}):
        answer = phone.post("/door/read", data={**said, **extra}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 400
    assert scans() == 0


def test_no_other_site_is_told_that_it_may_send_the_header(phone, token):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = phone.options("/door/read", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("spoil", [
    lambda token: "", lambda token: "x", lambda token: ".", lambda token: f"{token}0", lambda token: token[:-1],
    lambda token: "." + token.partition(".")[2], lambda token: token.partition(".")[0], lambda token: f"ы{token}",
    lambda token: token.swapcase(),
])  # fmt: skip
def test_a_token_nobody_gave_is_refused_even_beside_the_cookie_of_the_door(phone, token, booking, spoil):
    spoilt = spoil(token).encode().decode("latin-1")
    assert bear(phone, spoilt, code=ticket_digits(booking)).status_code == 401
    assert scans() == 0


def test_a_token_of_another_kind_opens_no_door(app, token, booking):
    with app.test_request_context():
        foreign = bearers.token_for("card", {"door": db.session.scalars(select(Door.id)).one()})
    assert bear(app.test_client(), foreign, code=ticket_digits(booking)).status_code == 401


def test_another_scheme_is_no_token(app, token, booking):
    assert bear(app.test_client(), token, scheme="Basic", code=ticket_digits(booking)).status_code == 400
    assert scans() == 0


def test_a_door_that_was_revoked_is_closed_for_its_token_at_once(app, desk, token, booking):
    desk.writes(doors.revoke_door, db.session.scalars(select(Door)).one(), actor=None)
    answer = bear(app.test_client(), token, code=ticket_digits(booking))
    assert (answer.status_code, answer.json["tone"]) == (409, "refused")
    assert "закрыл этот вход" in answer.json["words"]
    assert scans() == 0


def test_a_repeat_hears_its_first_answer_even_then(app, desk, token, booking):
    said = {"nonce": uuid4().hex, "code": ticket_digits(booking)}
    first = bear(app.test_client(), token, **said).json
    desk.writes(doors.revoke_door, db.session.scalars(select(Door)).one(), actor=None)
    assert bear(app.test_client(), token, **said).json == first


def test_the_token_opens_readings_and_no_page(app, token):
    stranger = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert stranger.get("/door", headers=headers).location.startswith("/?again")
    for path in ("/door/leave", "/door/name", "/door/frame", "/code"):
        assert stranger.post(path, headers=headers).status_code == 400  # without the token of a form


def test_a_key_of_another_site_makes_no_token(app, token):
    app.config["ORIENTIR"] = replace(app.config["ORIENTIR"], secret_key="another")
    assert bear(app.test_client(), token, code="1").status_code == 401
