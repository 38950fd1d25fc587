"""The ticket on paper: for a phone that is flat at the door, and for those who have none."""

from __future__ import annotations

from orientir.bookings.ticket_view import TicketView
from orientir.bookings.words import span_words
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.i18n import _
from orientir.paths import TEMPLATES

TEMPLATE = TEMPLATES / "bookings" / "ticket.typ"


def ticket_sheet(ticket: TicketView, timezone_words: str) -> bytes:
    """Return the PDF of a ticket that has a code: A4, black and white, PDF/UA."""
    slot = ticket.slot
    data = {
        "title": slot.title,
        "when": f"{span_words(slot)} {timezone_words}".strip(),
        "code": ticket.code,
        "qr": qr_svg(ticket.address, border=0),
        "facts": [
            [_("Кто"), ticket.who],
            [_("Где"), slot.place],
            [_("Кто проводит"), f"{slot.organisation.name}, {slot.organisation.municipality.title}"],
            [_("Когда прийти"), ticket.come],
            *slot.advice,
        ],
        "texts": {
            "document": _("Билет: %(title)s", title=slot.title),
            "what": _("Билет"),
            "alt": _("QR-код билета"),
            "say": _("Не сканируется? Назовите код"),
            "demo": _("ДЕМО") if slot.organisation.municipality.region.is_demo else "",
            "note": _note(ticket),
        },
    }
    return render_pdf(TEMPLATE, data)


def _note(ticket: TicketView) -> str:
    if ticket.booking.own:
        return _("Билет на одного: второй раз по нему не пройти. Отменённый билет не действует.")
    return _("Билет на весь класс: на входе скажите, сколько пришло. Отменённый билет не действует.")
