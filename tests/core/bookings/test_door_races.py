"""Two doors at one moment, on both engines; and what happens when the guard is taken away."""

from __future__ import annotations

from threading import Barrier

import pytest
from orientir_testkit.races import PATIENCE
from sqlalchemy import func, select

from orientir.bookings import attendance, doors, held, readings, services
from orientir.bookings.door_models import Scan
from orientir.bookings.models import Booking, Slot
from orientir.bookings.readings import Reading, read_ticket
from orientir.bookings.tickets import ticket_digits
from orientir.coverage.models import Fact
from orientir.db import db
from orientir.errors import ConflictError
from orientir.prepared import Asking

BEGINS = 1.5
DEVICES = 6


@pytest.fixture
def slot(desk) -> int:
    return desk.slot(BEGINS, capacity=40)


@pytest.fixture
def two_doors(desk, slot) -> list[int]:
    row = db.session.get_one(Slot, slot)
    return [desk.writes(doors.open_door, row, label, actor=None).id for label in ("А", "Б")]


def reading(door: int, nonce: str, **values):
    def act() -> str:
        return str(read_ticket(door, Reading(nonce, **values)).verdict)

    return act


def facts() -> int:
    return db.session.scalar(select(func.count(Fact.id))) or 0


def test_the_same_ticket_at_two_doors_is_accepted_once(at_once, desk, cast, slot, two_doors, pupils):
    code = ticket_digits(desk.book(slot, 0, pupils[6], own=True))
    outcomes = at_once([reading(two_doors[turn % 2], f"nonce-{turn}", code=code) for turn in range(DEVICES)])
    assert sorted(outcomes) == ["accepted", *["again"] * (DEVICES - 1)]
    assert (facts(), desk.covered(cast.school_class)) == (1, 1)
    assert db.session.scalar(select(func.count(Scan.id))) == DEVICES


def test_one_reading_sent_by_all_at_once_is_kept_once(at_once, desk, slot, two_doors, pupils):
    code = ticket_digits(desk.book(slot, 0, pupils[6], own=True))
    assert at_once([reading(two_doors[0], "the same", code=code)] * DEVICES) == ["accepted"] * DEVICES
    assert db.session.scalar(select(func.count(Scan.id))) == 1


def test_undone_here_and_marked_there_ends_as_the_last_one_said(at_once, desk, cast, slot, two_doors, pupils):
    booking = desk.book(slot, 0, pupils[6], own=True)
    one, code = booking.id, ticket_digits(booking)
    for turn in range(4):
        outcomes = at_once(
            [
                reading(two_doors[0], f"undo-{turn}", booking_id=one, undo=True),
                reading(two_doors[1], f"mark-{turn}", code=code),
            ]
        )
        assert set(outcomes) <= {"undone", "accepted", "again"}
    state = db.session.get_one(Booking, one, populate_existing=True).state
    assert desk.covered(cast.school_class) == (1 if state == "attended" else 0)
    living = select(func.count(Scan.id)).where(Scan.verdict == "accepted", Scan.undone_at.is_(None))
    assert db.session.scalar(living) == (1 if state == "attended" else 0)


def test_cancelled_while_it_is_read_it_is_one_or_the_other(at_once, desk, cast, slot, two_doors, pupils):
    booking = desk.book(slot, 0, pupils[6], own=True)
    one, code = booking.id, ticket_digits(booking)
    read, cancelled = at_once(
        [reading(two_doors[0], "n", code=code), lambda: services.cancel(one, actor=None, late=True) and None]
    )
    came = desk.covered(cast.school_class)
    if isinstance(cancelled, ConflictError):
        assert (read, came) == ("accepted", 1)
    else:
        assert (read, came) == ("cancelled", 0)


class TestWithoutTheGuard:
    """The negative control: the tests above would see the race if there were one."""

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_both_doors_accept(self, at_once, desk, slot, two_doors, pupils, monkeypatch):
        code, both_looked = ticket_digits(desk.book(slot, 0, pupils[6], own=True)), Barrier(2)
        look = readings._refusal

        def look_and_wait(slot, booking):
            refusal = look(slot, booking)
            both_looked.wait(PATIENCE)
            return refusal

        monkeypatch.setattr(readings, "HOLDING_DOOR", Asking(held.HOLDING_DOOR.row, held.DOOR))
        monkeypatch.setattr(readings, "_refusal", look_and_wait)
        monkeypatch.setattr(attendance, "mark_held", lambda *_booking, **_values: True)
        outcomes = at_once([reading(door, f"nonce-{door}", code=code) for door in two_doors])
        assert outcomes == ["accepted", "accepted"]
