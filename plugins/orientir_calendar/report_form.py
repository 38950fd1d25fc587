"""The screen a school reports by: one row a class, the numbers of its list or how many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.models import SchoolClass
from orientir.web.formats import in_ranges
from orientir.web.forms import DayField, HourField, WholeNumberField, asked_day
from orientir.web.page_form import PageForm
from orientir_calendar.models import Event, Report
from orientir_calendar.reports import Line, LinesError, Told, lesson_on
from orientir_calendar.words import CONTEST, KindLine

COLUMNS = {
    "people": _l("было"),
    "ovz": _l("с ОВЗ"),
    "disabled": _l("с инвалидностью"),
    "won": _l("победители и призёры"),
}
PART = re.compile(r"([0-9]{1,3})(?:[-–—]([0-9]{1,3}))?")
MOST_NUMBERS = 200

Numbers = Mapping[int, Mapping[int, int]]
"""Ids of seats by their number, by class."""


class ReportForm(PageForm):
    """`of_classes` adds the cells `people_ID`, `ovz_ID`, `disabled_ID`, `won_ID`, `numbers_ID` of each class."""

    classes: tuple[SchoolClass, ...] = ()
    contests: frozenset[str] = frozenset()

    kind = SelectField(_l("Что это было"))
    title = StringField(_l("Название"), [InputRequired(_l("Напишите, что это было."))])
    partner = StringField(_l("Кто приходил или принимал"))
    first_day = DayField(_l("День"))
    starts = HourField(_l("Начало"), optional=True)
    ends = HourField(_l("Окончание"), optional=True)
    parents = WholeNumberField(_l("Родителей"), maximum=5000, optional=True, default=0)
    teachers = WholeNumberField(_l("Педагогов"), maximum=5000, optional=True, default=0)
    despite = BooleanField(_l("Это другие дети тех же классов"))

    @classmethod
    def of_classes(cls, classes: Sequence[SchoolClass], kinds: Mapping[str, KindLine], **said: object) -> ReportForm:
        """Return the form for the classes of a school; `said` is what it begins with."""
        contests = frozenset(key for key, line in kinds.items() if line.activity == CONTEST)
        fields: dict[str, Any] = {"classes": tuple(classes), "contests": contests}
        for one in classes:
            for column, words in COLUMNS.items():
                fields[f"{column}_{one.id}"] = WholeNumberField(f"{one.title}, {words}", optional=True)
            fields[f"numbers_{one.id}"] = StringField(_("%(title)s, номера по списку", title=one.title))
        form = cast(ReportForm, type("ReportFormOfClasses", (cls,), fields)(data=said))
        form.kind.choices = [("", _("выберите")), *((line.key, str(line.title)) for line in kinds.values())]
        return form

    @property
    def asks_winners(self) -> bool:
        """Whether winners are asked for: it is a contest, or somebody has told of some."""
        return self.kind.data in self.contests or any(self.cell(one.id, "won").data for one in self.classes)

    def fill(self, report: Report, numbers: Numbers) -> None:
        """Put what is written into the cells."""
        for line in report.lines:
            known = {seat: number for number, seat in numbers.get(line.class_id, {}).items()}
            self.cell(line.class_id, "won").data = line.won or None
            if line.students:
                self.cell(line.class_id, "numbers").data = in_ranges(
                    [known[one] for one in line.students if one in known]
                )
            else:
                for column in COLUMNS:
                    self.cell(line.class_id, column).data = getattr(line, column) or None

    def told(self, zone: ZoneInfo, numbers: Numbers, event: Event | None) -> Told:
        """Return what a valid form says; raises InvalidInputError naming the field, LinesError naming classes."""
        starts_at, ends_at = self._when(zone, event)
        return Told(
            kind=self.kind.data or "",
            title=self.title.data or "",
            partner=self.partner.data or "",
            starts_at=starts_at,
            ends_at=ends_at,
            lines=self._lines(numbers),
            parents=self.parents.data or 0,
            teachers=self.teachers.data or 0,
            despite=bool(self.despite.data),
        )

    def _when(self, zone: ZoneInfo, event: Event | None) -> tuple[datetime, datetime]:
        day = asked_day(self.first_day)
        if event is not None and event.is_all_day and self.starts.data is None:
            begins = datetime.combine(day, datetime.min.time(), zone)
            return begins, begins + event.lasts
        return lesson_on(day, self.starts.data, self.ends.data, zone)

    def _lines(self, numbers: Numbers) -> tuple[Line, ...]:
        lines, wrong = [], {}
        for one in self.classes:
            try:
                if line := self._line(one.id, numbers.get(one.id, {})):
                    lines.append(line)
            except InvalidInputError as error:
                wrong[one.id] = str(error.message)
        if wrong:
            raise LinesError(wrong)
        return tuple(lines)

    def _line(self, class_id: int, known: Mapping[int, int]) -> Line | None:
        people, ovz, disabled, won = (self.cell(class_id, column).data or 0 for column in COLUMNS)
        chosen = read_numbers(self.cell(class_id, "numbers").data or "")
        if not chosen:
            return Line(class_id, people, ovz, disabled, (), won) if people or ovz or disabled or won else None
        if strangers := [number for number in chosen if number not in known]:
            raise InvalidInputError(_("Номера %(number)s в списке класса нет.", number=strangers[0]))
        if people and people != len(chosen):
            raise InvalidInputError(_("Номеров %(count)s, а указано %(people)s.", count=len(chosen), people=people))
        return Line(class_id, len(chosen), ovz, disabled, tuple(known[number] for number in chosen), won)

    def show_lines(self, error: LinesError) -> None:
        """Hang what is wrong on the rows it is about."""
        for class_id, words in error.lines.items():
            self.cell(class_id, "people").errors = [words]

    def cell(self, class_id: int, column: str) -> Any:  # noqa: ANN401 - a field of WTForms
        return self[f"{column}_{class_id}"]


def read_numbers(typed: str) -> list[int]:
    """Return the numbers somebody typed: «1–5, 7 9»; raises InvalidInputError for words and for half the world."""
    numbers: set[int] = set()
    for part in re.sub(r"\s*[-–—]\s*", "-", typed).replace(",", " ").replace(";", " ").split():
        found = PART.fullmatch(part)
        if found is None:
            raise InvalidInputError(_("Не понял «%(part)s». Напишите номера так: 1–5, 7, 9.", part=part[:20]))
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last > MOST_NUMBERS:
            raise InvalidInputError(_("Проверьте номера «%(part)s».", part=part[:20]))
        numbers.update(range(first, last + 1))
    return sorted(numbers)
