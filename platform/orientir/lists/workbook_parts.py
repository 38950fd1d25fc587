"""What a workbook's own parts say before it is unpacked into memory: how large it is, and what its author has hidden.

The reader of cells builds a full rectangle, so one cell in the last corner of a sheet would cost gigabytes; and it
tells nothing of hidden rows and columns. Both are read here, without ever resolving an entity of the XML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from lzma import LZMAError
from xml.parsers import expat

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.sheets import MOST_COLUMNS

MOST_PARTS = 1_000
MOST_BYTES = 64 * 1024 * 1024  # unpacked
MOST_CELLS = 2_000_000
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
DAMAGED = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, RuntimeError, ValueError)
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"

Start = Callable[[str, Mapping[str, str]], None]


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
        raise InvalidInputError(_("Файл повреждён: он не открывается. Сохраните его ещё раз."), "file") from error
    if len(parts.infolist()) > MOST_PARTS or sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
        raise InvalidInputError(
            _("Файл слишком большой внутри. Скопируйте нужные ячейки в новую книгу и загрузите её."), "file"
        )
    return parts


def sheet_parts(parts: zipfile.ZipFile) -> dict[str, SheetPart]:
    """Return what is known of each sheet by its name; raises InvalidInputError (field «file») where it is too large."""
    relations: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, values: Mapping[str, str]) -> None:
        if tag == "Relationship":
            relations[values.get("Id", "")] = values.get("Target", "")

    def sheet(tag: str, values: Mapping[str, str]) -> None:
        if tag == "sheet":
            names[values.get("name", "")] = next((value for key, value in values.items() if key.endswith("id")), "")

    _read(parts, RELATIONS, relation)
    _read(parts, WORKBOOK, sheet)
    paths = {name: _path(relations.get(identity, "")) for name, identity in names.items()}
    return {name: _sheet_part(parts, path) for name, path in paths.items() if path in parts.NameToInfo}


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _sheet_part(parts: zipfile.ZipFile, path: str) -> SheetPart:
    found, place = SheetPart(), [(0, 0)]

    def start(tag: str, values: Mapping[str, str]) -> None:
        if tag == "c":
            place[0] = _place(values.get("r", ""), place[0])
        elif tag in ("v", "is"):
            found.last_row = max(found.last_row, place[0][0])
            found.last_column = max(found.last_column, place[0][1])
        elif tag == "row":
            row = int(values.get("r", place[0][0] + 2)) - 1
            place[0] = (row, -1)
            if _is_true(values.get("hidden", "")):
                found.hidden_rows.add(row)
        elif tag == "col" and _is_true(values.get("hidden", "")):
            first, last = max(int(values.get("min", 1)), 1), min(int(values.get("max", 0)), MOST_COLUMNS)
            found.hidden_columns.update(range(first - 1, last))

    _read(parts, path, start)
    if (found.last_row + 1) * (found.last_column + 1) > MOST_CELLS:
        raise InvalidInputError(
            _("Таблица на листе слишком велика. Скопируйте нужные ячейки в новую книгу и загрузите её."), "file"
        )
    return found


def _place(name: str, before: tuple[int, int]) -> tuple[int, int]:
    """Return the row and column of a cell «AB12»; one without a name stands right of the one before."""
    found = CELL.fullmatch(name.upper())
    if not found:
        return before[0], before[1] + 1
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _is_true(value: str) -> bool:
    return value in ("1", "true", "on")


def _read(parts: zipfile.ZipFile, path: str, start: Start) -> None:
    """Tell `start` of every element of a part by its bare name; a part with a DOCTYPE is refused."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, values: start(tag.rpartition(":")[2], values)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with parts.open(path) as source:
            parser.ParseFile(source)
    except (*DAMAGED, KeyError, expat.ExpatError) as error:
        raise InvalidInputError(_("Файл повреждён: он не открывается. Сохраните его ещё раз."), "file") from error


def _refuse_doctype(*_details: object) -> None:
    raise ValueError("no spreadsheet program writes a DOCTYPE; whoever does plays with entities")
