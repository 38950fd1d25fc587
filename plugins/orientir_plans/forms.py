"""Forms of the staff pages."""

from __future__ import annotations

from typing import TypedDict

from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs lag behind
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from orientir.i18n import _l
from orientir.web.forms import DayField, WholeNumberField
from orientir.web.page_form import PageForm
from orientir_plans.services import REASONS, WavePlan

GRADES = [SelectChoice("9", _l("9-е классы")), SelectChoice("11", _l("11-е (12-е) классы"))]


class WaveForm(PageForm):
    opens_on = DayField(_l("Первый день"))
    closes_on = DayField(_l("Последний день"))
    grades = SelectMultipleField(
        _l("Кто отвечает"),
        choices=GRADES,
        validators=[InputRequired(_l("Отметьте хотя бы одну параллель."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    target_percent = WholeNumberField(_l("Цель, процентов"), minimum=1, maximum=100, default=80)

    def plan(self) -> WavePlan:
        """Return what a valid form says; the final grade of evening schools is the twelfth."""
        chosen = {int(grade) for grade in self.grades.data or []}
        grades = sorted(chosen | ({12} if 11 in chosen else set()))
        assert self.opens_on.data  # noqa: S101 - the validators have passed; this tells mypy
        assert self.closes_on.data  # noqa: S101
        return WavePlan(self.opens_on.data, self.closes_on.data, tuple(grades), self.target_percent.data or 0)


class Wish(TypedDict):
    more: int
    reason: str


class SlipsForm(PageForm):
    more = WholeNumberField(_l("Сколько ещё кодов"), minimum=1, maximum=60)
    reason = SelectField(_l("Зачем"), choices=[SelectChoice(key, words) for key, words in REASONS.items()])

    def wish(self) -> Wish:
        """Return what a valid form asks for."""
        return {"more": self.more.data or 0, "reason": self.reason.data or ""}
