"""Fields that take what people really type, and the way a refusal of a service finds its field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from wtforms import DateField, Field, Form, IntegerField, SelectFieldBase, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs lag behind
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from orientir.errors import InvalidInputError, OrientirError
from orientir.i18n import LazyText, _

GROUPED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]+")
FRACTION = re.compile(r"(?P<whole>[0-9 ]+)[.,](?P<rest>[0-9]+)")
HOUR = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.\-]?(?P<minute>[0-9]{2})(?::00)?)?")


def whole_number(typed: str) -> int:
    """Return the number of people somebody typed: «27», «1 234» with any space, «27,0» as a spreadsheet writes it.

    Raises InvalidInputError for fractions, words, signs and nothing.
    """
    text = " ".join(typed.split())
    fraction = FRACTION.fullmatch(text)
    if fraction and fraction["rest"].strip("0"):
        raise InvalidInputError(_("Людей считают целыми, без дробей."))
    digits = fraction["whole"].strip() if fraction else text
    if not GROUPED.fullmatch(digits):
        raise InvalidInputError(_("Напишите число цифрами, например 27."))
    if len(digits) > 12:
        raise InvalidInputError(_("Число слишком большое, проверьте его."))
    return int(digits.replace(" ", ""))


def time_of_day(typed: str) -> time:
    """Return the time somebody typed: «10:00», «9.30», «14-00», «9», «10:00:00» as a spreadsheet writes it.

    Raises InvalidInputError for anything else.
    """
    found = HOUR.fullmatch(typed.strip())
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        raise InvalidInputError(_("Напишите время так: 10:00."))
    return time(int(found["hour"]), int(found["minute"] or 0))


def options(pairs: Iterable[tuple[object, LazyText | str]]) -> list[SelectChoice]:
    """Return what a list offers, as pairs of value and words."""
    return [SelectChoice(str(key), words) for key, words in pairs]


def check_boxes(label: LazyText, pairs: Iterable[tuple[object, LazyText | str]]) -> SelectMultipleField:
    """Return a field of check boxes."""
    return SelectMultipleField(
        label, choices=options(pairs), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class WholeNumberField(IntegerField):
    """A count of people; an optional field that was left empty is 0."""

    widget = TextInput()  # a number box drops what it does not understand, and with it the reason for the error

    def __init__(
        self,
        label: LazyText,
        *,
        minimum: int = 0,
        maximum: int = 999_999,
        optional: bool = False,
        **options: Any,  # noqa: ANN401 - WTForms' own
    ) -> None:
        super().__init__(label, **options)
        self.minimum = minimum
        self.maximum = maximum
        self.optional = optional

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = None
        if self.optional and not typed.strip():
            self.data = 0
            return
        try:
            self.data = whole_number(typed)
        except InvalidInputError as error:
            raise ValueError(str(error)) from error

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        if self.data is not None and self.data < self.minimum:
            raise ValidationError(_("Не меньше %(least)s.", least=self.minimum))
        if self.data is not None and self.data > self.maximum:
            raise ValidationError(_("Не больше %(most)s. Проверьте число.", most=self.maximum))


DATE_LIKE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?\.\d\d?\.\d{4}")  # «31.02.2026»: written well, and not there


class DayField(DateField):
    """A date as the browser's calendar sends it or as people write it: «2026-05-01», «1.05.2026»."""

    def __init__(self, label: LazyText, *, optional: bool = False, **options: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, format=["%Y-%m-%d", "%d.%m.%Y"], **options)
        self.optional = optional

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data: date | None = None
        if self.optional and not typed:
            return
        try:
            super().process_formdata([typed])
        except ValueError:
            is_a_date = DATE_LIKE.fullmatch(typed)
            raise ValueError(
                _("Такого дня нет в календаре. Напишите дату так: 1.05.2026.")
                if is_a_date
                else _("Напишите дату так: 1.05.2026.")
            ) from None


def asked_day(field: DayField) -> date:
    """Return the day of a field that must have one; raises InvalidInputError naming it."""
    day: date | None = field.data
    if day is None:
        raise InvalidInputError(_("Напишите дату так: 1.05.2026."), field.name)
    return day


class HourField(TimeField):
    """A time of day as the browser sends it or as people write it (`time_of_day`)."""

    def __init__(self, label: LazyText, *, optional: bool = False, **options: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(label, **options)
        self.optional = optional

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data: time | None = None
        if self.optional and not typed:
            return
        try:
            self.data = time_of_day(typed)
        except InvalidInputError as error:
            raise ValueError(str(error)) from error


def show_error(form: Form, error: OrientirError) -> None:
    """Hang the refusal on the field it belongs to; without such a field on the form as a whole."""
    name = error.field if isinstance(error, InvalidInputError) else None
    field = form[name] if name and name in form else None
    if field is None:
        form.form_errors.append(str(error.message))
    else:
        field.errors = [*field.errors, str(error.message)]


def conditions_of(form: Form) -> list[tuple[str, str]]:
    """Return what a list is narrowed to as its form says it, in words."""
    return [(str(field.label.text), _said(field)) for field in form if field.data and field.type != "CSRFTokenField"]


def _said(field: Field) -> str:
    if isinstance(field.data, date):
        return f"{field.data:%d.%m.%Y}"
    if field.data is True:
        return _("да")
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(option.label.text) for option in field if option.checked) or str(field.data)
    return str(field.data)
