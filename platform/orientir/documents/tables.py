"""A table said once: the page shows it, and the same rows go out as XLSX and CSV.

What a spreadsheet would take for a formula leaves as plain text: a name such as «=cmd|…» must not run on the computer
of whoever opens the file. XlsxWriter is loaded with the first such file: most processes write none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Literal

from orientir import clock
from orientir.i18n import LazyText, _
from orientir.web.formats import local

if TYPE_CHECKING:
    import xlsxwriter

Value = str | int | float | Decimal | Fraction | date | bool | LazyText | None
Kind = Literal["text", "number", "percent", "day", "moment"]
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BOM = "\ufeff"
EVERY_ROW = 100_000  # a file holds all rows of the list, as far as a spreadsheet opens it gladly
LONGEST_CELL = 32_000  # a cell of a spreadsheet holds 32,767
WIDTHS: dict[Kind, int] = {"text": 30, "number": 12, "percent": 12, "day": 13, "moment": 18}
FORMATS: dict[Kind, str] = {
    "text": "@",
    "number": "#,##0",
    "percent": "0.0%",
    "day": "dd.mm.yyyy",
    "moment": "dd.mm.yyyy hh:mm",
}


@dataclass(frozen=True)
class TableColumn:
    """A column; a share of `percent` is a part of one."""

    title: str | LazyText
    kind: Kind = "text"
    width: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows under named columns; `notes` are what the reader must know: conditions, sources, dates."""

    title: str | LazyText
    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[tuple[str | LazyText, str | LazyText]] = field(default_factory=tuple)


def to_csv(table: Table) -> bytes:
    """Return the table as Excel opens it in Russia: UTF-8 with a mark, semicolons, decimal commas."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_plain(str(column.title)) for column in table.columns])
    for row in table.rows:
        writer.writerow([_written(value, column) for value, column in zip(row, table.columns, strict=True)])
    return (BOM + text.getvalue()).encode()


def to_xlsx(table: Table) -> bytes:
    """Return the table as a workbook, row by row, so that a long one costs no memory; a second sheet tells of it."""
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _write_rows(book, table)
    _write_notes(book, table)
    book.close()
    return stream.getvalue()


def _write_rows(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(_("Таблица"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width or WIDTHS[column.kind])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, str(column.title), head)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _write_cell(sheet, (last, place), value, formats[column.kind])
    sheet.autofilter(0, 0, last, max(0, len(table.columns) - 1))


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], value: Value, form: xlsxwriter.format.Format
) -> None:
    """Write a number as a number and a date as a date; text is text, whatever sign it begins with."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(*at, _("да") if value else _("нет"))
    elif isinstance(value, int | float | Decimal | Fraction):
        sheet.write_number(*at, float(value), form)
    elif isinstance(value, date):
        sheet.write_datetime(*at, _naive(value), form)
    else:
        sheet.write_string(*at, _plain(str(value), mark=False))


def _write_notes(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(_("О таблице"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for row, (name, words) in enumerate(notes_of(table)):
        sheet.write_string(row, 0, str(name))
        sheet.write_string(row, 1, _plain(str(words), mark=False))


def notes_of(table: Table) -> list[tuple[str | LazyText, str | LazyText]]:
    """Return the notes with the title above and the moment below."""
    made = local(clock.now()).strftime("%d.%m.%Y %H:%M")
    return [(_("Таблица"), table.title), *table.notes, (_("Составлена"), made)]


def _written(value: Value, column: TableColumn) -> str:
    if isinstance(value, str):  # most cells are: they ask nothing else
        return _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal | Fraction):
        share = f"{float(value) * 100:.1f}%" if column.kind == "percent" else f"{float(value):g}"
        return share.replace(".", ",")
    if isinstance(value, date):
        return _naive(value).strftime("%d.%m.%Y %H:%M" if column.kind == "moment" else "%d.%m.%Y")
    return _plain(str(value))


def _plain(text: str, *, mark: bool = True) -> str:
    """Return text a spreadsheet shows and never runs; `mark` puts an apostrophe before what looks like a formula."""
    if text.isprintable() and text[:1] not in FORMULA_SIGNS and len(text) <= LONGEST_CELL:
        return text  # nearly every cell
    words = UNSHOWN.sub("", text[:LONGEST_CELL])
    return f"'{words}" if mark and words.startswith(FORMULA_SIGNS) else words


def _naive(value: date) -> datetime:
    moment = local(value) if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a spreadsheet knows no zones
    return moment.replace(tzinfo=None)
