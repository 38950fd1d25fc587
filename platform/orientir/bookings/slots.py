"""The verbs of a slot: add, publish, change, cancel, close after it was held."""

from __future__ import annotations

from sqlalchemy import select

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.models import OPEN, Booking, BookingState, Slot, SlotState
from orientir.bookings.moves import follow_move
from orientir.bookings.places import hold_slot
from orientir.bookings.plans import SlotPlan, check_plan
from orientir.bookings.queue import promote_waiting
from orientir.bookings.services import drop
from orientir.bookings.telling import Meeting, tell_cancelled, tell_changed
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.ics import services as calendars
from orientir.organisations.models import Organisation


class OverbookedError(ConflictError):
    """More are booked than the new capacity: `surplus` are the bookings that came last and would have to go."""

    def __init__(self, surplus: list[Booking]) -> None:
        self.surplus = surplus
        super().__init__(
            _("Записано больше, чем будет мест. Перенесите сеанс или отмените последние записи: %(count)s.",
              count=len(surplus))
        )  # fmt: skip


def add_slot(
    owner: str,
    owner_id: int,
    activity: str,
    organisation: Organisation,
    plan: SlotPlan,
    *,
    is_led: bool = False,
    actor: int | None,
) -> Slot:
    """Return a new slot in draft, `is_led` as of `Slot`; raises InvalidInputError naming the field."""
    check_plan(plan, is_led=is_led)
    slot = Slot(
        owner=owner, owner_id=owner_id, activity=activity, organisation=organisation, is_led=is_led, **plan.columns()
    )
    db.session.add(slot)
    db.session.flush()
    _write("slot.add", slot, actor, seats=slot.capacity)
    return slot


def publish(slot_id: int, *, actor: int | None) -> Slot:
    """Let people book; a repeat changes nothing. Raises ConflictError for a slot that is cancelled or over."""
    slot = hold_slot(slot_id)
    if slot.state == SlotState.PUBLISHED:
        return slot
    if slot.state != SlotState.DRAFT or slot.starts_at <= clock.now():
        raise ConflictError(_("Объявить можно только будущий сеанс, который не отменяли."))
    slot.state = SlotState.PUBLISHED
    _tell_calendars(slot)
    _write("slot.publish", slot, actor)
    return slot


def change_slot(slot_id: int, plan: SlotPlan, *, actor: int | None, cancel_last: bool = False) -> list[Booking]:
    """Change the slot and return who has got a place by it; whoever has one may give it back after a move.

    Raises OverbookedError where more are booked than there will be places, unless the last may be cancelled; grades,
    conditions and times of those who are booked already are not judged again: the organiser tells them.
    """
    slot = hold_slot(slot_id)
    check_plan(plan, is_led=slot.is_led)
    if slot.state not in (SlotState.DRAFT, SlotState.PUBLISHED):
        raise ConflictError(_("Этот сеанс отменён или уже прошёл: его не меняют."))
    surplus = surplus_of(slot, plan.capacity)
    if surplus and not cancel_last:
        raise OverbookedError(surplus)
    before = Meeting.of(slot)
    for booking in surplus:
        drop(slot, booking, _("Мест стало меньше."))
    tell_cancelled(slot, surplus, _("Мест стало меньше."), actor=actor)
    for name, value in plan.columns().items():
        setattr(slot, name, value)
    if before.differs(slot):
        slot.sequence += 1
        follow_move(slot)
    _tell_calendars(slot)
    db.session.flush()
    tell_changed(slot, before, actor=actor)
    _write("slot.change", slot, actor, seats=slot.capacity, cancelled=len(surplus))
    return promote_waiting(slot)


def cancel_slot(slot_id: int, reason: str, *, actor: int | None) -> list[Booking]:
    """Cancel the occasion for all who are booked or wait, and return them; a repeat changes nothing.

    The row stays with its reason. Raises InvalidInputError without a reason, ConflictError once somebody has come.
    """
    if not reason.strip():
        raise InvalidInputError(_("Напишите причину: её увидят все, кто записан."), "reason")
    slot = hold_slot(slot_id)
    if slot.state == SlotState.CANCELLED:
        return []
    if slot.state == SlotState.HELD or any(one.state == BookingState.ATTENDED for one in bookings_of(slot)):
        raise ConflictError(_("На сеанс уже пришли: его не отменяют."))
    told = [one for one in bookings_of(slot) if one.state in OPEN]
    for booking in told:
        drop(slot, booking, reason.strip())
    slot.state, slot.reason = SlotState.CANCELLED, reason.strip()
    slot.sequence += 1
    _tell_calendars(slot)
    db.session.flush()
    tell_cancelled(slot, told, slot.reason, actor=actor)
    _write("slot.cancel", slot, actor, cancelled=len(told))
    return told


def surplus_of(slot: Slot, capacity: int) -> list[Booking]:
    """Return the bookings that would have to go, the last first, for the rest to fit into `capacity`.

    Who has come is there already and stays.
    """
    surplus, left = [], slot.taken
    held = [one for one in bookings_of(slot) if one.state in (BookingState.PENDING, BookingState.CONFIRMED)]
    for booking in sorted(held, key=lambda one: (one.booked_at, one.id), reverse=True):
        if left <= capacity:
            break
        surplus.append(booking)
        left -= booking.people
    if left > capacity:
        raise ConflictError(_("Пришло больше, чем вы указали мест."))
    return surplus


def bookings_of(slot: Slot) -> list[Booking]:
    """Return the bookings of a held slot as they are now, in the order they were made."""
    found = select(Booking).where(Booking.slot_id == slot.id).order_by(Booking.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _tell_calendars(slot: Slot) -> None:
    slot.changed_at = clock.now()
    calendars.touch(slot.organisation.municipality.region_id)


def _write(action: str, slot: Slot, actor: int | None, **details: object) -> None:
    audit.write(action, "slot", slot.id, actor=actor, scope=slot.organisation.scope, **details)
