"""States of a booking as its people read them: a tone, a sign and words, never colour alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orientir import clock
from orientir.bookings.held import AnySlot
from orientir.bookings.models import OPEN, Booking, BookingState, Slot
from orientir.i18n import _
from orientir.web.formats import counted, day_full, moment, number


@dataclass(frozen=True)
class Said:
    """A state for the macro `status`: tone, name of the sign, words."""

    tone: str
    sign: str
    text: str


def is_coming(booking: Booking) -> bool:
    """Tell whether it belongs under «Что будет»; what one has cancelled oneself needs no telling."""
    if booking.slot.ends_at <= clock.now():
        return False
    return booking.state != BookingState.CANCELLED or bool(booking.reason)


def is_past(booking: Booking) -> bool:
    """Tell whether it belongs under «Где вы были»."""
    held = (BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.ABSENT)
    return booking.slot.ends_at <= clock.now() and booking.state in held


def came(booking: Booking, seats: Collection[int]) -> bool | None:
    """Tell whether one of `seats` came, or without seats anybody of the booking; None until somebody has said so."""
    if booking.state in OPEN or booking.state == BookingState.CANCELLED:
        return None
    if not seats or booking.is_by_number:
        return booking.state == BookingState.ATTENDED
    return any(seat.came for seat in booking.seats if seat.student_id in seats)


def came_words(booking: Booking, seats: Collection[int]) -> str:
    """Return what «Где вы были» says of a booking."""
    return {True: _("были"), False: _("прихода не отметили"), None: _("отметки ещё нет")}[came(booking, seats)]


def state_of(booking: Booking, seats: Collection[int] = (), place: int | None = None) -> Said:
    """Return the state of a booking for whoever sits on `seats`; `place` is where it stands in the queue."""
    if booking.state == BookingState.CANCELLED:
        return Said("tone-bad", "cross", _("отменена"))
    if booking.state == BookingState.WAITING:
        where = _("в листе ожидания, %(place)s-й", place=place) if place else _("в листе ожидания")
        return Said("tone-near", "clock", where)
    if booking.state == BookingState.PENDING and booking.confirm_until:
        return Said("tone-near", "clock", _("подтвердите до %(when)s", when=moment(booking.confirm_until)))
    if booking.state == BookingState.CONFIRMED:
        over = booking.slot.ends_at <= clock.now()
        return Said("", "info", came_words(booking, seats)) if over else Said("tone-good", "check", _("место есть"))
    if came(booking, seats):
        return Said("tone-good", "check", _("приход отмечен"))
    return Said("", "info", _("прихода не отметили"))


def span_words(slot: Slot) -> str:
    """Return «чт, 14 мая 2026, 10:00–12:00», or the first and the last of several days, in the region of the slot."""
    zone = ZoneInfo(slot.timezone)
    first, last = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    if slot.is_whole_days:
        days = (slot.day, slot.last_day) if slot.last_day != slot.day else (slot.day,)
        return " — ".join(day_full(one) for one in days)
    if slot.last_day == slot.day:
        return f"{day_full(slot.day)}, {first:%H:%M}–{last:%H:%M}"
    return f"{day_full(slot.day)}, {first:%H:%M} — {day_full(slot.last_day)}, {last:%H:%M}"


def free_words(slot: AnySlot) -> str:
    """Return «свободно 5 из 12»."""
    return _("свободно %(free)s из %(capacity)s", free=number(slot.free), capacity=number(slot.capacity))


def people_words(count: int) -> str:
    """Return «23 человека»."""
    return counted(count, _("человек|человека|человек"))


def stake_words(booked: Sequence[Booking], waiting: Sequence[Booking]) -> str:
    """Return «Записано 54 человека (3 группы, 5 по карточкам), ждут 27 человек»: whom a cancelling concerns."""
    if not booked and not waiting:
        return _("Никто не записан и не ждёт")
    parts = [_("Записано %(people)s (%(of)s)", people=_sum(booked), of=_parts_of(booked))] if booked else []
    parts += [_("ждут %(people)s", people=_sum(waiting))] if waiting else []
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def _sum(bookings: Sequence[Booking]) -> str:
    return people_words(sum(one.people for one in bookings))


def _parts_of(bookings: Sequence[Booking]) -> str:
    own = sum(one.own for one in bookings)
    groups = len(bookings) - own
    words = [counted(groups, _("группа|группы|групп"))] if groups else []
    words += [_("%(count)s по карточкам", count=number(own))] if own else []
    return ", ".join(words)


def queue_words(slot: AnySlot) -> str:
    """Return by which rule places that come free are given."""
    if slot.strict:
        return _("Места дают строго по очереди: первого в ней никто не обгоняет.")
    return _("Освободившееся место получает первый по очереди, кому хватает свободных мест.")


def waiting_words(slot: Slot, people: int) -> str:
    """Return why somebody who waits has no place yet."""
    if slot.free <= 0:
        return _("Заняты все места: %(capacity)s.", capacity=number(slot.capacity))
    if slot.free < people:
        return _("Свободно %(free)s, а вам нужно %(people)s.", free=number(slot.free), people=number(people))
    return _("Свободно %(free)s, но впереди группа, которой столько мало.", free=number(slot.free))
