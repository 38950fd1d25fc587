"""A word of the host to all who are booked: grown-ups hear of it at once, pupils read it on their tickets."""

from __future__ import annotations

from sqlalchemy import select

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.host_models import SlotMessage
from orientir.bookings.places import hold_slot
from orientir.bookings.telling import tell_message
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.web.personal_data import personal_data_problem

LONGEST = 500


def send_message(slot_id: int, typed: str, *, actor: int | None) -> int:
    """Write to all who are booked or wait, and return how many accounts hear of it.

    Raises InvalidInputError (field «text»), ConflictError for a slot that is not announced or is over.
    """
    text = "\n".join(line.strip() for line in typed[: 4 * LONGEST].strip().splitlines())
    if not any(sign.isalnum() for sign in text):
        raise InvalidInputError(_("Напишите, что передать."), "text")
    if len(text) > LONGEST:
        raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=LONGEST), "text")
    if problem := personal_data_problem(text):
        raise InvalidInputError(problem, "text")
    slot = hold_slot(slot_id)
    if not slot.is_open or slot.ends_at <= clock.now():
        raise ConflictError(_("Написать можно, пока сеанс объявлен и не закончился."))
    message = SlotMessage(slot_id=slot.id, text=text, sent_at=clock.now(), sent_by=actor)
    db.session.add(message)
    db.session.flush()
    told = tell_message(slot, message.id, text, actor=actor)
    audit.write("slot.message", "slot", slot.id, actor=actor, scope=slot.organisation.scope, told=told)
    return told


def messages_of(slot_id: int) -> list[SlotMessage]:
    """Return what the host has written, latest first."""
    wanted = select(SlotMessage).where(SlotMessage.slot_id == slot_id).order_by(SlotMessage.id.desc())
    return list(db.session.scalars(wanted))
