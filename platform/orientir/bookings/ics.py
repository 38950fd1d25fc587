"""One booking as an iCalendar file (RFC 5545): the same UID all its life, a higher SEQUENCE with each later state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from orientir import clock
from orientir.bookings.models import BookingState
from orientir.bookings.ticket_view import TicketView

OCTETS = 75  # of a line, without its end
SEQUENCES = {BookingState.WAITING: 0, BookingState.PENDING: 1, BookingState.CONFIRMED: 2}
AFTER = 3
STATUSES = {BookingState.CANCELLED: "CANCELLED", BookingState.WAITING: "TENTATIVE", BookingState.PENDING: "TENTATIVE"}


def ticket_calendar(ticket: TicketView, url: str) -> bytes:
    """Return the file. Times stand in the zone of the region, which has had no summer time since 2014.

    The code is not in it: calendars are shared with a family and with a cloud.
    """
    return "".join(f"{line}\r\n" for line in _folded(ticket, url)).encode()


def _folded(ticket: TicketView, url: str) -> Iterator[str]:
    for line in _lines(ticket, url):
        yield from fold_line(line)


def _lines(ticket: TicketView, url: str) -> Iterator[str]:
    slot, booking = ticket.slot, ticket.booking
    zone = ZoneInfo(slot.timezone)
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    about = [ticket.state.text, slot.organisation.name, *[f"{title}: {text}" for title, text in slot.advice], url]
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orientir//Bookings//RU", "METHOD:PUBLISH")
    yield from _zone(slot.starts_at.astimezone(zone), slot.timezone)
    yield from ("BEGIN:VEVENT", f"UID:booking-{booking.id}@{host}")
    yield f"SEQUENCE:{SEQUENCES.get(BookingState(booking.state), AFTER)}"
    yield f"DTSTAMP:{clock.now():%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID={slot.timezone}:{slot.starts_at.astimezone(zone):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID={slot.timezone}:{slot.ends_at.astimezone(zone):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{escaped(slot.title)}"
    yield f"LOCATION:{escaped(slot.place)}"
    yield f"DESCRIPTION:{escaped(chr(10).join(about))}"
    yield f"STATUS:{STATUSES.get(BookingState(booking.state), 'CONFIRMED')}"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT2H", f"DESCRIPTION:{escaped(slot.title)}", "END:VALARM")
    yield from ("END:VEVENT", "END:VCALENDAR")


def _zone(moment: datetime, name: str) -> Iterator[str]:
    """Yield the zone as it is on that day."""
    offset = f"{moment:%z}"
    yield from ("BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", "DTSTART:19700101T000000")
    yield from (f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE")


def escaped(text: str) -> str:
    """Return `text` as a value: signs that divide values lose that meaning, control characters go."""
    kept = "".join(
        sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign.isprintable() or sign == "\u00a0"
    )
    for sign in ("\\", ";", ","):
        kept = kept.replace(sign, f"\\{sign}")
    return kept.replace("\n", "\\n")


def fold_line(line: str) -> Iterator[str]:
    """Yield the parts of a long line, no sign cut in two; each further one begins with a space."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > OCTETS:
            yield part
            part = " "
        part += sign
    yield part
