"""A ticket is a code of its booking: it shows the booking and checks in; it never cancels, never opens a card."""

from __future__ import annotations

from datetime import timedelta

from orientir.bookings.models import Booking, Slot
from orientir.codes import services as codes

TICKET = "ticket"
REMEMBERED = timedelta(days=30)  # a door still says «сеанс прошёл» to the ticket of last week


def give_ticket(booking: Booking, slot: Slot) -> None:
    codes.issue(TICKET, [str(booking.id)], expires_on=slot.day + REMEMBERED)


def withdraw_ticket(booking: Booking) -> None:
    codes.withdraw(TICKET, [str(booking.id)])


def ticket_digits(booking: Booking) -> str | None:
    """Return the digits of the living ticket, or None; changes nothing."""
    return next(iter(codes.reveal(TICKET, [str(booking.id)])), None)
