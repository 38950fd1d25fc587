"""The table of headcounts as a form: three cells a class, and what the page showed as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from wtforms import HiddenField

from orientir.i18n import _, _l
from orientir.organisations.models import SchoolClass
from orientir.students.headcounts import BadCellsError, People, Row
from orientir.web.forms import WholeNumberField
from orientir.web.page_form import PageForm

FIRST_YEAR, LAST_YEAR = 2000, 2100
COLUMNS = {"total": _l("всего"), "ovz": _l("с ОВЗ"), "disabled": _l("с инвалидностью")}


class HeadcountsForm(PageForm):
    """Cells `total_ID`, `ovz_ID`, `disabled_ID`, `seen_ID`; `of_classes` makes the form for the classes of a school."""

    classes: tuple[SchoolClass, ...] = ()

    @classmethod
    def of_classes(cls, classes: Sequence[SchoolClass]) -> HeadcountsForm:
        fields: dict[str, Any] = {"classes": tuple(classes)}
        for one in classes:
            for column, words in COLUMNS.items():
                label = f"{one.title}, {words}"
                fields[f"{column}_{one.id}"] = WholeNumberField(label, optional=True)
            fields[f"seen_{one.id}"] = HiddenField()
        return cast(HeadcountsForm, type("HeadcountsFormOfClasses", (cls,), fields)())

    def fill(self, written: Mapping[int, People], likely: Mapping[int, People]) -> None:
        """Put what is written into the cells, elsewhere the likeliest number, to be confirmed by saving."""
        for one in self.classes:
            self.show_seen(one.id, written.get(one.id))
            people = written.get(one.id) or likely.get(one.id)
            for column in COLUMNS if people else ():
                self.cell(one.id, column).data = getattr(people, column)

    def show_seen(self, class_id: int, people: People | None) -> None:
        seen = self[f"seen_{class_id}"]
        seen.data = f"{people.total}/{people.ovz}/{people.disabled}" if people else ""
        seen.raw_data = None

    def rows(self) -> list[Row]:
        """Return the rows that were filled in; an empty one that is written already gets an error."""
        filled = []
        for one in self.classes:
            seen = _seen(self[f"seen_{one.id}"].data or "")
            total = self.cell(one.id, "total")
            if self._is_empty(one.id):
                if seen:
                    total.errors = [_("Число уже записано. Чтобы его убрать, откройте класс.")]
            elif _is_blank(total):
                total.errors = [_("Напишите, сколько всего.")]
            else:
                people = People(*(self.cell(one.id, column).data or 0 for column in COLUMNS))
                filled.append(Row(one.id, people, seen))
        return filled

    def show_cells(self, errors: BadCellsError) -> None:
        for (class_id, column), words in errors.cells.items():
            self.cell(class_id, column if column in COLUMNS else "total").errors = [words]

    def show_theirs(self, theirs: Mapping[int, People | None]) -> None:
        """Say what a colleague wrote; saved again, the typed number replaces it knowingly."""
        for class_id, people in theirs.items():
            words = (
                _("Коллега записал: всего %(total)s, с ОВЗ %(ovz)s, с инвалидностью %(disabled)s.", total=people.total,
                  ovz=people.ovz, disabled=people.disabled)
                if people else _("Коллега убрал это число.")
            )  # fmt: skip
            self.cell(class_id, "total").errors = [words]
            self.show_seen(class_id, people)

    def cell(self, class_id: int, column: str) -> WholeNumberField:
        return cast(WholeNumberField, self[f"{column}_{class_id}"])

    def _is_empty(self, class_id: int) -> bool:
        return all(_is_blank(self.cell(class_id, column)) for column in COLUMNS)


def asked_date(typed: str) -> date | None:
    """Return the date an address names, or None for words and for years nobody counts in."""
    try:
        asked = date.fromisoformat(typed)
    except ValueError:
        return None
    return asked if FIRST_YEAR < asked.year < LAST_YEAR else None


def _is_blank(field: WholeNumberField) -> bool:
    return not "".join(field.raw_data or []).strip()


def _seen(text: str) -> People | None:
    """Return what the page showed; a text nobody drew counts as nothing seen, which is a conflict at worst."""
    parts = text.split("/")
    if len(parts) != len(COLUMNS) or not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
        return None
    return People(*map(int, parts))
