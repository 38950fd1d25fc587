"""Forms of the class list, of cards, and of the move to the next year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.widgets import CheckboxInput, ListWidget

from orientir.clock import AcademicYear
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group
from orientir.organisations.models import OrganisationKind, SchoolClass
from orientir.students.cards import REASONS
from orientir.students.models import Student
from orientir.students.moving import Plan
from orientir.students.seasons import Fate, guess
from orientir.web.page_form import PageForm

LONGEST_LIST = 400  # signs of «1А, 1Б, 1В…»
FATES = {
    "": _l("выберите"),
    Fate.MOVES: _l("переходит"),
    Fate.LEAVES: _l("уходит"),
    Fate.WAITS: _l("решим позже"),
}


class NumbersForm(PageForm):
    """Marks numbers of the list."""

    numbers = SelectMultipleField(_l("Номера"), widget=ListWidget(), option_widget=CheckboxInput())

    def offer(self, students: Sequence[Student]) -> None:
        """Fill the list; a number that is not in it is no valid choice."""
        self.numbers.choices = [(str(student.number), str(student.number)) for student in students]


class NameForm(PageForm):
    """The right name of a class."""

    name = StringField(_l("Название"))


class ReissueForm(PageForm):
    """Why a card is made anew; `seen` is the generation the page showed."""

    reason = RadioField(_l("Что случилось"), choices=[SelectChoice(key, words) for key, words in REASONS.items()])
    seen = IntegerField(_l("Карточка"))


class MoveForm(PageForm):
    """One fate and one name for each class; `of_classes` makes the form for the classes of a school."""

    fresh = StringField(_l("Новые классы"))
    classes: tuple[SchoolClass, ...] = ()

    @classmethod
    def of_classes(cls, classes: Sequence[SchoolClass]) -> MoveForm:
        """Return the form as it was posted, or filled with the likeliest answers."""
        fields: dict[str, object] = {"classes": tuple(classes)}
        for one in classes:
            likeliest = guess(one)
            fields[f"fate_{one.id}"] = SelectField(
                one.title,
                choices=[SelectChoice(key, words) for key, words in FATES.items()],
                default=likeliest.fate or "",
            )
            name = likeliest.name.title if likeliest.name else ""
            fields[f"name_{one.id}"] = StringField(_("Новое название, %(title)s", title=one.title), default=name)
        return cast(MoveForm, type("MoveFormOfClasses", (cls,), fields)())

    def plan(self, year: AcademicYear) -> Plan | None:
        """Return what was chosen, or None with the reason at its field."""
        fates: dict[int, ClassName | None] = {}
        for one in self.classes:
            fate = self[f"fate_{one.id}"].data
            if fate == Fate.LEAVES:
                fates[one.id] = None
            elif fate == Fate.MOVES:
                fates[one.id] = self._named(one)
            elif fate != Fate.WAITS:
                self[f"fate_{one.id}"].errors = [_("Выберите, что станет с классом.")]
        fresh = self._fresh()
        return None if self.errors else Plan(year, fates, fresh)

    def _named(self, school_class: SchoolClass) -> ClassName | None:
        field = self[f"name_{school_class.id}"]
        try:
            return _parsed(field.data or "", school_class.organisation.kind)
        except InvalidInputError as error:
            field.errors = [str(error)]
            return None

    def _fresh(self) -> tuple[ClassName, ...]:
        typed = self.fresh.data or ""
        kind = self.classes[0].organisation.kind if self.classes else OrganisationKind.SCHOOL
        if len(typed) > LONGEST_LIST:
            self.fresh.errors = [_("Слишком длинный список.")]
            return ()
        try:
            return tuple(_parsed(name, kind) for name in typed.replace(";", ",").split(",") if name.strip())
        except InvalidInputError as error:
            self.fresh.errors = [str(error)]
            return ()


def _parsed(typed: str, kind: str) -> ClassName:
    return (normalise_group if kind == OrganisationKind.KINDERGARTEN else normalise_class)(typed)
