"""The group changes a day before: fewer always, more where there are places (domain.md D.3).

Locks as in booking: the class, then the slot. The ticket stays, whoever has it printed need not do it again.
"""

from __future__ import annotations

from sqlalchemy import select

from orientir import clock
from orientir.bookings.clashes import refuse_clash
from orientir.bookings.host_telling import tell_smaller
from orientir.bookings.models import OPEN, Booking, BookingSeat, BookingState, Slot
from orientir.bookings.places import give_back, take_places
from orientir.bookings.queue import promote_waiting
from orientir.bookings.services import held_booking, refuse_group, write
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.holding import lock_class
from orientir.web.formats import moment


def resize(booking_id: int, wish: Wish, *, actor: int | None) -> list[Booking]:
    """Let a booking be for the group `wish` tells, and return who has got a place by it.

    Whoever waits keeps the place in the queue. Raises MissingError; ConflictError for a booking that is over, for a
    pupil's own and for a clash; InvalidInputError (field named) for a group the slot does not take or has no room for.
    """
    class_id = db.session.scalar(select(Booking.class_id).where(Booking.id == booking_id))
    if class_id is None:
        raise MissingError
    lock_class(class_id)
    slot, booking = held_booking(booking_id)
    _refuse_settled(slot, booking, wish)
    refuse_group(slot, wish)
    refuse_clash(slot, wish, besides=booking.id)
    _find_room(slot, booking, wish.size - booking.people)
    was = booking.people
    _rewrite(booking, wish)
    tell_smaller(slot, booking, was, actor=actor)
    if actor is not None:
        write("booking.resize", booking, actor, people=booking.people, was=was)
    return promote_waiting(slot)


def _refuse_settled(slot: Slot, booking: Booking, wish: Wish) -> None:
    if booking.own or wish.own or wish.class_id != booking.class_id:
        raise ConflictError(_("Эту запись ученик сделал сам: её не меняют, её можно отменить."))
    if booking.state not in OPEN or not slot.is_open or slot.starts_at <= clock.now():
        raise ConflictError(_("Сеанс начался, или запись отменена: группу уже не меняют."))


def _find_room(slot: Slot, booking: Booking, more: int) -> None:
    """Give places back, or take the difference; who waits holds none."""
    if booking.state == BookingState.WAITING:
        return
    if more < 0:
        give_back(slot, -more)
        return
    if not more:
        return
    field = "people"
    if clock.now() >= slot.closes_at:
        closed = moment(slot.closes_at)
        raise InvalidInputError(_("Запись закрылась %(when)s: группу можно только уменьшить.", when=closed), field)
    if take_places(slot, more):
        return
    if slot.strict and slot.waiting:
        raise InvalidInputError(
            _("Свободные места ждёт очередь: заявок в ней %(waiting)s. Добавить людей в эту запись нельзя.",
              waiting=slot.waiting), field,
        )  # fmt: skip
    raise InvalidInputError(
        _("Свободно мест: %(free)s, а добавить нужно %(more)s. Уменьшите группу или запишите остальных по номерам "
          "отдельно, в лист ожидания.", free=slot.free, more=more), field,
    )  # fmt: skip


def _rewrite(booking: Booking, wish: Wish) -> None:
    kept = {seat.student_id: seat for seat in booking.seats}
    booking.seats = [kept.get(one) or BookingSeat(student_id=one) for one in sorted(wish.students)]
    booking.people, booking.ovz = wish.size, wish.ovz
    booking.companion = wish.companion.sealed(booking.request) if wish.companion else None
    booking.consents = wish.consents
    db.session.flush()
