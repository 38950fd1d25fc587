"""A ticket is a code of its booking: it shows the booking and checks in; it never cancels, never opens a card."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for

from orientir.bookings.held import AnySlot
from orientir.bookings.models import Booking
from orientir.bookings.scopes import find_booking
from orientir.codes import services as codes
from orientir.contracts import CodeDestination, CodeKind, OpenedCode, PlatformCode
from orientir.i18n import _l

TICKET = "ticket"
REMEMBERED = timedelta(days=30)  # a door still says «сеанс прошёл» to the ticket of last week


def give_ticket(booking_id: int, slot: AnySlot) -> None:
    codes.issue_first(TICKET, str(booking_id), expires_on=slot.last_day + REMEMBERED)


def withdraw_ticket(booking: Booking) -> None:
    codes.withdraw(TICKET, [str(booking.id)])


def ticket_digits(booking: Booking) -> str | None:
    """Return the digits of the living ticket, or None; changes nothing."""
    return next(iter(codes.reveal(TICKET, [str(booking.id)])), None)


def open_ticket(code: OpenedCode) -> CodeDestination | None:
    """Return the way to the ticket; a student's own one stays beside the card of that student."""
    booking = find_booking(int(code.owner)) if code.owner.isdecimal() else None
    if booking is None:
        return None
    person = f"student:{booking.seats[0].student.origin}" if booking.own and booking.seats else ""
    return CodeDestination(url_for("tickets.shown"), {"booking": booking.id}, person=person)


TICKET_CODE = PlatformCode(CodeKind(TICKET, _l("билет")), open_ticket)
