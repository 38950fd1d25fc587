"""Tells whoever booked a class what became of it; pupils see it on their own pages.

The account that booked hears of it as long as it may book for the school; if it is closed, unknown or works elsewhere
by now, the administrators of the school do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.accounts.roles import BOOKINGS_MAKE, Role, permissions_of
from orientir.bookings import notice_kinds as kinds
from orientir.bookings.clashes import ClashError, refuse_clash
from orientir.bookings.models import ALIVE, Booking, BookingState, Slot, SlotState
from orientir.bookings.plans import SlotPlan
from orientir.bookings.wishes import Wish
from orientir.bookings.words import people_words, span_words
from orientir.contracts import Due, NoticeKind, Reminder
from orientir.db import db
from orientir.i18n import _
from orientir.notices.people import directory, holds_over, people_at
from orientir.notices.services import tell
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.web.formats import day_full
from orientir.web.links import page_path


@dataclass(frozen=True)
class Meeting:
    """When and where a slot was, to be compared after a change."""

    starts_at: datetime
    ends_at: datetime
    place: str
    words: str

    @classmethod
    def of(cls, slot: Slot) -> Meeting:
        return cls(slot.starts_at, slot.ends_at, slot.place, f"{when_words(slot)}, {slot.place}")

    def differs(self, slot: Slot | SlotPlan) -> bool:
        return (self.starts_at, self.ends_at, self.place) != (slot.starts_at, slot.ends_at, slot.place)


def tell_made(slot: Slot, booking: Booking) -> None:
    """Write the line about a new booking, with the way to its ticket, to who booked and to who answers for the school.

    Whoever booked may be the coordinator: the school must know who of it goes away, and when.
    """
    if booking.own:
        return
    school_class = db.session.get_one(SchoolClass, booking.class_id)
    school, waits = school_class.organisation.scope, booking.state == BookingState.WAITING
    values = {
        **values_of(slot, booking, school_class),
        "done": _("В листе ожидания") if waits else _("Записано"),
        "what": _("Место освободится — запись изменится сама, об этом придёт письмо.")
        if waits
        else _("Билет по ссылке: его покажут или назовут на входе."),
    }
    page = "bookings.booking" if waits else "tickets.of_class"
    recipients = {*people_at(school, Role.SCHOOL_ADMIN), *((booking.booked_by,) if booking.booked_by else ())}
    url = page_path(page, booking_id=booking.id)
    tell(kinds.MADE, recipients, values, about=f"booking:{booking.id}", scope=school, url=url, actor=booking.booked_by)


def tell_cancelled(slot: Slot, bookings: Sequence[Booking], reason: str, *, actor: int | None) -> None:
    """Tell that the host has cancelled these bookings."""
    for one in bookings:
        _tell(kinds.CANCELLED, slot, one, f"booking:{one.id}", actor, reason=reason)


def tell_changed(slot: Slot, before: Meeting, *, actor: int | None) -> None:
    """Tell all who are booked or wait that time or place have changed, if they have."""
    if not before.differs(slot):
        return
    alive = select(Booking).where(Booking.slot_id == slot.id, Booking.state.in_(ALIVE)).order_by(Booking.id)
    moment = int(clock.now().timestamp())
    for one in db.session.scalars(alive).all():
        what = " ".join(_what_now(slot, one))
        _tell(kinds.CHANGED, slot, one, f"booking:{one.id}:{moment}", actor, before=before.words, what=what)


def _what_now(slot: Slot, booking: Booking) -> Iterator[str]:
    """Yield what a move means for a group: its ticket, until when it may say no, and where else it would be then."""
    if booking.state == BookingState.WAITING:
        yield _("Класс по-прежнему в листе ожидания.")
    else:
        yield _("Билет прежний. Если не подходит, отмените запись до %(until)s.",
                until=_moment_words(slot.cancel_until, slot))  # fmt: skip
    group = Wish(booking.class_id, tuple(seat.student_id for seat in booking.seats), people=booking.people)
    try:
        refuse_clash(slot, group, besides=booking.id)
    except ClashError as error:
        yield str(error)


def tell_stepped_out(slot: Slot, booking: Booking, number: int) -> None:
    """Tell whoever booked the class that one of its numbers does not go."""
    _tell(kinds.STEPPED_OUT, slot, booking, f"booking:{booking.id}:{number}", None, number=number)


def tell_promoted(slot: Slot, bookings: Sequence[Booking]) -> None:
    """Tell who has got places from the queue, and until when they are kept."""
    for one in bookings:
        what = _("Места уже ваши.")
        if one.confirm_until is not None:
            kept = _moment_words(one.confirm_until, slot)
            what = _("Подтвердите до %(when)s, иначе место получит следующий.", when=kept)
        _tell(kinds.PROMOTED, slot, one, f"booking:{one.id}", None, what=what)


def tell_thanks(slot: Slot, bookings: Iterable[Booking], *, actor: int | None) -> None:
    """Thank those who came."""
    for one in bookings:
        if one.state == BookingState.ATTENDED:
            came = one.came or 0
            _tell(kinds.THANKS, slot, one, f"booking:{one.id}", actor, people=people_words(came), came=came)


def tell_message(slot: Slot, message_id: int, text: str, *, actor: int | None) -> int:
    """Pass a message of the host on to whoever booked, and return how many hear of it."""
    alive = select(Booking).where(Booking.slot_id == slot.id, Booking.state.in_(ALIVE)).order_by(Booking.id)
    return sum(
        _tell(kinds.WORD, slot, one, f"message:{message_id}:{one.id}", actor, text=text)
        for one in db.session.scalars(alive).all()
    )


def trips_tomorrow(today: date, region_id: int) -> Iterator[Due]:
    """Yield the groups that go tomorrow, or today still, in the region's time."""
    soon = clock.now() + timedelta(days=2)
    wanted = (
        select(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            Municipality.region_id == region_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.own.is_(False),
            Slot.state == SlotState.PUBLISHED,
            Slot.starts_at > clock.now(),
            Slot.starts_at < soon,
        )
        .options(joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True))
        .order_by(Booking.id)
    )
    found = [one for one in db.session.scalars(wanted) if one.slot.day <= today + timedelta(days=1)]
    if not found:
        return
    people = directory(region_id)
    for one in found:
        school = one.school_class.organisation.scope
        may_book = people.over(school, *booking_roles())
        recipients = (one.booked_by,) if one.booked_by in may_book else people.responsible(school)
        values = {**values_of(one.slot, one), "begins": when_words(one.slot)}
        values.pop("when")
        about = f"booking:{one.id}:{one.slot.day}"
        url = page_path("bookings.booking", booking_id=one.id)
        yield Due(about, one.slot.day, tuple(one for one in recipients if one), school, values, url)


TRIPS_TOMORROW = Reminder(kinds.DAY_BEFORE, trips_tomorrow, (-1,))


def when_words(slot: Slot) -> str:
    """Return «чт, 14 мая 2026, 10:00» in the slot's region, on a page or not; of several days both ends."""
    return span_words(slot) if slot.last_day != slot.day else _moment_words(slot.starts_at, slot)


def _moment_words(value: datetime, slot: Slot) -> str:
    there = value.astimezone(ZoneInfo(slot.timezone))
    return f"{day_full(there.date())}, {there:%H:%M}"


def _tell(kind: NoticeKind, slot: Slot, booking: Booking, about: str, actor: int | None, **values: object) -> int:
    if booking.own:
        return 0
    school_class = db.session.get_one(SchoolClass, booking.class_id)
    school = school_class.organisation.scope
    recipients = people_at(school, Role.SCHOOL_ADMIN)
    if booking.booked_by is not None and holds_over(booking.booked_by, school, booking_roles()):
        recipients = (booking.booked_by,)
    told = {**values_of(slot, booking, school_class), **values}
    url = page_path("bookings.booking", booking_id=booking.id)
    return tell(kind, recipients, told, about=about, scope=school, url=url, actor=actor)


def values_of(slot: Slot, booking: Booking, school_class: SchoolClass | None = None) -> dict[str, object]:
    return {
        "title": slot.title,
        "when": when_words(slot),
        "place": slot.place,
        "host": slot.organisation.name,
        "class": (school_class or booking.school_class).title,
        "people": people_words(booking.people),
    }


def booking_roles() -> list[str]:
    """Return the roles that book classes."""
    return [role for role in Role if BOOKINGS_MAKE in permissions_of(role)]
