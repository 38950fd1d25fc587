"""The ticket: for the card it belongs to, for whoever holds its code, and for the teacher of a group."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.bookings import services
from orientir.bookings.doors import DOOR
from orientir.bookings.ics import ticket_calendar
from orientir.bookings.scopes import find_booking, scope_of_booking
from orientir.bookings.stepping_out import step_out
from orientir.bookings.ticket_sheet import ticket_sheet
from orientir.bookings.ticket_view import TicketView, view_of
from orientir.bookings.tickets import TICKET, ticket_digits
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError, NotAllowedError
from orientir.i18n import _
from orientir.students.in_hand import seats_in_hand
from orientir.students.models import CARD
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder, requires
from orientir.web.links import site_address

blueprint = Blueprint("tickets", __name__)


@blueprint.get("/my/bookings/<int:booking_id>")
@code_holder(CARD)
def mine(booking_id: int) -> str:
    pdf = url_for("tickets.mine_on_paper", booking_id=booking_id)
    ics = url_for("tickets.mine_for_calendar", booking_id=booking_id)
    return _page(_view_in_hand(booking_id), mine=True, pdf=pdf, ics=ics)


@blueprint.get("/my/bookings/<int:booking_id>/cancel")
@code_holder(CARD)
def ask_cancel(booking_id: int) -> str:
    view = _view_in_hand(booking_id)
    return render_template("bookings/ticket_cancel.html", ticket=view)


@blueprint.post("/my/bookings/<int:booking_id>/cancel")
@code_holder(CARD)
def cancel(booking_id: int) -> Response:
    """Give the place back, or leave the queue; of a group its class booked, only oneself. A repeat changes nothing."""
    view = _view_in_hand(booking_id)
    is_own = view.booking.own
    try:
        if is_own:
            services.cancel(booking_id, actor=None)
        else:
            step_out(booking_id, view.seats)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, booking_id)
    db.session.commit()
    if not is_own:
        flash(_("Записали: вы не едете. Учитель и организатор узнают."), "good")
        return redirect(url_for("records.mine"), 303)
    flash(_("Запись отменена."), "good")
    return redirect(url_for("tickets.mine", booking_id=booking_id), 303)


@blueprint.post("/my/bookings/<int:booking_id>/confirm")
@code_holder(CARD)
def confirm(booking_id: int) -> Response:
    view = _own_in_hand(booking_id)
    try:
        services.confirm(view.booking.id, actor=None)
    except ConflictError as error:
        return _refused(error, booking_id)
    db.session.commit()
    flash(_("Место ваше."), "good")
    return redirect(url_for("tickets.mine", booking_id=booking_id), 303)


@blueprint.get("/my/bookings/<int:booking_id>/ticket.pdf")
@code_holder(CARD)
def mine_on_paper(booking_id: int) -> Response:
    return _paper(_view_in_hand(booking_id))


@blueprint.get("/my/bookings/<int:booking_id>/ticket.ics")
@code_holder(CARD)
def mine_for_calendar(booking_id: int) -> Response:
    return _calendar(_view_in_hand(booking_id))


@blueprint.get("/t")
@code_holder(TICKET)
def shown() -> str:
    """Show the ticket to whoever holds its code; what is done with it needs the card, the teacher or a door.

    A volunteer whose phone reads a QR only by its own camera comes here, and marks by a button.
    """
    nonce = uuid4().hex if holders.holding(DOOR) else ""
    pdf, ics = url_for("tickets.shown_on_paper"), url_for("tickets.shown_for_calendar")
    return _page(_view_by_code(), pdf=pdf, ics=ics, at_door=nonce)


@blueprint.get("/t/ticket.pdf")
@code_holder(TICKET)
def shown_on_paper() -> Response:
    return _paper(_view_by_code())


@blueprint.get("/t/ticket.ics")
@code_holder(TICKET)
def shown_for_calendar() -> Response:
    return _calendar(_view_by_code())


@blueprint.get("/bookings/<int:booking_id>/ticket")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def of_class(booking_id: int) -> str:
    pdf = url_for("tickets.class_on_paper", booking_id=booking_id)
    return _page(_view_of_group(booking_id), pdf=pdf, ics=url_for("tickets.class_for_calendar", booking_id=booking_id))


@blueprint.get("/bookings/<int:booking_id>/ticket.pdf")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def class_on_paper(booking_id: int) -> Response:
    return _paper(_view_of_group(booking_id))


@blueprint.get("/bookings/<int:booking_id>/ticket.ics")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def class_for_calendar(booking_id: int) -> Response:
    return _calendar(_view_of_group(booking_id))


def _view_in_hand(booking_id: int) -> TicketView:
    """Return the ticket as the card in hand may see it; raises MissingError for anybody else's."""
    seats = {one.id for one in seats_in_hand()}
    booking = find_booking(booking_id)
    if booking is None or not seats & {one.student_id for one in booking.seats}:
        raise MissingError
    return view_of(booking, seats)


def _own_in_hand(booking_id: int) -> TicketView:
    view = _view_in_hand(booking_id)
    if not view.booking.own:
        raise NotAllowedError(_("Вас записал класс. Подтвердить места может учитель."))
    return view


def _view_by_code() -> TicketView:
    held = holders.holding(TICKET)
    booking = find_booking(held.remembered["booking"]) if held else None
    if held is None or booking is None or ticket_digits(booking) != held.digits:
        holders.release(TICKET)
        raise CodeRequired(TICKET)
    g.region = booking.slot.organisation.municipality.region
    return view_of(booking)


def _view_of_group(booking_id: int) -> TicketView:
    booking = find_booking(booking_id)
    if booking is None or booking.own:  # a student's own ticket is nobody else's
        raise MissingError
    return view_of(booking)


def _refused(error: ConflictError | InvalidInputError, booking_id: int) -> Response:
    db.session.rollback()
    flash(str(error), "bad")
    return redirect(url_for("tickets.mine", booking_id=booking_id), 303)


def _page(view: TicketView, *, pdf: str, ics: str, mine: bool = False, at_door: str = "") -> str:
    return render_template("bookings/ticket.html", ticket=view, mine=mine, pdf=pdf, ics=ics, at_door=at_door)


def _paper(view: TicketView) -> Response:
    if not view.digits:
        raise ConflictError(_("Печатать нечего: у этой записи нет действующего билета."))
    region = view.slot.organisation.municipality.region
    pdf = BytesIO(ticket_sheet(view, region.timezone_words))
    return send_file(pdf, "application/pdf", download_name=_("Билет.pdf"))


def _calendar(view: TicketView) -> Response:
    """Return the file a phone offers to put into its calendar."""
    name = view.slot.page or url_for("front.home")
    made = BytesIO(ticket_calendar(view, site_address() + name))
    return send_file(made, "text/calendar", as_attachment=True, download_name=_("Запись.ics"))
