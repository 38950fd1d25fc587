"""Forms of whoever holds a session: its plan in local time, why it is cancelled, who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from orientir.bookings.host_queries import When
from orientir.bookings.models import Slot
from orientir.bookings.plans import LARGEST_SLOT, LAST_GRADE, SlotPlan
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.notices.wording import visible
from orientir.web.forms import DayField, HourField, WholeNumberField, options
from orientir.web.page_form import PageForm
from orientir.web.personal_data import personal_data_problem

EARLIEST, LATEST = time(8), time(20)  # whoever begins at another hour is asked whether it is meant
HOUR = timedelta(hours=1)
LONGEST_GAP = 24 * 400  # hours; no session is announced further ahead
CANCEL_LAST = "cancel_last"
# What the owner of a led slot says, not its host.
LED = ("title", "place", "on_day", "starts", "ends", "unusual", "despite")


class SlotFilterForm(Form):
    """Which sessions the list shows; it stays in the address."""

    when = SelectField(_l("Когда"), validate_choice=False)
    host = StringField(_l("Кто проводит"))

    def wanted(self) -> When:
        self.when.choices = [
            (When.TODAY.value, _("сегодня")),
            (When.COMING.value, _("предстоящие")),
            (When.PAST.value, _("прошедшие")),
        ]
        self.when.data = self.when.data if self.when.data in set(When) else When.TODAY.value
        return When(self.when.data)


@dataclass(frozen=True)
class _Gaps:
    """How long before the beginning booking opens, closes, and may be cancelled; kept when a slot moves."""

    closes: timedelta
    cancel: timedelta

    @classmethod
    def of(cls, slot: Slot) -> _Gaps:
        return cls(slot.starts_at - slot.closes_at, slot.starts_at - slot.cancel_until)


class SlotForm(PageForm):
    """A session in the time of its region; when booking opens and closes moves with the beginning."""

    title = StringField(_l("Название"), validators=[Length(max=160, message=_l("Слишком длинно: до 160 знаков."))])
    place = StringField(
        _l("Куда приходить"), validators=[Length(max=300, message=_l("Слишком длинно: до 300 знаков."))]
    )
    on_day = DayField(_l("День"))
    starts = HourField(_l("Начало"))
    ends = HourField(_l("Окончание"))
    capacity = WholeNumberField(_l("Мест"), minimum=1, maximum=LARGEST_SLOT)
    minimum = WholeNumberField(_l("Минимум, чтобы сеанс состоялся"), maximum=LARGEST_SLOT, optional=True)
    first_grade = WholeNumberField(_l("Классы с"), maximum=LAST_GRADE)
    last_grade = WholeNumberField(_l("по"), maximum=LAST_GRADE)
    needs_companion = BooleanField(_l("Сопровождающий обязателен"))
    strict = BooleanField(_l("Строгая очередь: никого не пропускать вперёд"))
    confirm_hours = WholeNumberField(_l("Сколько часов держать освободившееся место"), maximum=240, optional=True)
    opens_on = DayField(_l("Запись открыта с"), optional=True)
    closes_hours = WholeNumberField(_l("Запись закрыть за сколько часов"), maximum=LONGEST_GAP, optional=True)
    cancel_hours = WholeNumberField(_l("Отменить можно за сколько часов"), maximum=LONGEST_GAP, optional=True)
    unusual = BooleanField(_l("Время верное: сеанс начинается рано утром или вечером"))
    despite = BooleanField(_l("Это разные помещения, так и задумано"))
    surplus = StringField(_l("Записано больше, чем мест"))

    @classmethod
    def of_slot(cls, slot: Slot) -> SlotForm:
        zone = ZoneInfo(slot.timezone)
        starts, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        columns = ("title", "place", "capacity", "minimum", "first_grade", "last_grade", "needs_companion", "strict")
        told = {name: getattr(slot, name) for name in (*columns, "confirm_hours")}
        gaps = _Gaps.of(slot)
        form = cls(
            on_day=starts.date(),
            starts=starts.time(),
            ends=ends.time(),
            opens_on=slot.opens_at.astimezone(zone).date(),
            closes_hours=gaps.closes // HOUR,
            cancel_hours=gaps.cancel // HOUR,
            **told,
        )
        for name in LED if slot.is_led else ():
            del form[name]
        return form

    @property
    def cancels_last(self) -> bool:
        return self.surplus.data == CANCEL_LAST

    def plan(self, slot: Slot) -> SlotPlan:
        """Return the plan; what the form does not ask stays as it is. Raises InvalidInputError (field named)."""
        starts_at, ends_at = (slot.starts_at, slot.ends_at) if slot.is_led else self._moments(slot)
        gaps = self._gaps(slot)
        return SlotPlan(
            title=slot.title if slot.is_led else _line(self.title),
            place=slot.place if slot.is_led else _line(self.place),
            starts_at=starts_at,
            ends_at=ends_at,
            opens_at=self._opens_at(slot, starts_at - gaps.closes),
            closes_at=starts_at - gaps.closes,
            cancel_until=starts_at - gaps.cancel,
            capacity=self.capacity.data or 0,
            first_grade=self.first_grade.data or 0,
            last_grade=self.last_grade.data or 0,
            minimum=self.minimum.data or 0,
            conditions=tuple(slot.conditions),
            needs_companion=bool(self.needs_companion.data),
            strict=bool(self.strict.data),
            confirm_hours=self.confirm_hours.data or 0,
            page=slot.page,
            advice=tuple((heading, text) for heading, text in slot.advice),
        )

    def _gaps(self, slot: Slot) -> _Gaps:
        """Return how long before the beginning booking and cancelling end; hours that were not changed keep minutes."""
        kept = _Gaps.of(slot)
        return _Gaps(_asked_gap(self.closes_hours, kept.closes), _asked_gap(self.cancel_hours, kept.cancel))

    def _opens_at(self, slot: Slot, closes_at: datetime) -> datetime:
        """Return the moment booking opens: at midnight of another day, else as it was, or before it now closes."""
        zone = ZoneInfo(slot.timezone)
        day = self.opens_on.data
        if day is None or day == slot.opens_at.astimezone(zone).date():
            return min(slot.opens_at, closes_at - timedelta(minutes=1))
        return datetime.combine(day, time(), zone)

    def _moments(self, slot: Slot) -> tuple[datetime, datetime]:
        day, starts, ends = self.on_day.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            raise InvalidInputError(_("Напишите день, начало и окончание."), "on_day")
        if ends <= starts:
            raise InvalidInputError(_("Окончание должно быть позже начала."), "ends")
        if not EARLIEST <= starts <= LATEST and not self.unusual.data:
            raise InvalidInputError(
                _("Начало в %(hour)s? Если время верное, отметьте это ниже.", hour=f"{starts:%H:%M}"), "starts"
            )
        zone = ZoneInfo(slot.timezone)
        return datetime.combine(day, starts, zone), datetime.combine(day, ends, zone)


def _asked_gap(field: WholeNumberField, kept: timedelta) -> timedelta:
    asked: int | None = field.data if field.raw_data else None
    return kept if asked is None or asked == kept // HOUR else asked * HOUR


def _line(field: StringField) -> str:
    """Return what was typed on one line, without signs nobody sees."""
    return " ".join(visible(field.data or "").split())


class BookingTermsForm(PageForm):
    """From when and until when new sessions are booked, and what a full one does: for the forms that make sessions."""

    opens_on = DayField(_l("Запись открыта с"))
    closes_hours = WholeNumberField(_l("Запись закрыть за сколько часов"), maximum=720, optional=True, default=12)
    cancel_hours = WholeNumberField(_l("Отменить можно за сколько часов"), maximum=720, optional=True, default=24)
    policy = SelectField(
        _l("Когда мест не хватает"),
        choices=options([("fits", _l("место получает первый, кто помещается")), ("strict", _l("строго по очереди"))]),
    )
    confirm_hours = WholeNumberField(
        _l("Сколько часов держать освободившееся место до подтверждения"), maximum=240, optional=True, default=0
    )

    @property
    def is_strict(self) -> bool:
        return bool(self.policy.data == "strict")


class ReasonForm(PageForm):
    """Why a session is cancelled: everybody who is booked reads it."""

    reason = StringField(
        _l("Причина"), validators=[Length(max=300, message=_l("Слишком длинно. Сократите до 300 знаков."))]
    )

    def told(self) -> str:
        """Return the reason; raises InvalidInputError for personal data in it."""
        reason = " ".join((self.reason.data or "").split())
        if problem := personal_data_problem(reason):
            raise InvalidInputError(problem, "reason")
        return reason


class MessageForm(PageForm):
    text = TextAreaField(_l("Что передать"))


class PresentForm(PageForm):
    """Who came of one booking: numbers of it, or how many."""

    people = WholeNumberField(_l("Пришли"), maximum=LARGEST_SLOT, optional=True)
    ovz = WholeNumberField(_l("Из них с ОВЗ"), maximum=LARGEST_SLOT, optional=True)
