"""Forms of the class list."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from orientir.i18n import _l
from orientir.students.models import Student
from orientir.web.page_form import PageForm


class NumbersForm(PageForm):
    """Marks numbers of the list."""

    numbers = SelectMultipleField(_l("Номера"), widget=ListWidget(), option_widget=CheckboxInput())

    def offer(self, students: Sequence[Student]) -> None:
        """Fill the list; a number that is not in it is no valid choice."""
        self.numbers.choices = [(str(student.number), str(student.number)) for student in students]
