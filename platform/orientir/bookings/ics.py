"""One booking as an iCalendar file: the same UID all its life, a higher SEQUENCE with each later state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from orientir import clock
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.ticket_view import TicketView
from orientir.ics.occasions import Occasion, Status
from orientir.ics.writing import Face, write_calendar

SEQUENCES = {BookingState.WAITING: 0, BookingState.PENDING: 1, BookingState.CONFIRMED: 2}
AFTER = 3
STATUSES = {
    BookingState.CANCELLED: Status.CANCELLED,
    BookingState.WAITING: Status.TENTATIVE,
    BookingState.PENDING: Status.TENTATIVE,
}
ALARM = timedelta(hours=2)


def ticket_calendar(ticket: TicketView, url: str) -> bytes:
    """Return the file. The code is not in it: calendars are shared with a family and with a cloud."""
    occasion = replace(booking_occasion(ticket.booking, ticket.state.text, url), changed_at=clock.now())
    return write_calendar(Face(ticket.slot.title, ticket.slot.timezone), [occasion], alarm=ALARM)


def booking_occasion(booking: Booking, state_words: str, url: str) -> Occasion:
    """Return the booking as calendars take it; `state_words` say how it stands, `url` leads to its page."""
    slot, state = booking.slot, BookingState(booking.state)
    about = [state_words, slot.organisation.name, *[f"{title}: {text}" for title, text in slot.advice], url]
    return Occasion(
        uid=f"booking-{booking.id}@{slot.organisation.municipality.region.code}.orientir",
        title=slot.title,
        starts=slot.starts_at,
        ends=slot.ends_at,
        changed_at=max(slot.changed_at, booking.booked_at),
        sequence=SEQUENCES.get(state, AFTER) + slot.sequence,
        status=STATUSES.get(state, Status.CONFIRMED),
        place=slot.place,
        about="\n".join(about),
        url=url,
    )
