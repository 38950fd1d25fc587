"""What somebody brought becomes sheets of text: judged by its content, never by the name of the file."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.calendars import SIGN, read_calendar
from orientir.lists.delimited import read_lines, read_text
from orientir.lists.sheets import Sheet, check_size, clean_cell
from orientir.lists.workbook_parts import SheetPart, open_parts, repack, sheet_parts

Cell = int | float | str | bool | time | date | datetime | timedelta
ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
BOM = b"\xef\xbb\xbf"
SHOWN = SheetVisibleEnum.Visible
MOST_MERGED = 5_000


def read_file(raw: bytes) -> list[Sheet]:
    """Return the sheets of a file that hold anything; raises InvalidInputError (field «file») with what to do."""
    if not raw.strip():
        raise InvalidInputError(_("Файл пуст. Выберите другой."), "file")
    if raw.startswith(ZIP):
        sheets = _read_packed(raw)
    elif raw.startswith(OLD_OFFICE):
        raise InvalidInputError(
            _("Это книга старого формата .xls или закрытая паролем. Сохраните её как .xlsx без пароля."), "file"
        )
    elif raw.startswith(PDF):
        raise InvalidInputError(_("Это PDF. Нужна сама таблица: файл XLSX или CSV."), "file")
    elif raw.lstrip(BOM).lstrip()[: len(SIGN)].upper() == SIGN:
        sheets = [read_calendar(raw)]
    else:
        sheets = [read_text(raw)]
    return _with_something(sheets)


def read_pasted(text: str) -> list[Sheet]:
    """Return the one sheet of cells pasted from a spreadsheet; raises InvalidInputError (field «pasted»)."""
    try:
        return _with_something([read_lines(text)])
    except InvalidInputError as error:
        raise InvalidInputError(error.message, "pasted") from error


def _with_something(sheets: Sequence[Sheet]) -> list[Sheet]:
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    if not filled:
        raise InvalidInputError(_("В таблице нет ни одной заполненной ячейки."), "file")
    return filled


def _read_packed(raw: bytes) -> list[Sheet]:
    with open_parts(raw) as parts:
        _refuse_other_documents(parts)
        sound, measured = repack(parts)
    with open_parts(sound) as parts:
        known = sheet_parts(parts, measured)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sound))
        return [
            _read_sheet(book.get_sheet_by_name(one.name), known[one.name], is_hidden=one.visible != SHOWN)
            for one in book.sheets_metadata
            if one.name in known
        ]
    except CalamineError as error:
        raise InvalidInputError(_("Файл повреждён: он не открывается. Сохраните его ещё раз."), "file") from error


def _refuse_other_documents(parts: zipfile.ZipFile) -> None:
    names = set(parts.namelist())
    if "xl/workbook.xml" in names:
        return
    if "word/document.xml" in names:
        raise InvalidInputError(_("Это документ Word. Скопируйте из него таблицу и вставьте её в поле ниже."), "file")
    if "content.xml" in names:
        raise InvalidInputError(_("Это таблица OpenDocument. Сохраните её как .xlsx и загрузите снова."), "file")
    raise InvalidInputError(_("Это архив, а не таблица. Распакуйте его и загрузите файл XLSX или CSV."), "file")


def _read_sheet(sheet: CalamineSheet, part: SheetPart, *, is_hidden: bool) -> Sheet:
    check_size(part.last_row + 1, part.last_column + 1)
    cells = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(cells, sheet.merged_cell_ranges or ())
    return Sheet(
        name=clean_cell(sheet.name),
        rows=tuple(tuple(row) for row in cells),
        hidden_rows=frozenset(row for row in part.hidden_rows if row < len(cells)),
        hidden_columns=frozenset(column for column in part.hidden_columns if column <= part.last_column),
        is_hidden=is_hidden,
    )


def _fill_merged(cells: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Repeat the words of a merged cell in all it covers; a number there is a sum, and would be counted again.

    Merged cells never overlap, so together they cover the sheet once at most; a file that says more is not followed.
    """
    left_to_cover = sum(map(len, cells))
    for (top, left), (bottom, right) in ranges[:MOST_MERGED]:
        words = cells[top][left] if top < len(cells) and left < len(cells[top]) else ""
        if not words or words.replace(",", "").isdecimal():
            continue
        covered = cells[top : bottom + 1]
        left_to_cover -= len(covered) * (right + 1 - left)
        if left_to_cover < 0:
            return
        for row in covered:
            row[left : right + 1] = [words] * len(row[left : right + 1])


def _text(cell: Cell) -> str:
    """Return a cell as its author would read it out: a whole number without «.0», a date without its midnight."""
    if isinstance(cell, bool):
        return _("да") if cell else _("нет")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.strftime("%d.%m.%Y" if cell.time() == time() else "%d.%m.%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d.%m.%Y")
    return clean_cell(str(cell))
