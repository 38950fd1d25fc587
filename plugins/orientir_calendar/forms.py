"""Forms of the calendar: what a page is narrowed to, an event, a remark, a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from orientir.bookings.conditions import CONDITIONS
from orientir.bookings.host_forms import BookingTermsForm
from orientir.bookings.plans import LARGEST_SLOT
from orientir.files.forms import UploadField
from orientir.i18n import LazyText, _, _l
from orientir.notices.wording import visible
from orientir.organisations.models import Municipality, Organisation
from orientir.web.formats import WEEKDAYS
from orientir.web.forms import DayField, HourField, WholeNumberField, asked_day, check_boxes, options
from orientir.web.page_form import PageForm
from orientir_calendar.coordinates import CoordinatesField
from orientir_calendar.models import Event, Project
from orientir_calendar.plans import EventPlan, Times, times_on
from orientir_calendar.queries import Wanted
from orientir_calendar.visits import Terms
from orientir_calendar.words import AUDIENCES, DIRECTIONS, FORMATS, FREQUENCIES, LEVELS, PURPOSES, KindLine

GRADES = range(1, 12)


class CalendarForm(Form):
    """What a page is narrowed to; it stays in the address. What is not in the lists counts as not said."""

    q = StringField(_l("Слово или название"))
    place = SelectField(_l("Где"))
    grade = SelectField(_l("Класс"))
    kind = SelectField(_l("Что"))
    audience = SelectField(_l("Для кого"), choices=options([("", _l("все")), *AUDIENCES.items()]))

    def offer(self, municipalities: Sequence[Municipality], kinds: Mapping[str, KindLine]) -> None:
        """Fill the lists and drop what is in none."""
        places = {"": _("вся область"), **{str(one.id): one.title for one in municipalities}}
        grades = {"": _("любой"), **{str(one): _("%(grade)s класс", grade=one) for one in GRADES}}
        lists: list[tuple[SelectField, Mapping[str, LazyText | str]]] = [
            (self.place, places),
            (self.grade, grades),
            (self.kind, {"": _("любые мероприятия"), **{line.key: line.title for line in kinds.values()}}),
        ]
        for field, known in lists:
            field.choices = [(key, str(words)) for key, words in known.items()]
            field.data = field.data if field.data in known else ""
        self.audience.data = self.audience.data if self.audience.data in AUDIENCES else ""

    def wanted(self) -> Wanted:
        return Wanted(
            typed=self.q.data or "",
            place=int(self.place.data) if self.place.data else None,
            grade=int(self.grade.data) if self.grade.data else None,
            kind=self.kind.data or "",
            audience=self.audience.data or "",
        )

    def said(self) -> dict[str, Any]:
        """Return the conditions as they stand in the address, without what was left empty."""
        return {name: str(value) for name, value in self.data.items() if value}


class EventForm(PageForm):
    organisation_id = SelectField(_l("Кто проводит"))
    title = StringField(_l("Название"), [InputRequired(_l("Напишите, что это за мероприятие."))])
    kind = SelectField(_l("Вид"))
    first_day = DayField(_l("День"))
    last_day = DayField(_l("Последний день, если дней несколько"), optional=True)
    starts = HourField(_l("Начало"), optional=True)
    ends = HourField(_l("Окончание"), optional=True)
    frequency = SelectField(_l("Повторять"), choices=options(FREQUENCIES.items()))
    weekdays = check_boxes(_l("По каким дням недели"), enumerate(WEEKDAYS))
    until = DayField(_l("Повторять до"), optional=True)
    audiences = check_boxes(_l("Для кого"), AUDIENCES.items())
    first_grade = WholeNumberField(_l("С какого класса"), maximum=12, default=1)
    last_grade = WholeNumberField(_l("По какой класс"), maximum=12, default=11)
    format = SelectField(_l("Как проходит"), choices=options(FORMATS.items()))
    place = StringField(_l("Адрес и кабинет"))
    coordinates = CoordinatesField(_l("Координаты"))
    url = StringField(_l("Ссылка: запись, трансляция, подробности"))
    about = TextAreaField(_l("Описание"))
    partners = StringField(_l("Работодатели и партнёры"))
    level = SelectField(_l("Уровень"), choices=options(LEVELS.items()))
    project_id = SelectField(_l("Внешняя программа"))
    direction = SelectField(
        _l("Направление профминимума"), choices=options([("", _l("не указано")), *DIRECTIONS.items()])
    )
    hours = WholeNumberField(_l("Часов профминимума"), maximum=200, optional=True, default=0)
    conditions = check_boxes(_l("Условия"), CONDITIONS.items())
    proof_url = StringField(_l("Ссылка на рассказ о том, как прошло"))

    def offer(
        self, organisations: Sequence[Organisation], kinds: Mapping[str, KindLine], projects: Sequence[Project]
    ) -> None:
        """Fill the lists of what this person may choose from."""
        self.organisation_id.choices = [(str(one.id), one.name) for one in organisations]
        self.kind.choices = [("", _("выберите")), *((line.key, str(line.title)) for line in kinds.values())]
        self.project_id.choices = [("", _("нет")), *((str(one.id), one.title) for one in projects)]

    def plan(self, zone: ZoneInfo) -> EventPlan:
        """Return what a valid form says; raises InvalidInputError naming the field."""
        starts_at, ends_at, is_all_day = times_on(
            asked_day(self.first_day), self.last_day.data, self.starts.data, self.ends.data, zone
        )
        frequency = self.frequency.data or ""
        days = sorted({int(day) for day in self.weekdays.data or ()}) if frequency in ("weekly", "fortnightly") else []
        times = Times(starts_at, ends_at, is_all_day, frequency, tuple(days), self.until.data if frequency else None)
        words = {
            name: visible(self[name].data or "").strip()
            for name in (
                "title",
                "kind",
                "format",
                "place",
                "url",
                "about",
                "partners",
                "level",
                "direction",
                "proof_url",
            )
        }
        return EventPlan(
            **words,
            times=times,
            audiences=tuple(self.audiences.data or ()),
            first_grade=self.first_grade.data or 0,
            last_grade=self.last_grade.data or 0,
            project_id=int(self.project_id.data) if self.project_id.data else None,
            conditions=tuple(self.conditions.data or ()),
            hours=self.hours.data or 0,
            latitude=self.coordinates.data[0] if self.coordinates.data else None,
            longitude=self.coordinates.data[1] if self.coordinates.data else None,
        )

    @classmethod
    def of(cls, event: Event, *, is_copy: bool = False) -> EventForm:
        """Return the form as the event stands, a copy of it without what waits; a post fills it anew."""
        zone = ZoneInfo(event.timezone)
        hours: tuple[time | None, time | None] = (None, None)
        if not event.is_all_day:
            hours = (event.starts_at.astimezone(zone).time(), event.ends_at.astimezone(zone).time())
        said = {name: getattr(event, name) for name in EventPlan.__dataclass_fields__ if name != "times"}
        said |= {
            "first_day": event.first_day,
            "last_day": event.last_day if event.last_day != event.first_day else None,
            "starts": hours[0],
            "ends": hours[1],
            "frequency": event.frequency,
            "weekdays": [str(day) for day in event.weekdays],
            "until": event.until,
            "project_id": str(event.project_id or ""),
            "organisation_id": str(event.organisation_id),
            "coordinates": event.coordinates,
        }
        return cls(data=said if is_copy else {**said, **event.proposed_words})


class PaperForm(PageForm):
    """A paper of an event; its form stands on the page of the event's own, which has a title too."""

    purpose = SelectField(_l("Что это"), choices=options(PURPOSES.items()))
    file = UploadField(_l("Файл"))
    title = StringField(_l("Как назвать"), id="paper-title")


class TermsForm(BookingTermsForm):
    """How an event is booked."""

    capacity = WholeNumberField(_l("Сколько мест"), minimum=1, maximum=LARGEST_SLOT)
    minimum = WholeNumberField(_l("Минимум, чтобы провести"), maximum=LARGEST_SLOT, optional=True, default=0)
    needs_companion = BooleanField(_l("С классом обязателен сопровождающий"))

    def terms(self) -> Terms:
        """Return what a valid form says; raises InvalidInputError naming the field."""
        return Terms(
            capacity=self.capacity.data or 0,
            opens_on=asked_day(self.opens_on),
            minimum=self.minimum.data or 0,
            closes_hours=self.closes_hours.data or 0,
            cancel_hours=self.cancel_hours.data or 0,
            strict=self.is_strict,
            confirm_hours=self.confirm_hours.data or 0,
            needs_companion=bool(self.needs_companion.data),
        )


class RemarkForm(PageForm):
    remark = TextAreaField(_l("Что исправить"), [InputRequired(_l("Напишите, что исправить."))])


class ReasonForm(PageForm):
    reason = TextAreaField(_l("Почему"), [InputRequired(_l("Напишите причину: её увидят все, кто подписан."))])


class MoveForm(PageForm):
    """Where one day of a series goes."""

    first_day = DayField(_l("Новый день"))
    starts = HourField(_l("Начало"), optional=True)
    ends = HourField(_l("Окончание"), optional=True)


class ApproveForm(PageForm):
    trust = BooleanField(_l("Дальше эта организация публикует сама"))
