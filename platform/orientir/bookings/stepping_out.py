"""One pupil does not go with the class: the card, in the pupil's hand or a parent's, takes the number off the group.

Domain.md D.2, 4: what the child is enrolled in is seen and cancelled; the class keeps the rest. Locks as in booking.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from orientir import clock
from orientir.bookings.host_telling import tell_smaller
from orientir.bookings.models import OPEN, Booking, BookingState, Slot
from orientir.bookings.places import give_back
from orientir.bookings.queue import promote_waiting
from orientir.bookings.services import cancel, held_booking
from orientir.bookings.telling import tell_stepped_out
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.holding import lock_class
from orientir.web.formats import moment


def step_out(booking_id: int, seats: Collection[int]) -> list[Booking]:
    """Take the number one of `seats` has off a group its class booked, and return who has got a place by it.

    A repeat changes nothing; the last of a group cancels it. Raises MissingError; ConflictError once the session has
    begun or was cancelled, InvalidInputError when it is too late to give a place back.
    """
    class_id = db.session.scalar(select(Booking.class_id).where(Booking.id == booking_id))
    if class_id is None:
        raise MissingError
    lock_class(class_id)
    slot, booking = held_booking(booking_id)
    left = [one for one in booking.seats if one.student_id not in seats]
    gone = [one.student.number for one in booking.seats if one.student_id in seats]
    if not gone:
        return []
    _refuse_late(slot, booking)
    if not left:
        tell_stepped_out(slot, booking, gone[0])
        return cancel(booking_id, actor=None, reason=_("Никто из группы не поедет."))
    was, booking.people, booking.seats = booking.people, len(left), left
    booking.ovz = min(booking.ovz, booking.people)
    if booking.state != BookingState.WAITING:
        give_back(slot, was - booking.people)
    db.session.flush()
    tell_stepped_out(slot, booking, gone[0])
    tell_smaller(slot, booking, was, actor=None)
    return promote_waiting(slot)


def _refuse_late(slot: Slot, booking: Booking) -> None:
    if booking.own or booking.state not in OPEN or not slot.is_open or slot.starts_at <= clock.now():
        raise ConflictError(_("Сеанс начался, или запись отменена: группу уже не меняют."))
    if booking.state != BookingState.WAITING and not slot.may_be_cancelled:
        raise InvalidInputError(
            _("Отменить запись можно было до %(when)s. Скажите учителю.", when=moment(slot.cancel_until))
        )
