"""The organiser opens doors of a slot for volunteers, prints their PIN and revokes them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import StringField

from orientir.accounts.roles import BOOKINGS_HOST
from orientir.bookings import doors
from orientir.bookings.door_models import Door
from orientir.bookings.door_queries import door_lines, doors_of
from orientir.bookings.models import Slot
from orientir.bookings.scopes import find_slot, scope_of_slot
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.documents.qr import qr_svg
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, _l
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir.web.links import site_address
from orientir.web.page_form import PageForm

blueprint = Blueprint("slot_doors", __name__, url_prefix="/slots/<int:slot_id>/doors")


class DoorForm(PageForm):
    label = StringField(_l("Где этот вход"))


@blueprint.get("")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def index(slot_id: int) -> str:
    slot = _existing_slot(slot_id)
    return _page(slot, DoorForm(formdata=None, label=_("Вход %(number)s", number=len(doors_of(slot)) + 1)))


@blueprint.post("")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def add(slot_id: int) -> Response | tuple[str, int]:
    slot, form = _existing_slot(slot_id), DoorForm(request.form)
    try:
        if form.validate():
            door = doors.open_door(slot, form.label.data or "", actor=viewer().user_id)
            db.session.commit()
            return redirect(url_for("slot_doors.door", slot_id=slot_id, door_id=door.id), 303)
    except InvalidInputError as error:
        db.session.rollback()
        show_error(form, error)
    return _page(_existing_slot(slot_id), form), 400


@blueprint.get("/<int:door_id>")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def door(slot_id: int, door_id: int) -> str:
    """Show the PIN with its QR, to be printed or sent; as often as it is needed."""
    found = _existing_door(slot_id, door_id)
    digits = doors.door_digits(found) if doors.is_open(found) else ""
    address = f"{site_address()}/k/{digits}"
    return render_template(
        "bookings/door_pin.html",
        door=found,
        slot=found.slot,
        code=grouped(digits),
        digits=digits,
        address=address,
        qr=Markup(qr_svg(address)) if digits else "",  # noqa: S704 - drawn by us
    )


@blueprint.post("/<int:door_id>/revoke")
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def revoke(slot_id: int, door_id: int) -> Response:
    found = _existing_door(slot_id, door_id)
    doors.revoke_door(found, actor=viewer().user_id)
    db.session.commit()
    flash(_("Вход «%(label)s» закрыт: код больше не действует. Отметки остались.", label=found.label), "good")
    return redirect(url_for("slot_doors.index", slot_id=slot_id), 303)


def _existing_slot(slot_id: int) -> Slot:
    slot = find_slot(slot_id)
    if slot is None:
        raise MissingError
    return slot


def _existing_door(slot_id: int, door_id: int) -> Door:
    found = doors.find_door(door_id)
    if found is None or found.slot_id != slot_id:
        raise MissingError
    return found


def _page(slot: Slot, form: DoorForm) -> str:
    return render_template(
        "bookings/doors.html",
        slot=slot,
        form=form,
        lines=door_lines(slot),
        is_open=doors.is_open,
        may_add=doors.may_have_doors(slot),
        slot_page=url_for("slots.slot", slot_id=slot.id),
    )
