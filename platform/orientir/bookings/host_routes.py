"""Whoever holds a session: today's people, the list for the door, marks, changes, cancelling, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import BOOKINGS_HOST
from orientir.bookings import attendance, slots
from orientir.bookings.attendance import Present
from orientir.bookings.host_forms import MessageForm, PresentForm, ReasonForm, SlotFilterForm
from orientir.bookings.host_queries import list_slots, visitors, visitors_of
from orientir.bookings.messages import messages_of, send_message
from orientir.bookings.models import Booking, Slot
from orientir.bookings.passes import names_of
from orientir.bookings.scopes import find_booking, find_slot, scope_of_booked_slot, scope_of_slot
from orientir.bookings.tables import slots_table, visitors_table
from orientir.bookings.wishes import companion_of
from orientir.bookings.words import stake_words
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.queries import region_of
from orientir.web.access import requires, viewer
from orientir.web.formats import DEFAULT_TIMEZONE, counted
from orientir.web.forms import show_error

Outcome = TypeVar("Outcome")
blueprint = Blueprint("slots", __name__, url_prefix="/slots")


@blueprint.get("")
@requires(BOOKINGS_HOST)
def index() -> Response | str:
    scopes, form, region = viewer().scopes(BOOKINGS_HOST), SlotFilterForm(request.args), region_of(viewer())
    when, host = form.wanted(), form.host.data or ""
    zone = region.timezone if region else DEFAULT_TIMEZONE
    file = asked_file(lambda: slots_table(list_slots(scopes, when, zone, host, rows=EVERY_ROW).slots, form))
    if file:
        return file
    page = list_slots(scopes, when, zone, host, request.args.get("page", 1, type=int))
    return render_template(
        "bookings/slots.html",
        form=form,
        when=when,
        page=page,
        is_wide=any(scope.organisation_id is None for scope in scopes),
        page_url=_page_address(form),
    )


@blueprint.get("/<int:slot_id>")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def slot(slot_id: int) -> str:
    return _slot_page(existing_slot(slot_id), ReasonForm(formdata=None))


@blueprint.get("/<int:slot_id>/list")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def people(slot_id: int) -> Response | str:
    found = existing_slot(slot_id)
    file = asked_file(lambda: visitors_table(found, visitors_of([slot_id])))
    page = visitors(slot_id)
    return file or render_template(
        "bookings/slot_people.html",
        slot=found,
        visitors=page,
        companions=_companions(page.booked),
        names=names_of(page.booked),
    )


@blueprint.post("/<int:slot_id>/publish")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def publish(slot_id: int) -> Response:
    return _done(
        slot_id, lambda: slots.publish(slot_id, actor=viewer().user_id), lambda _slot: _("Сеанс объявлен, запись идёт.")
    )


@blueprint.post("/<int:slot_id>/close")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def close(slot_id: int) -> Response:
    def words(came: int) -> str:
        people = counted(came, _("человек|человека|человек"))
        return _("Сеанс закрыт, пришли: %(people)s.", people=people)

    return _done(slot_id, lambda: attendance.close_slot(slot_id, actor=viewer().user_id), words)


@blueprint.post("/<int:slot_id>/message")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def message(slot_id: int) -> Response | tuple[str, int]:
    form = MessageForm()
    try:
        told = send_message(slot_id, form.text.data or "", actor=viewer().user_id)
    except InvalidInputError as error:
        db.session.rollback()
        show_error(form, error)
        return _slot_page(existing_slot(slot_id), ReasonForm(formdata=None), form), 400
    except ConflictError as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        flash(_("Отправлено. Взрослых, которые узнают: %(told)s. Ученики увидят на билете.", told=told), "good")
    return redirect(url_for(".slot", slot_id=slot_id), 303)


@blueprint.post("/<int:slot_id>/cancel")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def cancel(slot_id: int) -> Response | tuple[str, int]:
    form = ReasonForm()
    if existing_slot(slot_id).is_led:
        form.form_errors.append(_("Этот сеанс отменяют там, где его объявили: на странице мероприятия."))
    elif form.validate():
        try:
            told = slots.cancel_slot(slot_id, form.told(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except ConflictError as error:
            db.session.rollback()
            form.form_errors.append(str(error))
        else:
            db.session.commit()
            flash(_("Сеанс отменён. Записей отменено: %(count)s.", count=len(told)), "good")
            return redirect(url_for(".slot", slot_id=slot_id), 303)
    return _slot_page(existing_slot(slot_id), form), 400


@blueprint.post("/bookings/<int:booking_id>/mark")
@requires(BOOKINGS_HOST, scope=scope_of_booked_slot)
def mark(booking_id: int) -> Response:
    found = existing_booking(booking_id)

    def act() -> bool:
        return attendance.mark(booking_id, _present(found), actor=viewer().user_id)

    home = f"{found.school_class.organisation.name}, {found.school_class.title}"
    return _done(found.slot_id, act, lambda _new: _("Отмечено: %(home)s.", home=home), f"booking-{booking_id}")


@blueprint.post("/bookings/<int:booking_id>/unmark")
@requires(BOOKINGS_HOST, scope=scope_of_booked_slot)
def unmark(booking_id: int) -> Response:
    slot_id = existing_booking(booking_id).slot_id
    return _done(
        slot_id,
        lambda: attendance.take_back(booking_id, actor=viewer().user_id),
        lambda _was: _("Отметка снята."),
        f"booking-{booking_id}",
    )


def existing_slot(slot_id: int) -> Slot:
    """Return the slot of the address; the access rule has met it already."""
    found = find_slot(slot_id)
    if found is None:
        raise MissingError
    return found


def existing_booking(booking_id: int) -> Booking:
    found = find_booking(booking_id)
    if found is None:
        raise MissingError
    return found


def _done(
    slot_id: int, act: Callable[[], Outcome], words: Callable[[Outcome], str], anchor: str | None = None
) -> Response:
    """Do it and say so on the slot's page, or say there why it was not done."""
    try:
        outcome = act()
    except (InvalidInputError, ConflictError) as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        flash(words(outcome), "good")
    return redirect(url_for("slots.slot", slot_id=slot_id, _anchor=anchor), 303)


def _present(booking: Booking) -> Present:
    """Return who came as the form says; the button «пришли все» asks nothing, and nor does «не пришёл никто»."""
    pressed, form = request.form.get("came", ""), PresentForm()
    if not form.validate():
        raise InvalidInputError(" ".join(str(words) for errors in form.errors.values() for words in errors))
    every = tuple(seat.student_id for seat in booking.seats)
    if pressed == "all":
        return Present(every, booking.people, booking.ovz)
    if pressed == "nobody":
        return Present()
    chosen = {int(one) for one in request.form.getlist("numbers") if one.isascii() and one.isdigit()}
    return Present(tuple(one for one in every if one in chosen), form.people.data or 0, form.ovz.data or 0)


def _companions(bookings: list[Booking]) -> dict[int, object]:
    return {one.id: companion_of(one.companion, one.request) for one in bookings}


def _slot_page(found: Slot, form: ReasonForm, message_form: MessageForm | None = None) -> str:
    page = visitors(found.id)
    now = clock.now()
    return render_template(
        "bookings/slot.html",
        slot=found,
        visitors=page,
        companions=_companions([*page.booked, *page.waiting]),
        form=form,
        message_form=message_form or MessageForm(formdata=None),
        messages=messages_of(found.id),
        names=names_of([*page.booked, *page.waiting]),
        marks_open=found.is_open and now >= found.starts_at - attendance.BEFORE,
        stake=stake_words(page.booked, page.waiting),
        is_over=now >= found.ends_at,
        may_change=found.starts_at > now,
    )


def _page_address(form: SlotFilterForm) -> Callable[[int], str]:
    conditions = {name: value for name, value in form.data.items() if value}
    return lambda number: url_for("slots.index", **conditions, page=number)
