"""Forms of a list on its way in. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField, StringField, TextAreaField

from orientir.contracts import ListColumn
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.headers import Matching, titles_of
from orientir.lists.reading import read_file, read_pasted
from orientir.lists.sheets import Sheet
from orientir.web.forms import show_error
from orientir.web.page_form import PageForm

LONGEST_CONSTANT = 200
SAMPLE_LENGTH = 30
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class BringForm(PageForm):
    """A file, or cells pasted from a spreadsheet."""

    file = FileField(_l("Файл XLSX или CSV"))
    pasted = TextAreaField(_l("Ячейки из таблицы"))

    def sheets(self) -> list[Sheet]:
        """Return what was brought; raises InvalidInputError (field named)."""
        brought = self.file.data
        if isinstance(brought, FileStorage) and brought.filename:
            return read_file(brought.read())
        if (self.pasted.data or "").strip():
            return read_pasted(self.pasted.data or "")
        raise InvalidInputError(_("Выберите файл или вставьте ячейки в поле ниже."), "file")


class MatchingForm(PageForm):
    """A select per column of ours, and a field for what holds for all rows; made for the table in hand."""

    columns: tuple[ListColumn, ...] = ()

    def matching(self, asked: Matching) -> Matching:
        """Return how the person says the sheet of `asked` is read."""
        columns = {
            column.key: int(self[f"column_{column.key}"].data)
            for column in self.columns
            if self[f"column_{column.key}"].data
        }
        constants = {
            column.key: words[:LONGEST_CONSTANT]
            for column in self.columns
            if column.constant and column.key not in columns
            for words in [" ".join((self[f"constant_{column.key}"].data or "").replace("\0", "").split())]
            if words
        }
        return Matching(asked.sheet, asked.header, columns, constants, asked.spread, asked.with_hidden)

    def tell(self, error: InvalidInputError) -> None:
        """Hang a refusal on the select or the field of its column."""
        key = error.field or ""
        typed = f"constant_{key}" in self and self[f"constant_{key}"].data
        show_error(self, InvalidInputError(error.message, f"{'constant' if typed else 'column'}_{key}"))


def matching_form(
    columns: Sequence[ListColumn], sheet: Sheet, proposed: Matching, *, posted: bool = False
) -> MatchingForm:
    """Return the form for one sheet, set to what is proposed unless somebody has posted it."""
    offered = _offered(sheet, proposed)
    fields: dict[str, Any] = {"columns": tuple(columns)}
    values: dict[str, str] = {}
    for column in columns:
        title = str(column.title) if column.required else _("%(title)s (не обязательно)", title=column.title)
        fields[f"column_{column.key}"] = SelectField(title, description=_hint(column))
        values[f"column_{column.key}"] = str(proposed.columns.get(column.key, ""))
        if column.constant:
            fields[f"constant_{column.key}"] = StringField(_("%(title)s у всех строк", title=column.title))
            values[f"constant_{column.key}"] = proposed.constants.get(column.key, "")
    made: type[MatchingForm] = type("ThisMatchingForm", (MatchingForm,), fields)
    form = made() if posted else made(formdata=None, data=values)
    for column in columns:
        form[f"column_{column.key}"].choices = offered
    return form


def _hint(column: ListColumn) -> str:
    example = _("Например: %(example)s.", example=column.example) if column.example else ""
    return " ".join(words for words in (str(column.hint), example) if words)


def _offered(sheet: Sheet, matching: Matching) -> list[tuple[str, str]]:
    """Return the columns of the file by letter, title and the first value under it."""
    titles = titles_of(sheet, matching.header, with_hidden=matching.with_hidden)
    below = [row for index, row in sheet.seen(with_hidden=matching.with_hidden) if index > matching.header][:20]
    offered = [("", _("нет в таблице"))]
    for place in range(sheet.width):
        title = titles[place] if place < len(titles) else ""
        sample = next((row[place] for row in below if place < len(row) and row[place]), "")
        if title or sample:
            words = _("без названия") if not title else title[:60]
            shown = _("%(title)s, например «%(sample)s»", title=words, sample=sample[:SAMPLE_LENGTH])
            offered.append((str(place), f"{letter(place)}. {shown if sample else words}"))
    return offered


def letter(place: int) -> str:
    """Return the letters a spreadsheet gives a column: A to Z, then AA."""
    before, last = divmod(place, len(ALPHABET))
    return (letter(before - 1) if before else "") + ALPHABET[last]
