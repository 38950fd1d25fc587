"""What a door says, in words that are read at arm's length."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from orientir import clock
from orientir.bookings.door_models import Verdict
from orientir.bookings.held import HeldBooking
from orientir.bookings.models import BookingState, Slot
from orientir.bookings.words import people_words
from orientir.i18n import NBSP, LazyText, _, _l
from orientir.students.models import Student
from orientir.web.formats import hour, moment

TITLES: dict[Verdict, LazyText] = {
    Verdict.ACCEPTED: _l("Принят"),
    Verdict.UNDONE: _l("Отметка снята"),
    Verdict.AGAIN: _l("Уже отмечен"),
    Verdict.GROUP: _l("Класс: сколько пришло?"),
    Verdict.OTHER: _l("Другой сеанс"),
    Verdict.EARLY: _l("Ещё рано"),
    Verdict.CANCELLED: _l("Отменена"),
    Verdict.WAITING: _l("Нет места"),
    Verdict.UNKNOWN: _l("Не билет"),
    Verdict.CARD: _l("Карточка"),
}
NEUTRAL = (Verdict.UNDONE, Verdict.GROUP)


def tone_of(verdict: str) -> str:
    """Return how a verdict looks and sounds: ok, again, ask or refused."""
    if verdict == Verdict.ACCEPTED:
        return "ok"
    if verdict == Verdict.AGAIN:
        return "again"
    return "ask" if verdict in NEUTRAL else "refused"


def seat_words(seat: Student) -> str:
    """Return «9«А», № 14. Школа № 3»."""
    home = seat.school_class
    return _who(home.title, seat.number, home.organisation.name)


def booked_words(booking: HeldBooking) -> str:
    """Return «9«А», № 14. Школа № 3», or the class and school of a group."""
    return _who(booking.class_title, booking.seats[0].number if booking.own else None, booking.school)


def _who(title: str, number: int | None, school: str) -> str:
    return f"{title}, №{NBSP}{number}. {school}" if number is not None else f"{title}. {school}"


def came_words(booking: HeldBooking) -> str:
    """Return who was marked just now."""
    if booking.own:
        return booked_words(booking)
    people = people_words(booking.came or 0)
    words = {"who": booked_words(booking), "people": people, "ovz": booking.came_ovz or 0}
    if booking.came_ovz:
        return _("%(who)s. Пришло: %(people)s, из них с ОВЗ %(ovz)s", **words)
    return _("%(who)s. Пришло: %(people)s", **words)


def expected_words(booking: HeldBooking) -> str:
    """Return how many of a class were booked."""
    words = {"who": booked_words(booking), "people": people_words(booking.people), "ovz": booking.ovz}
    if booking.ovz:
        return _("%(who)s. Записано: %(people)s, из них с ОВЗ %(ovz)s", **words)
    return _("%(who)s. Записано: %(people)s", **words)


class LastMark(NamedTuple):
    """When and at which door somebody was marked."""

    read_at: datetime
    door: str


def again_words(booking: HeldBooking, mark: LastMark | None) -> str:
    """Return who was marked before, when and at which door."""
    who = came_words(booking)
    if booking.state == BookingState.ABSENT:
        return _("%(who)s. Отмечено, что не пришли: снимите отметку в списке.", who=booked_words(booking))
    if mark is None:
        return _("%(who)s. Отметил организатор", who=who)
    return _("%(who)s. В %(hour)s, «%(door)s»", who=who, hour=hour(mark.read_at), door=mark.door)


def other_words(slot: Slot) -> str:
    """Return which occasion the ticket is for."""
    words = {"title": slot.title, "when": moment(slot.starts_at)}
    if slot.ends_at <= clock.now():
        return _("Этот сеанс уже прошёл: «%(title)s», %(when)s", **words)
    return _("Билет на другой сеанс: «%(title)s», %(when)s", **words)
