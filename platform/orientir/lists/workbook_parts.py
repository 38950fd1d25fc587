"""What a workbook's own parts say before it is unpacked into memory: how large it is, and what its author has hidden.

The reader of cells builds a full rectangle, so one cell in the last corner of a sheet would cost gigabytes; and it
tells nothing of hidden rows and columns. Both are read here, without ever resolving an entity of the XML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from orientir.documents.packed import DAMAGED, read_elements
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.sheets import MOST_COLUMNS

MOST_PARTS = 1_000
MOST_BYTES = 64 * 1024 * 1024  # unpacked
MOST_CELLS = 2_000_000
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ROW = re.compile(r"[1-9][0-9]{0,6}")
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


@dataclass
class SheetPart:
    """One sheet: its last row and column with a value, its hidden rows and columns, all counted from 0."""

    last_row: int = -1
    last_column: int = -1
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def open_parts(raw: bytes) -> zipfile.ZipFile:
    """Return the parts of a packed file; raises InvalidInputError (field «file») for a broken or a swollen one."""
    try:
        parts = zipfile.ZipFile(BytesIO(raw))
    except DAMAGED as error:
        raise _damaged() from error
    if len(parts.infolist()) > MOST_PARTS or sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
        raise InvalidInputError(
            _("Файл слишком большой внутри. Скопируйте нужные ячейки в новую книгу и загрузите её."), "file"
        )
    return parts


def repack(parts: zipfile.ZipFile) -> tuple[bytes, dict[str, SheetPart | None]]:
    """Return the parts anew, packed only of those that were read here, and what each is as a sheet (None: no XML).

    The reader of cells has its own mind about which part is which sheet (names in other letters, entries told twice,
    another workbook in «.rels»), and a sheet it allocates gigabytes for ends the server's process. So whatever it may
    take for a sheet is measured here, and what is no XML is left behind. Raises as `open_parts` does.
    """
    found: dict[str, SheetPart | None] = {}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as anew:
        for info in parts.infolist():
            name = info.filename.replace("\\", "/").lower()
            if name in found:
                raise _damaged()
            content = _content(parts, info)
            found[name] = _measured(content)
            if found[name] is not None:
                anew.writestr(info.filename, content)
    return packed.getvalue(), found


def sheet_parts(parts: zipfile.ZipFile, measured: Mapping[str, SheetPart | None]) -> dict[str, SheetPart]:
    """Return what is known of each sheet by its name; `measured` is what `repack` says of each part."""
    relations: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, values: Mapping[str, str]) -> None:
        if tag == "Relationship":
            relations[values.get("Id", "")] = values.get("Target", "")

    def sheet(tag: str, values: Mapping[str, str]) -> None:
        if tag == "sheet":
            names[values.get("name", "")] = next((value for key, value in values.items() if key.endswith("id")), "")

    try:
        read_elements(parts.read(RELATIONS), relation)
        read_elements(parts.read(WORKBOOK), sheet)
    except (*DAMAGED, KeyError, expat.ExpatError) as error:
        raise _damaged() from error
    paths = {name: _path(relations.get(identity, "")).lower() for name, identity in names.items()}
    known = {name: measured[path] for name, path in paths.items() if path in measured}
    sound = {name: part for name, part in known.items() if part is not None}
    if len(sound) < len(known):
        raise _damaged()
    return sound


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _content(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a part as long as it says it is: `ZipFile.read` unpacks all there is before it looks."""
    try:
        with parts.open(info) as source:
            return source.read(info.file_size)
    except (*DAMAGED, KeyError) as error:
        raise _damaged() from error


def _measured(content: bytes) -> SheetPart | None:
    """Return a part as the sheet it may be, None where it is no XML; raises InvalidInputError where it is too large.

    XML in other letters than UTF-8 is none to the reader of cells, and no text may be two to us: UTF-16 has NULs.
    """
    if b"\0" in content:
        return None
    measuring = _Measuring()
    try:
        read_elements(content, measuring.start)
    except expat.ExpatError:
        return None
    except ValueError as error:
        raise _damaged() from error
    found = measuring.part
    if (found.last_row + 1) * (found.last_column + 1) > MOST_CELLS:
        raise InvalidInputError(
            _("Таблица на листе слишком велика. Скопируйте нужные ячейки в новую книгу и загрузите её."), "file"
        )
    return found


class _Measuring:
    """Follows the elements of a sheet as the reader of cells will; raises ValueError where it would go another way."""

    def __init__(self) -> None:
        self.part = SheetPart()
        self._row, self._column = 0, 0

    def start(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "c":
            self._row, self._column = _place(values.get("r"), (self._row, self._column))
        elif tag in ("v", "is"):
            self.part.last_row = max(self.part.last_row, self._row)
            self.part.last_column = max(self.part.last_column, self._column)
        elif tag == "row":
            self._row, self._column = _row(values.get("r"), self._row), -1
            if _is_true(values.get("hidden", "")):
                self.part.hidden_rows.add(self._row)
        elif tag == "col" and _is_true(values.get("hidden", "")):
            first, last = max(int(values.get("min", 1)), 1), min(int(values.get("max", 0)), MOST_COLUMNS)
            self.part.hidden_columns.update(range(first - 1, last))


def _place(name: str | None, before: tuple[int, int]) -> tuple[int, int]:
    """Return the row and column of a cell «AB12»; one without a name stands right of the one before."""
    if name is None:
        return before[0], before[1] + 1
    found = CELL.fullmatch(name.upper())
    if not found:
        raise ValueError("no spreadsheet program names a cell so; the reader of cells would find it elsewhere")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _row(number: str | None, before: int) -> int:
    if number is None:
        return before + 1
    if not ROW.fullmatch(number):
        raise ValueError("no spreadsheet program numbers a row so")
    return int(number) - 1


def _is_true(value: str) -> bool:
    return value in ("1", "true", "on")


def _damaged() -> InvalidInputError:
    return InvalidInputError(_("Файл повреждён: он не открывается. Сохраните его ещё раз."), "file")
