"""`orientir bookings verify` names what differs and `repair` mends what can be mended without people."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from orientir.bookings.cli import bookings
from orientir.bookings.tickets import TICKET, ticket_digits
from orientir.codes.models import Code
from orientir.db import begin_writing, db


@pytest.fixture
def run(app):
    def invoke(word: str) -> tuple[int, str]:
        db.session.commit()
        outcome = CliRunner().invoke(bookings, [word], obj=lambda: app)
        return outcome.exit_code, outcome.output

    return invoke


def spoil(slot: int, assignment: str) -> None:
    db.session.commit()
    begin_writing()
    db.session.execute(text(f"UPDATE slot SET {assignment} WHERE id = {slot}"))
    db.session.commit()


def test_agreeing_figures_are_said_so(desk, run):
    desk.book(desk.slot(), 4)
    assert run("verify") == (0, "Места и очереди совпадают с записями.\n")


def test_wrong_figures_are_named_and_taken_from_the_bookings_again(desk, cast, run):
    slot = desk.slot(capacity=4)
    desk.book(slot, 4)
    desk.book(slot, 4, class_id=cast.neighbour_class.id)
    spoil(slot, "taken = 1, waiting = 0, tail = 0")
    status, said = run("verify")
    assert status == 1
    assert f"Сеанс {slot}: записано: занято 1, ждут 0; по записям 4 и 1" in said
    assert run("repair") == (0, "Исправлено: 1.\n")
    assert run("verify")[0] == 0
    assert desk.figures(slot) == (4, 1)


def test_more_than_there_are_places_is_left_to_people(desk, run):
    slot = desk.slot(capacity=4)
    booking = desk.book(slot, 4)
    spoil(slot, "capacity = 3, taken = 3")
    status, said = run("repair")
    assert status == 1
    assert "занято 4, а мест 3" in said
    spoil(slot, "capacity = 4, taken = 4")
    assert booking.people == 4


def test_a_place_without_its_ticket_and_a_ticket_without_its_place_are_mended(desk, cast, run):
    slot = desk.slot()
    booked, cancelled = desk.book(slot, 4), desk.book(slot, 3, class_id=cast.neighbour_class.id)
    digits = ticket_digits(booked)
    desk.cancel(cancelled)
    db.session.execute(update(Code).where(Code.kind == TICKET, Code.owner == str(booked.id)).values(is_live=False))
    db.session.execute(update(Code).where(Code.kind == TICKET, Code.owner == str(cancelled.id)).values(is_live=True))
    status, said = run("verify")
    assert status == 1
    assert f"Сеанс {slot}: у записи {booked.id} нет билета" in said
    assert f"Сеанс {slot}: билет записи {cancelled.id} действует, а места у неё нет" in said
    assert run("repair") == (0, "Исправлено: 2.\n")
    assert run("verify")[0] == 0
    db.session.expire_all()
    assert ticket_digits(booked) not in (None, digits)  # the dead one is never given out again
    assert ticket_digits(cancelled) is None
