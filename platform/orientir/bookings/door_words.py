"""What a door says, in words that are read at arm's length."""

from __future__ import annotations

from orientir import clock
from orientir.bookings.door_models import Scan, Verdict
from orientir.bookings.models import Booking, BookingState, Slot
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


def seat_words(one: Booking | Student) -> str:
    """Return «9«А», № 14. Школа № 3», or the class and school of a group."""
    school_class = one.school_class
    number = one.number if isinstance(one, Student) else one.seats[0].student.number if one.own else None
    who = f"{school_class.title}, №{NBSP}{number}" if number is not None else school_class.title
    return f"{who}. {school_class.organisation.name}"


def came_words(booking: Booking) -> str:
    """Return who was marked just now."""
    if booking.own:
        return seat_words(booking)
    people = people_words(booking.came or 0)
    words = {"who": seat_words(booking), "people": people, "ovz": booking.came_ovz or 0}
    if booking.came_ovz:
        return _("%(who)s. Пришло: %(people)s, из них с ОВЗ %(ovz)s", **words)
    return _("%(who)s. Пришло: %(people)s", **words)


def expected_words(booking: Booking) -> str:
    """Return how many of a class were booked."""
    words = {"who": seat_words(booking), "people": people_words(booking.people), "ovz": booking.ovz}
    if booking.ovz:
        return _("%(who)s. Записано: %(people)s, из них с ОВЗ %(ovz)s", **words)
    return _("%(who)s. Записано: %(people)s", **words)


def again_words(booking: Booking, mark: Scan | None) -> str:
    """Return who was marked before, when and at which door."""
    who = came_words(booking)
    if booking.state == BookingState.ABSENT:
        return _("%(who)s. Отмечено, что не пришли: снимите отметку в списке.", who=seat_words(booking))
    if mark is None:
        return _("%(who)s. Отметил организатор", who=who)
    return _("%(who)s. В %(hour)s, «%(door)s»", who=who, hour=hour(mark.read_at), door=mark.door.label)


def other_words(slot: Slot) -> str:
    """Return which occasion the ticket is for."""
    words = {"title": slot.title, "when": moment(slot.starts_at)}
    if slot.ends_at <= clock.now():
        return _("Этот сеанс уже прошёл: «%(title)s», %(when)s", **words)
    return _("Билет на другой сеанс: «%(title)s», %(when)s", **words)
