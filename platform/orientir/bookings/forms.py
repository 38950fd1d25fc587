"""Forms of whoever books a class. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from orientir.bookings.class_queries import BookingFilter
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.plans import LARGEST_SLOT
from orientir.bookings.wishes import Companion, Wish, companion_of
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.contact_words import read_phone
from orientir.students.models import Student
from orientir.web.forms import WholeNumberField
from orientir.web.page_form import PageForm
from orientir.web.personal_data import personal_data_problem

ALL, FEWER = "all", "fewer"
LONGEST_NAME = 80


class GroupForm(PageForm):
    """Who goes: numbers of the list, or how many; and the grown-up beside them."""

    numbers = SelectMultipleField(_l("Номера по списку"), widget=ListWidget(), option_widget=CheckboxInput())
    people = WholeNumberField(_l("Сколько человек"), maximum=LARGEST_SLOT, optional=True)
    ovz = WholeNumberField(_l("Из них с ОВЗ"), maximum=LARGEST_SLOT, optional=True)
    companion = StringField(
        _l("Кто поедет с детьми"),
        validators=[Length(max=LONGEST_NAME, message=_l("Слишком длинно. Напишите одного взрослого."))],
    )
    phone = StringField(_l("Телефон сопровождающего"))
    consents = BooleanField(_l("Согласия родителей собраны"))
    seats: Sequence[Student] = ()

    def offer(self, seats: Sequence[Student]) -> None:
        """Fill the grid; a number that is not in it is no valid choice."""
        self.seats = seats
        self.numbers.choices = [(str(seat.number), str(seat.number)) for seat in seats]

    def wish(self, class_id: int, *, fewer: bool = False) -> Wish:
        """Return what was asked for; raises InvalidInputError (field named)."""
        chosen = set(self.numbers.data or ())
        students = tuple(seat.id for seat in self.seats if str(seat.number) in chosen)
        people = self.people.data or 0
        if students and people not in (0, len(students)):
            raise InvalidInputError(
                _("Отмечено номеров: %(marked)s, а написано %(people)s. Оставьте что-нибудь одно.",
                  marked=len(students), people=people),
                "people",
            )  # fmt: skip
        return Wish(
            class_id,
            students,
            0 if students else people,
            self.ovz.data or 0,
            self._companion(),
            bool(self.consents.data),
            fewer=fewer,
        )

    def _companion(self) -> Companion | None:
        name, phone = " ".join((self.companion.data or "").split()), read_phone(self.phone.data or "", "phone")
        if name and (problem := personal_data_problem(name)):
            raise InvalidInputError(problem, "companion")
        if name and not phone:
            raise InvalidInputError(_("Напишите телефон: по нему позвонят, если что-то изменится."), "phone")
        if phone and not name:
            raise InvalidInputError(_("Напишите, чей это телефон."), "companion")
        return Companion(name, phone) if name else None


class BookingForm(GroupForm):
    """`request` names the wish, so that the same form sent twice is one booking; `room` is asked when places lack."""

    request = HiddenField(validators=[Regexp(r"[0-9a-f]{32}\Z", message=_l("Откройте страницу заново."))])
    room = RadioField(
        _l("Мест может не хватить"), choices=[SelectChoice(ALL, ""), SelectChoice(FEWER, "")], validate_choice=False
    )

    @classmethod
    def fresh(cls) -> BookingForm:
        """Return the form with a name of its own, or as it was posted."""
        return cls(request=uuid4().hex)

    @property
    def has_chosen(self) -> bool:
        """Whether it was said what to do when not all find room."""
        return self.room.data in (ALL, FEWER)


class ResizeForm(GroupForm):
    """What becomes of a booking that stands."""

    @classmethod
    def of_booking(cls, booking: Booking) -> ResizeForm:
        companion = companion_of(booking.companion, booking.request)
        return cls(
            numbers=[str(seat.student.number) for seat in booking.seats],
            people=booking.people if booking.is_by_number else None,
            ovz=booking.ovz or None,
            companion=companion.name if companion else "",
            phone=companion.phone_words if companion else "",
            consents=booking.consents,
        )


class BookingFilterForm(Form):
    """What the list is narrowed to; it stays in the address, and strange values count as none."""

    when = SelectField(_l("Когда"), validate_choice=False)
    school = StringField(_l("Школа"))
    state = SelectField(_l("Состояние"), validate_choice=False)

    def wanted(self, class_id: int | None) -> BookingFilter:
        """Return the conditions for `class_queries.list_bookings`."""
        self.when.choices = [("", _("предстоящие")), ("past", _("прошедшие"))]
        self.state.choices = [("", _("любое")), *((one.value, str(one.title)) for one in BookingState)]
        for field in (self.when, self.state):
            field.data = field.data if field.data in [one[0] for one in field.choices or ()] else ""
        return BookingFilter(self.when.data == "past", self.school.data or "", class_id, self.state.data or "")


class NamesForm(PageForm):
    names = TextAreaField(_l("Имена, каждое с новой строки"))


class CancelForm(PageForm):
    reason = StringField(
        _l("Причина"), validators=[Length(max=300, message=_l("Слишком длинно. Сократите до 300 знаков."))]
    )

    def told(self) -> str:
        """Return the reason; raises InvalidInputError for personal data in it."""
        reason = " ".join((self.reason.data or "").split())
        if problem := personal_data_problem(reason):
            raise InvalidInputError(problem, "reason")
        return reason
