"""An organiser changes a session: where more are booked than there will be places, the page names who would go."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import BOOKINGS_HOST
from orientir.bookings.host_forms import SlotForm
from orientir.bookings.host_routes import blueprint, existing_slot
from orientir.bookings.models import Booking
from orientir.bookings.places import hold_slot
from orientir.bookings.rooms import RoomTakenError, Span, refuse_taken
from orientir.bookings.scopes import scope_of_slot
from orientir.bookings.slots import OverbookedError, change_slot, surplus_of
from orientir.bookings.telling import Meeting
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

FIELDS = {
    "starts_at": "on_day",
    "ends_at": "ends",
    "opens_at": "opens_on",
    "closes_at": "closes_hours",
    "cancel_until": "cancel_hours",
}  # fmt: skip - what the plan calls it, and where it stands on the page


@blueprint.route("/<int:slot_id>/edit", methods=["GET", "POST"])
@requires(BOOKINGS_HOST, scope=scope_of_slot)
def edit(slot_id: int) -> Response | tuple[str, int]:
    form = SlotForm.of_slot(existing_slot(slot_id))
    surplus: list[Booking] = []
    met: tuple[Span, ...] = ()
    if form.validate_on_submit():
        try:
            moved = _change(slot_id, form)
        except OverbookedError as error:
            surplus = error.surplus
            _refuse(form, InvalidInputError(error.message, "capacity"))
        except RoomTakenError as error:
            met = error.occasions
            db.session.rollback()
        except (InvalidInputError, ConflictError) as error:
            _refuse(form, error)
        else:
            db.session.commit()
            told = (
                _("Сеанс изменён. Школам ушло уведомление, записавшиеся по карточке увидят новое на билете.")
                if moved
                else _("Сеанс изменён.")
            )
            flash(told, "good")
            return redirect(url_for(".slot", slot_id=slot_id), 303)
    page = render_template(
        "bookings/slot_edit.html", slot=existing_slot(slot_id), form=form, surplus=surplus, seen=len(surplus), met=met
    )
    return page, 400 if form.errors else 409 if met else 200


def _change(slot_id: int, form: SlotForm) -> bool:
    """Change the slot, and return whether those who are booked hear of it: time or place are others.

    The last are cancelled only if they are as many as the page has shown; a room that is taken at the new time or place
    is told, and let through once it was said to be another one.
    """
    slot = hold_slot(slot_id)
    before = Meeting.of(slot)
    plan = form.plan(slot)
    surplus = surplus_of(slot, plan.capacity)
    if surplus and form.cancels_last and request.form.get("seen") != str(len(surplus)):
        raise OverbookedError(surplus)
    if before.differs(plan) and not form.despite.data:
        refuse_taken(slot.organisation_id, plan.place, [Span(plan.starts_at, plan.ends_at)], besides=slot.id)
    change_slot(slot_id, plan, actor=viewer().user_id, cancel_last=form.cancels_last)
    return before.differs(slot) and slot.taken + slot.waiting > 0


def _refuse(form: SlotForm, error: InvalidInputError | ConflictError) -> None:
    """Hang a refusal on its field. What is read for the page afterwards is read anew."""
    field = error.field if isinstance(error, InvalidInputError) else None
    show_error(form, InvalidInputError(error.message, FIELDS.get(field or "", field)))
    db.session.rollback()
