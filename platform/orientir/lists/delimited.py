"""Text tables: CSV as every program writes it, and what a spreadsheet puts on the clipboard."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.sheets import MOST_ROWS, Sheet, check_size, clean_cell

DELIMITERS = ("\t", ";", ",", "|")
SAMPLE_LINES = 50
# A text holds line ends and tabs; many other control signs mean that it is none.
MOST_CONTROLS = 0.02
ANSI = "windows-1251"


def read_text(raw: bytes) -> Sheet:
    """Return the table of a text file, whatever its encoding and delimiter; raises InvalidInputError (field «file»)."""
    return read_lines(decode(raw))


def read_lines(text: str) -> Sheet:
    """Return the table written in `text` (a file's, or pasted)."""
    body, told = _told_delimiter(text)
    try:
        rows = tuple(_cells(body, told or _likely_delimiter(body)))
    except csv.Error as error:
        raise InvalidInputError(
            _("Таблицу не удалось разобрать: похоже, где-то не закрыта кавычка. Проверьте кавычки в ячейках."), "file"
        ) from error
    sheet = Sheet("", rows)
    check_size(len(rows), sheet.width)
    return sheet


def decode(raw: bytes) -> str:
    """Return the text of a file: UTF-8 and UTF-16 with or without a mark, else windows-1251."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _checked(raw.decode(encoding, errors="replace"))
    if encoding := _unmarked_utf16(raw):
        return _checked(raw.decode(encoding, errors="replace"))
    try:
        return _checked(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(raw.decode(ANSI, errors="replace"))


def _unmarked_utf16(raw: bytes) -> str:
    """Return the encoding of UTF-16 without a mark: in a table of ours every delimiter has a zero beside it."""
    sample = raw[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) < 8 or max(even, odd) * 20 < len(sample):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _checked(text: str) -> str:
    controls = sum(sign < " " and sign not in "\t\r\n" for sign in text[:20_000])
    if controls > max(8, MOST_CONTROLS * min(len(text), 20_000)):
        raise InvalidInputError(
            _("Это не таблица. Загрузите файл XLSX или CSV либо скопируйте ячейки и вставьте их в поле."), "file"
        )
    return text


def _told_delimiter(text: str) -> tuple[str, str]:
    """Return the text without Excel's line «sep=;», and the delimiter that line names."""
    first, _break, rest = text.partition("\n")
    told = first.strip().removeprefix("sep=")
    return (rest, told) if first.lower().startswith("sep=") and told in DELIMITERS else (text, "")


def _likely_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into equal rows; the widest cut wins, then the order above."""
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter))


def _fitness(sample: str, delimiter: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(sample.splitlines(), delimiter=delimiter) if any(row))
    except csv.Error:
        return 0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return count / widths.total() * (1 + min(width, 50) / 100)


def _cells(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    # newline="" semantics: line ends inside quotes stay in their cell
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    for index, row in enumerate(csv.reader(lines.splitlines(keepends=True), delimiter=delimiter)):
        if index > MOST_ROWS:
            check_size(index + 1, 0)
        yield tuple(clean_cell(cell) for cell in row)
