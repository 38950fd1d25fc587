"""The paper of a class that was somewhere: asked for by the school, checked by anybody who holds it."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.bookings.attestations import (
    ATTESTATION,
    attest,
    attestation_sheet,
    attested,
    attested_digits,
)
from orientir.bookings.scopes import find_booking, scope_of_booking
from orientir.bookings.words import people_words
from orientir.db import db
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder, requires, viewer

blueprint = Blueprint("attestations", __name__)


@blueprint.post("/bookings/<int:booking_id>/attestation")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def issue(booking_id: int) -> Response:
    try:
        attest(booking_id, actor=viewer().user_id or 0)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error), "bad")
        return redirect(url_for("bookings.booking", booking_id=booking_id), 303)
    db.session.commit()
    return redirect(url_for(".paper", booking_id=booking_id), 303)


@blueprint.get("/bookings/<int:booking_id>/attestation.pdf")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def paper(booking_id: int) -> Response:
    booking = find_booking(booking_id)
    if booking is None or booking.own:
        raise MissingError
    digits = attested_digits(booking)
    if digits is None:
        raise ConflictError(_("Справки ещё нет: нажмите «Получить справку» на странице записи."))
    sheet = BytesIO(attestation_sheet(booking, digits))
    return send_file(sheet, "application/pdf", download_name=_("Справка об участии класса.pdf"))


@blueprint.get("/attestation")
@code_holder(ATTESTATION)
def verify() -> str:
    """Say to whoever typed the code of a paper what it is about, or that it no longer holds."""
    held = holders.holding(ATTESTATION)
    if held is None:
        raise CodeRequired
    booking = attested(held.remembered["booking"], held.remembered["revision"])
    if booking is not None:
        g.region = booking.slot.organisation.municipality.region
    came = people_words(booking.came or 0) if booking else ""
    return render_template("bookings/attested.html", booking=booking, came=came)
