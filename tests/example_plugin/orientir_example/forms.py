"""The form of an hour."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField

from orientir.i18n import _l
from orientir.web.forms import DayField, WholeNumberField


class HourForm(FlaskForm):
    class_id = SelectField(_l("Класс"), coerce=int)
    held_on = DayField(_l("Когда"))
    people = WholeNumberField(_l("Сколько было учеников"), minimum=1, maximum=60)
