"""«Мои записи»: what a card opens, for the student and for a parent with the card in the hand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from orientir.bookings.models import ALIVE, Booking
from orientir.bookings.nearby import Coming, coming_nearby
from orientir.bookings.own_queries import bookings_of_seats, places_in_queue
from orientir.bookings.words import Said, came_words, is_coming, is_past, state_of
from orientir.contracts import HistoryLine
from orientir.organisations.models import SchoolClass
from orientir.plugins import current_plugins
from orientir.students.in_hand import seats_in_hand
from orientir.students.models import CARD
from orientir.students.queries import present_seat
from orientir.web import holders
from orientir.web.access import code_holder, public

blueprint = Blueprint("records", __name__, url_prefix="/my")


@blueprint.get("")
@code_holder(CARD)
def mine() -> str:
    seats = seats_in_hand()
    seat = present_seat(seats)
    ids = {one.id for one in seats}
    bookings = bookings_of_seats(ids)
    told = [line for one in seats for line in current_plugins().student_history(one.id)]
    return render_template(
        "bookings/records.html",
        seat=seat,
        bookings=[one for one in reversed(bookings) if is_coming(one)],
        states=_states(bookings, ids),
        history=sorted([*told, *_past(bookings, ids, told)], key=lambda line: line.on, reverse=True),
        pages=current_plugins().card_pages(),
        coming=_coming(seat.school_class, bookings),
        earlier=[one for one in seats if one.school_class.year < seat.school_class.year],
    )


@blueprint.post("/finish")
@public
def finish() -> Response:
    """End the session: the next student starts at the one field."""
    holders.release(CARD)
    return redirect(url_for("front.home"), 303)


def _past(bookings: list[Booking], seats: set[int], told: list[HistoryLine]) -> list[HistoryLine]:
    """Return lines for occasions that are over, but for those of which their plugin has told more."""
    known = {(line.on, str(line.title)) for line in told}
    over = [one for one in bookings if is_past(one) and (one.slot.day, one.slot.title) not in known]
    return [HistoryLine(one.slot.day, one.slot.title, came_words(one, seats)) for one in over]


def _states(bookings: list[Booking], seats: set[int]) -> dict[int, Said]:
    places = places_in_queue(bookings)
    return {one.id: state_of(one, seats, places.get(one.id)) for one in bookings}


def _coming(school_class: SchoolClass, booked: list[Booking]) -> list[Coming]:
    """Return the nearest public occasions for the class but those `booked`."""
    return coming_nearby(school_class, {(one.slot.starts_at, one.slot.title) for one in booked if one.state in ALIVE})
