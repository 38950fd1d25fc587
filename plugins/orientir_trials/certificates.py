"""The certificate of an attended trial: a PDF without a name, and a code by which anybody may check it.

The platform knows no names: the paper has a line for one, and says class, school and number of the list.
"""

from __future__ import annotations

from pathlib import Path

from flask import url_for
from sqlalchemy import select

from orientir.bookings.models import BookingSeat
from orientir.bookings.services import held_booking
from orientir.codes import services as codes
from orientir.codes.digits import grouped
from orientir.contracts import CodeDestination, CodeKind, OpenedCode
from orientir.db import db
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.i18n import _, _l
from orientir.web.formats import day, hour
from orientir.web.links import site_address
from orientir_trials.attended import Attended
from orientir_trials.models import Trial
from orientir_trials.words import STEP_HINTS

KIND = CodeKind("trials_certificate", _l("сертификат пробы"))
TEMPLATE = Path(__file__).parent / "documents" / "certificate.typ"


def owner_of(attended: Attended) -> str:
    return f"{attended.booking.id}-{attended.student.id}"


def issue(attended: Attended) -> str:
    """Return the digits of the certificate; asked for again, or twice at one moment, they are the same."""
    held_booking(attended.booking.id)
    return codes.issue(KIND.key, [owner_of(attended)])[owner_of(attended)]


def digits_of(attended: Attended) -> str | None:
    """Return the digits of a certificate that was asked for, or None; changes nothing."""
    return next(iter(codes.reveal(KIND.key, [owner_of(attended)])), None)


def open_certificate(code: OpenedCode) -> CodeDestination | None:
    """Return the page that says whether the certificate holds; it is a paper, so nobody's card is let go for it."""
    booking, _dash, student = code.owner.partition("-")
    if not (booking.isdecimal() and student.isdecimal()):
        return None
    remembered = {"booking": int(booking), "student": int(student)}
    return CodeDestination(url_for("trial_papers.verify"), remembered, person=None)


def verified(booking_id: int, student_id: int) -> Attended | None:
    """Return what a certificate says, or None where the mark was taken back since."""
    seat = db.session.scalar(
        select(BookingSeat).where(
            BookingSeat.booking_id == booking_id, BookingSeat.student_id == student_id, BookingSeat.came.is_(True)
        )
    )
    trial = db.session.get(Trial, seat.booking.slot.owner_id) if seat else None
    return Attended(seat.booking, trial, seat.student) if seat and trial else None


def certificate_pdf(attended: Attended, digits: str) -> bytes:
    """Return the paper, A4 landscape, PDF/UA; the same input gives the same bytes."""
    slot, trial, school_class = attended.slot, attended.trial, attended.booking.school_class
    site = site_address()
    year = slot.day.year
    texts = {
        "document": _("Сертификат участника профессиональной пробы"),
        "title": _("Сертификат"),
        "what": _("участника профессиональной пробы"),
        "name": _("Имя вписывает школа"),
        "check": _("Проверить: наведите камеру или введите код на %(site)s", site=site.partition("://")[2]),
        "qr": _("QR-код для проверки сертификата"),
        "demo": _("ДЕМО") if trial.season.region.is_demo else "",
    }
    return render_pdf(
        TEMPLATE,
        {
            "texts": texts,
            "trial": trial.title,
            "profession": trial.profession,
            "step": str(STEP_HINTS[trial.step]),
            "when": f"{day(slot.starts_at)} {year}, {hour(slot.starts_at)}–{hour(slot.ends_at)}",
            "host": trial.organisation.full_name or trial.organisation.name,
            "place": trial.organisation.municipality.title,
            "who": _("%(school)s, %(title)s, № %(number)s по списку", school=school_class.organisation.name,
                     title=school_class.title, number=attended.student.number),
            "operator": trial.season.region.operator_name,
            "season": trial.season.title,
            "code": grouped(digits),
            "qr": qr_svg(f"{site}/k/{digits}"),
        },
    )  # fmt: skip
