"""The ticket on paper and in a calendar, read back as a camera, an eye and a phone do."""

from __future__ import annotations

import re

import pytest
from flask import g
from icalendar import Calendar
from orientir_testkit.papers import page_codes, page_texts

from orientir.bookings.ics import ticket_calendar
from orientir.bookings.ticket_sheet import ticket_sheet
from orientir.bookings.ticket_view import view_of
from orientir.codes.digits import grouped

BEGINS = 26
OCTETS = 75
HOSTILE = ['#panic("*x*") $x$ \\ @a <b>', "Щ" * 160, "a\x07b 🏫 \u202ec", 'Имя "в кавычках"; и, ещё\\']
URL = "https://orientir.example.ru/trials/1"


def words(text: str) -> str:
    return " ".join(text.split())


def lines(made: bytes) -> list[str]:
    """Return the unfolded lines."""
    text = made.decode()
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def value(made: bytes, name: str) -> str:
    return next(line.partition(":")[2] for line in lines(made) if re.match(rf"{name}[:;]", line))


@pytest.fixture
def view(app, desk, pupils):
    """Return what makes the ticket of a new booking, at a time of day of its own."""
    hours = iter(range(BEGINS, 400, 10))

    def make(**values):
        booking = desk.book(desk.slot(next(hours), **values), 0, pupils[6], own=True)
        return view_of(booking)

    with app.test_request_context(base_url="https://orientir.example.ru"):
        g.timezone = "Asia/Irkutsk"
        yield make


def test_a_camera_reads_the_code_and_an_eye_the_rest(view):
    ticket = view(advice=(("Что взять", "Сменную обувь"),))
    made = ticket_sheet(ticket, "по иркутскому времени")
    assert page_codes(made) == [[f"https://orientir.example.ru/k/{ticket.digits}"]]
    text = words(page_texts(made)[0])
    for said in (grouped(ticket.digits), "Сварщик за час", "№ 7", "ул. Лесная, 5", "Сменную обувь", "12:00–14:00"):
        assert said in text
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert len(re.findall(rb"/Alt", made)) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_paper_or_calendar(view, name):
    ticket = view(title=name[:160], place=name, advice=((name, name),))
    assert len(page_codes(ticket_sheet(ticket, ""))[0]) == 1
    made = ticket_calendar(ticket, URL)
    assert [line for line in lines(made) if line.startswith("BEGIN:")].count("BEGIN:VEVENT") == 1
    (event,) = Calendar.from_ical(made).walk("VEVENT")
    assert event["SUMMARY"] == name[:160].replace("\x07", "")


def test_a_calendar_is_told_the_hours_of_the_region(view):
    made = ticket_calendar(view(), URL)
    assert "DTSTART;TZID=Asia/Irkutsk:20260515T120000" in lines(made)
    assert "TZOFFSETTO:+0800" in lines(made)
    assert value(made, "STATUS") == "CONFIRMED"


def test_a_calendar_holds_no_code(view):
    ticket = view()
    made = ticket_calendar(ticket, URL).decode()
    assert ticket.digits not in made
    assert ticket.code not in made


def test_each_later_state_overwrites_the_one_before(desk, view, cast):
    waits = view(capacity=1, strict=True)
    held = desk.book(desk.slot(300, capacity=1, confirm_hours=5), 1, class_id=cast.neighbour_class.id)
    pending = desk.book(held.slot_id, 1)
    seen = []
    for act in (lambda: None, lambda: desk.cancel(held), lambda: desk.confirm(pending), lambda: desk.cancel(pending)):
        act()
        made = ticket_calendar(view_of(pending), URL)
        seen.append((value(made, "UID"), int(value(made, "SEQUENCE")), value(made, "STATUS")))
    assert len({uid for uid, _number, _state in seen}) == 1
    assert "orientir.example.ru" not in seen[0][0]  # a site that moves keeps its subscribers' entries
    assert [number for _uid, number, _state in seen] == [0, 1, 2, 3]
    assert [state for _uid, _number, state in seen] == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert waits.booking.id != pending.id
