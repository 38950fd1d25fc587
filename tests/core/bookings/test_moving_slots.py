"""A session that moves takes along what was handed out for it: tickets, doors, places kept for an answer."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from orientir_testkit.cast import SCHOOL_DAY, make_class
from orientir_testkit.occasions import HOUR

from orientir.bookings import doors
from orientir.bookings.door_models import Door
from orientir.bookings.models import Booking, Slot
from orientir.bookings.readings import Reading, read_ticket
from orientir.bookings.ticket_view import view_of
from orientir.bookings.tickets import ticket_digits
from orientir.codes import services as codes
from orientir.db import db
from orientir.errors import InvalidInputError

DAY = 24


def door_of(desk, slot: int) -> Door:
    made: Door = desk.writes(doors.open_door, db.session.get_one(Slot, slot), "Вход А", actor=None)
    return made


@pytest.mark.parametrize("days", [2, 60])
def test_tickets_and_doors_made_before_work_on_the_new_day(desk, client, days):
    slot = desk.slot()
    booking, door = desk.book(slot, 4), door_of(desk, slot)
    ticket, pin = ticket_digits(booking), doors.door_digits(door)
    desk.change(slot, starts=26 + days * DAY)
    with time_machine.travel(SCHOOL_DAY + (26 + days * DAY) * HOUR):
        assert ticket_digits(booking) == ticket
        assert client.post("/code", data={"code": ticket}).location == "/t"
        phone = client.application.test_client()
        assert phone.post("/code", data={"code": pin}).location == "/door"
        phone.post("/door/name", data={"device": "Телефон"})
        assert phone.get("/door").status_code == 200
        scan = desk.writes(read_ticket, door.id, Reading(uuid4().hex, code=ticket))
        assert scan.verdict == "group"


def test_a_door_ends_with_the_session_that_was_brought_forward(desk, client):
    slot = desk.slot(60)
    door = door_of(desk, slot)
    desk.change(slot, starts=20)
    with time_machine.travel(SCHOOL_DAY + 25 * HOUR):
        assert not doors.is_open(db.session.get_one(Door, door.id, populate_existing=True))


def test_a_revoked_door_and_a_dead_ticket_stay_dead(desk, client):
    slot = desk.slot()
    booking, door = desk.book(slot, 4), door_of(desk, slot)
    ticket, pin = ticket_digits(booking), doors.door_digits(door)
    desk.writes(doors.revoke_door, door, actor=None)
    desk.cancel(booking)
    desk.change(slot, starts=50)
    with time_machine.travel(SCHOOL_DAY + 50 * HOUR):
        for code in (ticket, pin):
            assert client.post("/code", data={"code": code}).status_code == 400
        assert codes.reveal(doors.DOOR, [str(door.id)]) == []


def test_a_place_is_not_kept_beyond_the_new_beginning(desk, cast):
    slot = desk.slot(100, capacity=5, confirm_hours=90)
    first = desk.book(slot, 5, class_id=make_class(cast.school, 8, "Б").id)
    kept = desk.book(slot, 5)
    desk.cancel(first)
    desk.change(slot, starts=20, capacity=5, confirm_hours=90)
    found = db.session.get_one(Booking, kept.id, populate_existing=True)
    assert found.confirm_until == db.session.get_one(Slot, slot).starts_at


@pytest.mark.parametrize(
    ("values", "is_free"), [({"starts": 23}, True), ({"place": "ул. Новая, 7"}, True), ({"capacity": 12}, False)]
)
def test_it_is_never_too_late_to_say_no_to_another_time_or_place(desk, later, values, is_free):
    slot = desk.slot(cancel_until=SCHOOL_DAY)
    booking = desk.book(slot, 4)
    with later(2):
        desk.change(slot, **{"cancel_until": SCHOOL_DAY, **values})
        if is_free:
            desk.cancel(booking)
        else:
            with pytest.raises(InvalidInputError, match="Отменить запись можно было"):
                desk.cancel(booking)


def test_nobody_booked_nothing_is_given(desk):
    slot = desk.slot(cancel_until=SCHOOL_DAY)
    desk.change(slot, starts=30, cancel_until=SCHOOL_DAY)
    assert db.session.get_one(Slot, slot, populate_existing=True).cancel_until == SCHOOL_DAY


def test_a_pupil_sees_on_the_ticket_where_else_to_be_then(desk, pupils):
    first, second = (desk.book(desk.slot(start), 0, pupils[0], own=True) for start in (26, 40))
    assert view_of(second, [pupils[0].id]).clash == ""
    desk.change(second.slot_id, starts=26)
    assert "У вас уже есть запись на это время" in view_of(second, [pupils[0].id]).clash
    assert view_of(second).clash == ""  # whoever knows the code of a ticket learns nothing of its pupil
    desk.cancel(first)
    assert view_of(second, [pupils[0].id]).clash == ""
