"""A workbook of a kilobyte that makes its reader ask for gigabytes: the reader would not raise, it ends the process.

So the reader of cells stands behind a catch here, which only notes that it was asked.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from orientir.errors import InvalidInputError
from orientir.lists import reading
from orientir.lists.reading import read_file

from .conftest import simple_workbook

SOUND = simple_workbook([["Класс", "Всего"], ["9А", "27"]])
FIRST, BOOK, RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(raw)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


PARTS = parts_of(SOUND)
SWOLLEN = PARTS[FIRST].replace(b'r="B2"', b'r="XFD1048576"')


def packed(*parts: Mapping[str, bytes]) -> bytes:
    """Return parts as a file; a name may come twice, a part with a later one of the same name stays before it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for some in parts:
            for name, content in some.items():
                file.writestr(name, content)
    return stream.getvalue()


def changed(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in PARTS[name]
    return PARTS | {name: PARTS[name].replace(old, new)}


def other_book() -> bytes:
    there = {name.replace("xl/", "there/"): content for name, content in PARTS.items() if name.startswith("xl/")}
    there["there/worksheets/sheet1.xml"] = SWOLLEN
    return packed(changed("_rels/.rels", b"xl/workbook.xml", b"there/workbook.xml"), there)


def two_of_one_name() -> bytes:
    book = changed(BOOK, b"</sheets>", '<sheet name="Лист1" sheetId="9" r:id="rId9"/></sheets>'.encode())
    second = b'<Relationship Id="rId9" Type="%s" Target="worksheets/sheet9.xml"/></Relationships>'
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    book[RELATIONS] = PARTS[RELATIONS].replace(b"</Relationships>", second % kind)
    return packed(book | {FIRST: SWOLLEN, "xl/worksheets/sheet9.xml": PARTS[FIRST]})


def utf16() -> bytes:
    """As UTF-16 the sheet is empty but for a remark; to whoever reads bytes the remark is cells."""
    cells = SWOLLEN[SWOLLEN.index(b"<sheetData>") :]
    remark = f"<!--{cells.decode('ascii').ljust(len(cells) + len(cells) % 2).encode().decode('utf-16-le')}-->"
    text = '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData/>' + remark + "</worksheet>"
    return packed(PARTS | {FIRST: text.encode("utf-16")})


FILES = {
    "a cell with a zero in its name": packed(changed(FIRST, b'r="B2"', b'r="XFD01048576"')),
    "a row above all numbers": packed(changed(FIRST, b'r="B2"', b'r="A99999999999999999999"')),
    "a column above all letters": packed(changed(FIRST, b'r="B2"', b'r="ZZZZZZ2"')),
    "a row that is a word": packed(changed(FIRST, b'<row r="2"', b'<row r="-2"')),
    "the same name in capitals": packed({"xl/worksheets/SHEET1.xml": SWOLLEN}, PARTS),
    "the same name with backslashes": packed({"xl\\worksheets\\sheet1.xml": SWOLLEN}, PARTS),
    "two sheets of one name": two_of_one_name(),
    "another number of the part": packed(changed(BOOK, b'r:id="rId1"', b'xid="rId3" r:id="rId1"') | {FIRST: SWOLLEN}),
    "another workbook": other_book(),
    "two texts in one": utf16(),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reader of cells, called off."""
    calls: list[str] = []

    class Reader:
        @staticmethod
        def from_filelike(_file: BytesIO) -> None:
            calls.append("asked")
            raise reading.CalamineError

    monkeypatch.setattr(reading, "CalamineWorkbook", Reader)
    return calls


@pytest.mark.parametrize("what", FILES)
def test_a_swollen_sheet_never_reaches_the_reader_of_cells(asked: list[str], what: str):
    with pytest.raises(InvalidInputError) as refusal:
        read_file(FILES[what])
    assert (refusal.value.field, asked) == ("file", [])


def test_a_sound_workbook_does(asked: list[str]):
    """The negative control: what was called off is the reader, for every file."""
    with pytest.raises(InvalidInputError):
        read_file(SOUND)
    assert asked == ["asked"]


def test_a_part_longer_than_it_says_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    bomb = packed(PARTS | {"xl/sharedStrings.xml": b"<sst>" + b"A" * (40 * 1024 * 1024) + b"</sst>"})
    with zipfile.ZipFile(BytesIO(bomb)) as parts:
        size = parts.getinfo("xl/sharedStrings.xml").file_size.to_bytes(4, "little")
    unpacked = []

    class Counting:
        def __init__(self, real: object) -> None:
            self.real = real

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            made: bytes = self.real.decompress(data, most)  # type: ignore[attr-defined]  # zlib's object
            unpacked.append(len(made))
            return made

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

    real = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", lambda *args: Counting(real(*args)))
    with pytest.raises(InvalidInputError, match="повреждён"):
        read_file(bomb.replace(size, (1000).to_bytes(4, "little")))
    assert sum(unpacked) < 1024 * 1024


def test_pictures_and_other_parts_that_are_no_xml_are_no_harm():
    sheets = read_file(packed(PARTS | {"xl/media/image1.png": b"\x89PNG\r\n", "xl/vbaProject.bin": b"\0\1"}))
    assert sheets[0].rows == (("Класс", "Всего"), ("9А", "27"))


def test_merged_cells_that_lie_over_each_other_cost_no_more_than_the_sheet():
    written = []

    class Row(list[str]):
        def __setitem__(self, place: Any, words: Any) -> None:
            written.append(len(words))
            super().__setitem__(place, words)

    rows = [Row(["слово"] * 50) for _row in range(200)]
    reading._fill_merged(rows, [((0, 0), (199, 49))] * 1_000)
    assert sum(written) == 200 * 50
