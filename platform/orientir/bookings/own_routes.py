"""A student books with a card: the occasion, one button, the ticket. A parent with the card does the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.bookings import services
from orientir.bookings.clashes import refuse_clash
from orientir.bookings.held import ShownSlot, find_shown
from orientir.bookings.own_queries import day_of, places_in_queue
from orientir.bookings.scopes import find_booking
from orientir.bookings.wishes import Wish
from orientir.bookings.words import free_words, queue_words, state_of
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.students.card_seats import CardSeat
from orientir.students.in_hand import seat_rows_in_hand
from orientir.students.models import CARD
from orientir.students.queries import seat_by
from orientir.web.access import code_holder

blueprint = Blueprint("own_bookings", __name__)
REQUEST = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/book/<int:slot_id>")
@code_holder(CARD)
def ask(slot_id: int) -> str:
    seats = seat_rows_in_hand()
    slot, seat = _slot_of(slot_id, seats)
    ids = [one.id for one in seats]
    booked = find_booking(slot.booked) if slot.booked else None
    if booked is not None:
        place = places_in_queue([booked]).get(booked.id)
        return _page(slot, seat, booked=booked, state=state_of(booked, ids, place))
    return _page(slot, seat, refusal=_refusal(slot, seat))


@blueprint.post("/book/<int:slot_id>")
@code_holder(CARD)
def book(slot_id: int) -> Response | tuple[str, int]:
    """Book for the card in hand; the form's random name makes a repeat lead where the first one did."""
    seats = seat_rows_in_hand()
    seat = _seat_for(slot_id, seats)
    name = request.form.get("request", "")
    try:
        booking_id = services.claim(slot_id, _wish(seat), request=_checked(name), actor=None)
    except (ConflictError, InvalidInputError) as error:
        db.session.rollback()
        slot, seat = _slot_of(slot_id, seats)
        return _page(slot, seat, refusal=str(error)), error.status
    db.session.commit()
    return redirect(url_for("tickets.mine", booking_id=booking_id), 303)


def _checked(name: str) -> str:
    """Return the name the form drew; raises InvalidInputError for any other text."""
    if not REQUEST.fullmatch(name):
        raise InvalidInputError(_("Откройте страницу заново и нажмите «Записаться» ещё раз."))
    return name


def _wish(seat: CardSeat) -> Wish:
    return Wish(class_id=seat.school_class.id, students=(seat.id,), own=True)


def _slot_of(slot_id: int, seats: Sequence[CardSeat]) -> tuple[ShownSlot, CardSeat]:
    """Return an announced slot of the region the card belongs to, and the seat for it; raises MissingError."""
    slot = find_shown(slot_id, [one.id for one in seats])
    if slot is None or slot.region_id not in _regions(seats):
        raise MissingError
    return slot, _seat_on(slot.day, seats)


def _seat_for(slot_id: int, seats: Sequence[CardSeat]) -> CardSeat:
    """Return the seat that books, as `_slot_of` does; the slot itself is read once it is held."""
    day = day_of(slot_id, _regions(seats))
    if day is None:
        raise MissingError
    return _seat_on(day, seats)


def _regions(seats: Sequence[CardSeat]) -> set[int]:
    return {one.region.id for one in seats}


def _seat_on(day: date, seats: Sequence[CardSeat]) -> CardSeat:
    """Return the seat of the academic year the occasion is in, else the present one: the refusal then says why."""
    year = AcademicYear.of(day).start
    same = next((one for one in seats if one.school_class.year == year), None)
    return same or seat_by(AcademicYear.of(clock.today(seats[0].region.timezone)).start, seats)


def _refusal(slot: ShownSlot, seat: CardSeat) -> str:
    """Return why the button would be refused now, "" where it would not; only the button itself decides."""
    if seat.closed_on is not None:
        return _("Номер %(number)s в этом классе закрыт.", number=seat.number)
    try:
        services.refuse_occasion(slot, seat.school_class)
        refuse_clash(slot, _wish(seat))
    except (ConflictError, InvalidInputError) as error:
        return str(error)
    return ""


def _page(slot: ShownSlot, seat: CardSeat, **words: object) -> str:
    waits = slot.free < 1 or (slot.strict and slot.waiting > 0)
    return render_template(
        "bookings/own.html",
        slot=slot,
        seat=seat,
        waits=waits,
        free=free_words(slot),
        policy=queue_words(slot),
        request_name=uuid4().hex,
        **words,
    )
