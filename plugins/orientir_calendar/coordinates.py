"""Where an event is on a map, in one field, as maps copy it: «52.2869, 104.3050»."""

from __future__ import annotations

import re
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from orientir.errors import InvalidInputError
from orientir.i18n import _

NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?"
PAIR = re.compile(rf"({NUMBER})(?:\s*[,;]\s*|\s+)({NUMBER})")
WITH_COMMAS = re.compile(r"[+-]?[0-9]{1,3},[0-9]+(?:\s*[,;]\s*|\s+)[+-]?[0-9]{1,3},[0-9]+")
MOST_LATITUDE, MOST_LONGITUDE = 90, 180
DIGITS = 6  # a decimetre


def coordinates_of(typed: str) -> tuple[float, float]:
    """Return latitude and longitude in degrees; raises InvalidInputError that says how they are written."""
    text = " ".join(typed.split())
    found = PAIR.fullmatch(text)
    if found is None:
        if WITH_COMMAS.fullmatch(text):
            raise InvalidInputError(_("Дробную часть отделяют точкой: 52.2869, 104.3050."))
        raise InvalidInputError(_("Напишите широту и долготу числами через запятую: 52.2869, 104.3050."))
    latitude, longitude = round(float(found[1]), DIGITS), round(float(found[2]), DIGITS)
    if abs(latitude) > MOST_LATITUDE and abs(longitude) <= MOST_LATITUDE and abs(latitude) <= MOST_LONGITUDE:
        raise InvalidInputError(_("Сначала широта, потом долгота. Поменяйте числа местами."))
    if abs(latitude) > MOST_LATITUDE:
        raise InvalidInputError(_("Широта бывает от −90 до 90. Проверьте первое число."))
    if abs(longitude) > MOST_LONGITUDE:
        raise InvalidInputError(_("Долгота бывает от −180 до 180. Проверьте второе число."))
    return latitude, longitude


def coordinates_words(pair: tuple[float, float]) -> str:
    """Return «52.2869, 104.305» as maps take it."""
    return ", ".join(f"{one:.{DIGITS}f}".rstrip("0").rstrip(".") for one in pair)


class CoordinatesField(Field):
    """Latitude and longitude of one text; None where nobody said them."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return coordinates_words(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data: tuple[float, float] | None = None
        if typed:
            try:
                self.data = coordinates_of(typed)
            except InvalidInputError as error:
                raise ValueError(str(error)) from error
