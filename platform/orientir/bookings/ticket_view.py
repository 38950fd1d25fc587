"""What a ticket shows, whoever looks at it: the same on the page, on paper and in a calendar."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from orientir import clock
from orientir.bookings.clashes import ClashError, refuse_clash
from orientir.bookings.host_models import SlotMessage
from orientir.bookings.messages import messages_of
from orientir.bookings.models import OPEN, Booking, BookingState, Slot
from orientir.bookings.own_queries import places_in_queue
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Wish
from orientir.bookings.words import Said, people_words, queue_words, state_of, waiting_words
from orientir.codes.digits import grouped
from orientir.documents.qr import qr_svg
from orientir.i18n import NBSP, _
from orientir.web.formats import day_full, hour, moment
from orientir.web.links import site_address

EARLY = timedelta(minutes=10)


@dataclass(frozen=True)
class TicketView:
    """`digits` are "" for a booking without a ticket, and for whoever may not show it; `seats` those who look."""

    booking: Booking
    seats: frozenset[int] = frozenset()
    digits: str = ""
    place: int | None = None

    @property
    def slot(self) -> Slot:
        return self.booking.slot

    @property
    def state(self) -> Said:
        return state_of(self.booking, self.seats, self.place)

    @property
    def code(self) -> str:
        return grouped(self.digits)

    @property
    def address(self) -> str:
        return f"{site_address()}/k/{self.digits}"

    @property
    def qr(self) -> Markup:
        return Markup(qr_svg(self.address))  # noqa: S704 - drawn by us

    @property
    def who(self) -> str:
        """Return «Школа № 3, 9«А», № 14», or how many of the class."""
        school_class = self.booking.school_class
        if self.booking.own:
            people = f"№{NBSP}{self.booking.seats[0].student.number}"
        else:
            people = people_words(self.booking.people)
        return f"{school_class.organisation.name}, {school_class.title}, {people}"

    @property
    def come(self) -> str:
        """Return when to be there."""
        if self.slot.is_whole_days:
            return _("В первый день, %(day)s; час скажет организатор", day=day_full(self.slot.day))
        early = hour(self.slot.starts_at - EARLY)
        return _("За 10 минут до начала, к %(when)s", when=early)

    @property
    def may_cancel(self) -> bool:
        waits = self.booking.state == BookingState.WAITING
        return self.booking.state in OPEN and (waits or self.slot.may_be_cancelled)

    @property
    def why_not_cancelled(self) -> str:
        """Return why a living booking can no longer be cancelled, "" where it can."""
        if self.may_cancel or self.booking.state not in OPEN or self.is_over:
            return ""
        until = moment(self.slot.cancel_until)
        if not self.booking.own:
            return _("Отменить запись можно было до %(when)s. Если не получается прийти, скажите учителю.", when=until)
        return _(
            "Отменить запись можно было до %(when)s. Если не получается прийти, позвоните организатору.", when=until
        )

    @property
    def waiting(self) -> list[str]:
        """Return why there is no place yet and who gets the next one."""
        if self.booking.state != BookingState.WAITING:
            return []
        words = [waiting_words(self.slot, self.booking.people), queue_words(self.slot)]
        if self.slot.confirm_hours:
            hours = self.slot.confirm_hours
            words.append(_("Место освободится — его держат для вас %(hours)s ч: подтвердите здесь.", hours=hours))
        return words

    @property
    def clash(self) -> str:
        """Return where else those who look are to be then, "" for nowhere: a session that was moved asks nobody."""
        if not self.seats or self.booking.state not in OPEN or self.is_over:
            return ""
        wish = Wish(self.booking.class_id, tuple(self.seats), own=True)
        try:
            refuse_clash(self.slot, wish, besides=self.booking.id)
        except ClashError as error:
            return str(error)
        return ""

    @property
    def messages(self) -> list[SlotMessage]:
        """Return what the host has written to all who are booked."""
        return messages_of(self.slot.id) if self.booking.state in OPEN else []

    @property
    def is_over(self) -> bool:
        return self.slot.ends_at <= clock.now()

    @property
    def may_book_again(self) -> bool:
        cancelled = self.booking.own and self.booking.state == BookingState.CANCELLED
        return cancelled and self.slot.is_open and clock.now() < self.slot.closes_at


def view_of(booking: Booking, seats: Collection[int] = ()) -> TicketView:
    """Return the ticket for one who may show it: of a group, only its teacher or the ticket's own code."""
    hidden = bool(seats) and not booking.own
    alive = booking.state in (BookingState.CONFIRMED, BookingState.ATTENDED) and not hidden
    return TicketView(
        booking,
        frozenset(seats),
        (ticket_digits(booking) or "") if alive else "",
        places_in_queue([booking]).get(booking.id),
    )
