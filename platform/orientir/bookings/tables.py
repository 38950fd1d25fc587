"""The tables of bookings as files: what the pages show, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orientir.bookings.class_queries import seat_numbers
from orientir.bookings.forms import BookingFilterForm
from orientir.bookings.host_forms import SlotFilterForm
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.bookings.wishes import companion_of
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.web.formats import moment
from orientir.web.forms import conditions_of


def bookings_table(bookings: Sequence[Booking], form: BookingFilterForm) -> Table:
    """Return what classes have booked, with the conditions of the page."""
    columns = [
        TableColumn(_("Начало"), "moment"),
        TableColumn(_("Сеанс"), width=40),
        TableColumn(_("Кто проводит"), width=40),
        TableColumn(_("Место"), width=40),
        TableColumn(_("Школа"), width=40),
        TableColumn(_("Класс"), width=12),
        *people_columns(),
    ]
    numbers = seat_numbers(bookings)
    rows: Iterable[list[Value]] = (
        [
            one.slot.starts_at,
            one.slot.title,
            one.slot.organisation.name,
            one.slot.place,
            one.school_class.organisation.name,
            one.school_class.title,
            *people_cells(one, numbers),
        ]
        for one in bookings
    )
    return Table(_("Записи классов"), columns, rows, [*conditions_of(form), personal_note()])


def people_columns() -> list[TableColumn]:
    return [
        TableColumn(_("Номера"), width=24),
        TableColumn(_("Записано"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("Сопровождает"), width=36),
        TableColumn(_("Телефон"), width=24),
        TableColumn(_("Состояние"), width=20),
        TableColumn(_("Пришли"), "number"),
    ]


def people_cells(booking: Booking, numbers: Mapping[int, list[int]]) -> list[Value]:
    """Return the cells of `people_columns`; `numbers` are those of `seat_numbers`, empty for a group told by number."""
    companion = companion_of(booking.companion, booking.request)
    return [
        ", ".join(map(str, numbers.get(booking.id, ()))),
        booking.people,
        booking.ovz,
        companion.name if companion else "",
        companion.phone_words if companion else "",
        str(BookingState(booking.state).title),
        booking.came,
    ]


def personal_note() -> tuple[str, str]:
    return _("Внимание"), _("Здесь имена и телефоны взрослых: не пересылайте файл.")


def slots_table(slots: Sequence[Slot], form: SlotFilterForm) -> Table:
    """Return the sessions of a list with how many are booked."""
    columns = [
        TableColumn(_("Начало"), "moment"),
        TableColumn(_("Окончание"), "moment"),
        TableColumn(_("Сеанс"), width=40),
        TableColumn(_("Кто проводит"), width=40),
        TableColumn(_("Место"), width=40),
        TableColumn(_("Мест"), "number"),
        TableColumn(_("Записано"), "number"),
        TableColumn(_("Заявок в очереди"), "number"),
        TableColumn(_("Состояние"), width=20),
    ]
    rows: Iterable[list[Value]] = (
        [
            one.starts_at,
            one.ends_at,
            one.title,
            one.organisation.name,
            one.place,
            one.capacity,
            one.taken,
            one.waiting,
            str(SlotState(one.state).title),
        ]
        for one in slots
    )
    return Table(_("Сеансы"), columns, rows, conditions_of(form))


def visitors_table(slot: Slot, bookings: Sequence[Booking]) -> Table:
    """Return who is booked for a session, who waits and who has cancelled."""
    columns = [TableColumn(_("Школа"), width=40), TableColumn(_("Класс"), width=12), *people_columns()]
    numbers = seat_numbers(bookings)
    rows: Iterable[list[Value]] = (
        [one.school_class.organisation.name, one.school_class.title, *people_cells(one, numbers)] for one in bookings
    )
    title = _("%(title)s, кто записан", title=slot.title)
    notes = [(_("Когда"), moment(slot.starts_at)), (_("Где"), slot.place), personal_note()]
    return Table(title, columns, rows, notes)
