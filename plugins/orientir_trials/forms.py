"""Forms of trials: the conditions of the register, a card, its dates, a season."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from orientir.bookings.conditions import CONDITIONS
from orientir.bookings.host_forms import EARLIEST, LATEST, BookingTermsForm
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.notices.wording import visible
from orientir.organisations.models import Municipality, Organisation
from orientir.web.formats import WEEKDAYS
from orientir.web.forms import DayField, WholeNumberField, check_boxes, options
from orientir.web.page_form import PageForm
from orientir_trials.cards import Card
from orientir_trials.models import Season, Trial
from orientir_trials.queries import ONLINE, Wanted
from orientir_trials.repetition import Repetition, read_times
from orientir_trials.services import Terms
from orientir_trials.words import FIELDS, STEP_HINTS, STEPS

GRADES = range(6, 12)


class RegisterForm(Form):
    """What the register is narrowed to; it stays in the address. What is not in the lists counts as not said."""

    q = StringField(_l("Профессия или слово"))
    place = SelectField(_l("Где"))
    grade = SelectField(_l("Класс"))
    field = SelectField(_l("Область"), choices=options([("", _l("любая")), *FIELDS.items()]))
    first = DayField(_l("С какого дня"), optional=True)
    last = DayField(_l("По какой день"), optional=True)
    step = check_boxes(_l("Ступень"), STEPS.items())
    access = check_boxes(_l("Условия"), CONDITIONS.items())
    free = BooleanField(_l("Есть места"), false_values=(False, "false", "", "0"))

    def offer(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the list of places and drop what is in no list."""
        places = {"": _("вся область"), ONLINE: _("онлайн"), **{str(one.id): one.title for one in municipalities}}
        self.place.choices = list(places.items())
        grades = {str(one): _("%(grade)s класс", grade=one) for one in GRADES}
        self.grade.choices = [("", _("любой")), *grades.items()]
        for one, known in ((self.place, places), (self.grade, grades), (self.field, FIELDS)):
            one.data = one.data if one.data in known else ""
        self.step.data = [key for key in self.step.data or [] if key in map(str, STEPS)]
        self.access.data = [key for key in self.access.data or [] if key in CONDITIONS]

    def wanted(self) -> Wanted:
        return Wanted(
            typed=self.q.data or "",
            place=self.place.data or "",
            field=self.field.data or "",
            grade=int(self.grade.data) if self.grade.data else None,
            first_day=self.first.data,
            last_day=self.last.data,
            steps=tuple(int(step) for step in self.step.data or ()),
            conditions=tuple(self.access.data or ()),
            has_free=bool(self.free.data),
        )


class CardForm(PageForm):
    season_id = SelectField(_l("Сезон"))
    organisation_id = SelectField(_l("Организация"))
    title = StringField(_l("Название пробы"), [InputRequired(_l("Напишите название пробы."))])
    profession = StringField(_l("Профессия"))
    field = SelectField(_l("Область"), choices=options([("", _l("выберите")), *FIELDS.items()]))
    step = SelectField(_l("Ступень"), choices=options(STEP_HINTS.items()), default="2")
    first_grade = WholeNumberField(_l("С какого класса"), minimum=1, maximum=12, default=6)
    last_grade = WholeNumberField(_l("По какой класс"), minimum=1, maximum=12, default=11)
    is_online = BooleanField(_l("Проба проходит онлайн"))
    place = StringField(_l("Адрес и кабинет"), [InputRequired(_l("Напишите адрес или ссылку на встречу."))])
    directions = StringField(_l("Как доехать и войти"))
    guide = StringField(_l("Кто ведёт"))
    hands = TextAreaField(_l("Что делаем руками"))
    takeaway = StringField(_l("Что унесёт участник"))
    study_url = StringField(_l("Где учат этой профессии"))
    clothes = StringField(_l("Что взять: одежда, обувь"))
    safety = TextAreaField(_l("Безопасность и здоровье: текст для родителей"))
    conditions = check_boxes(_l("Условия"), CONDITIONS.items())
    capacity = WholeNumberField(_l("Сколько мест на одном сеансе"), minimum=1, maximum=2000, default=12)
    minimum = WholeNumberField(_l("Минимум, чтобы провести"), maximum=2000, optional=True, default=0)
    needs_companion = BooleanField(_l("С классом обязателен сопровождающий"))

    def offer(self, seasons: Sequence[Season], organisations: Sequence[Organisation]) -> None:
        """Fill the lists of what this person may choose from."""
        self.season_id.choices = [(str(one.id), one.title) for one in seasons]
        self.organisation_id.choices = [(str(one.id), one.name) for one in organisations]

    def card(self) -> Card:
        """Return what a valid form says."""
        words: dict[str, Any] = {
            name: visible(self[name].data or "").strip()
            for name in ("title", "profession", "field", "place", "directions", "guide", "hands", "takeaway",
                         "study_url", "clothes", "safety")
        }  # fmt: skip
        numbers: dict[str, Any] = {
            name: self[name].data or 0 for name in ("first_grade", "last_grade", "capacity", "minimum")
        }
        return Card(
            **words,
            **numbers,
            step=int(self.step.data),
            is_online=bool(self.is_online.data),
            needs_companion=bool(self.needs_companion.data),
            conditions=tuple(self.conditions.data or ()),
        )

    @classmethod
    def of(cls, trial: Trial) -> CardForm:
        """Return the form as the card stands; a post fills it anew."""
        said = {name: getattr(trial, name) for name in Card.__dataclass_fields__}
        return cls(data={**said, "step": str(trial.step)})


class DatesForm(BookingTermsForm):
    first_day = DayField(_l("Первый день"))
    last_day = DayField(_l("Последний день"), optional=True)
    weekdays = check_boxes(_l("По каким дням"), enumerate(WEEKDAYS))
    times = StringField(_l("Во сколько начинаются"), [InputRequired(_l("Напишите время, например 10:00, 14:30."))])
    minutes = WholeNumberField(_l("Сколько минут идёт сеанс"), minimum=10, maximum=720, default=90)
    unusual = BooleanField(_l("Время верное: сеанс начинается рано утром или вечером"))
    despite = BooleanField(_l("Это разные помещения, так и задумано"))

    @property
    def asks_hour(self) -> bool:
        """Whether a beginning is so early or late that a slip of the hand is more likely (09:00 typed as 21:00)."""
        try:
            return not all(EARLIEST <= one <= LATEST for one in read_times(self.times.data or ""))
        except InvalidInputError:
            return False

    def repetition(self) -> Repetition:
        """Return the dates a valid form asks for; raises InvalidInputError naming the field."""
        first: date | None = self.first_day.data
        if first is None:
            raise InvalidInputError(_("Напишите дату так: 1.05.2026."), "first_day")
        times = read_times(self.times.data or "")
        if self.asks_hour and not self.unusual.data:
            refused = next(one for one in times if not EARLIEST <= one <= LATEST)
            raise InvalidInputError(
                _("Начало в %(hour)s? Если время верное, отметьте это ниже.", hour=f"{refused:%H:%M}"), "times"
            )
        return Repetition(
            first_day=first,
            last_day=self.last_day.data or first,
            weekdays=frozenset(int(number) for number in self.weekdays.data or ()),
            times=times,
            minutes=self.minutes.data or 0,
        )

    def terms(self) -> Terms:
        hours: dict[str, Any] = {
            name: self[name].data or 0 for name in ("closes_hours", "cancel_hours", "confirm_hours")
        }
        opens_on: date | None = self.opens_on.data
        if opens_on is None:
            raise InvalidInputError(_("Напишите дату так: 1.05.2026."), "opens_on")
        return Terms(opens_on=opens_on, strict=self.is_strict, **hours)


SEASON_FIELDS = ("title", "first_day", "last_day", "only_colleges")


class SeasonForm(PageForm):
    title = StringField(_l("Название"), [InputRequired(_l("Напишите название, например «Весенняя неделя профпроб»."))])
    first_day = DayField(_l("Первый день"))
    last_day = DayField(_l("Последний день"))
    target_percent = WholeNumberField(
        _l("Цель года, процентов учеников 6–11 классов"), minimum=1, maximum=100, default=65
    )
    only_colleges = BooleanField(_l("Объявляют только колледжи, техникумы и вузы"))

    @classmethod
    def of(cls, season: Season) -> SeasonForm:
        """Return the form as the season stands; a post fills it anew. The target of its year is changed elsewhere."""
        form = cls(data={name: getattr(season, name) for name in SEASON_FIELDS})
        del form.target_percent
        return form

    def season(self) -> dict[str, Any]:
        """Return what a valid form says."""
        return {name: field.data for name, field in self._fields.items() if name in (*SEASON_FIELDS, "target_percent")}


class RemarkForm(PageForm):
    remark = TextAreaField(_l("Что исправить"), [InputRequired(_l("Напишите, что исправить."))])


class CopyForm(PageForm):
    season_id = SelectField(_l("В какой сезон"))

    def offer(self, seasons: Sequence[Season]) -> None:
        self.season_id.choices = [(str(one.id), one.title) for one in seasons]
