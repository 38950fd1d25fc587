"""The paper of a class that was somewhere: how many came, where and when, with a code by which anybody may check it.

A group told by number has no certificates for each: nobody knows which numbers of the list came. The code names the
revision of the mark, so a mark taken back and made anew needs a new paper, and the old one says that it holds no more.
How many of them have ОВЗ is not said: a class is small, and anybody may check.
"""

from __future__ import annotations

from flask import url_for

from orientir.bookings.models import Booking
from orientir.bookings.scopes import find_booking
from orientir.bookings.services import held_booking, write
from orientir.bookings.words import people_words, span_words
from orientir.codes import services as codes
from orientir.codes.digits import grouped
from orientir.contracts import CodeDestination, CodeKind, OpenedCode, PlatformCode
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _, _l
from orientir.paths import TEMPLATES
from orientir.web.links import site_address

ATTESTATION = "attestation"
TEMPLATE = TEMPLATES / "bookings" / "attestation.typ"


def attest(booking_id: int, *, actor: int) -> str:
    """Return the digits of the paper; asked for again they are the same.

    Raises MissingError for a pupil's own booking, ConflictError for a group nobody of which was marked present.
    """
    _slot, booking = held_booking(booking_id)
    if booking.own:
        raise MissingError
    if not booking.came:
        raise ConflictError(_("Справку выдают, когда приход отмечен: спросите организатора."))
    owner = _owner(booking)
    if not codes.living(ATTESTATION, [owner]):
        write("booking.attest", booking, actor, came=booking.came)
    return codes.issue(ATTESTATION, [owner])[owner]


def attested_digits(booking: Booking) -> str | None:
    """Return the digits of a paper that was asked for and still holds, or None; changes nothing."""
    return next(iter(codes.reveal(ATTESTATION, [_owner(booking)])), None) if booking.came and not booking.own else None


def attested(booking_id: int, revision: int) -> Booking | None:
    """Return what a paper is about, or None where its mark was taken back since."""
    booking = find_booking(booking_id)
    return booking if booking and booking.came and booking.revision == revision else None


def attestation_sheet(booking: Booking, digits: str) -> bytes:
    """Return the PDF: A4, PDF/UA; the same booking gives the same bytes."""
    slot, school = booking.slot, booking.school_class.organisation
    region, site = slot.organisation.municipality.region, site_address()
    facts = [
        [_("Школа"), school.full_name or school.name],
        [_("Класс"), booking.school_class.title],
        [_("Сколько пришло"), people_words(booking.came or 0)],
        [_("Когда"), f"{span_words(slot)} {region.timezone_words}".strip()],
        [_("Где"), slot.place],
        [_("Кто проводил"), slot.organisation.full_name or slot.organisation.name],
    ]
    data = {
        "operator": region.operator_name,
        "title": slot.title,
        "said": _("Класс участвовал, приход отмечен на входе"),
        "facts": facts,
        "code": grouped(digits),
        "qr": qr_svg(f"{site}/k/{digits}"),
        "texts": {
            "document": _("Справка об участии класса: %(title)s", title=slot.title),
            "title": _("Справка об участии класса"),
            "check": _("Проверить: наведите камеру или введите код на %(site)s", site=site.partition("://")[2]),
            "qr": _("QR-код для проверки справки"),
            "demo": _("ДЕМО") if region.is_demo else "",
        },
    }
    return render_pdf(TEMPLATE, data)


def open_attestation(code: OpenedCode) -> CodeDestination | None:
    """Return the page that says whether the paper holds; it is nobody's card, so none is let go for it."""
    booking, _dash, revision = code.owner.partition("-")
    if not (booking.isdecimal() and revision.isdecimal()):
        return None
    remembered = {"booking": int(booking), "revision": int(revision)}
    return CodeDestination(url_for("attestations.verify"), remembered, person=None)


def _owner(booking: Booking) -> str:
    return f"{booking.id}-{booking.revision}"


ATTESTATION_CODE = PlatformCode(CodeKind(ATTESTATION, _l("справка класса")), open_attestation)
