"""Files as people make them become the same table, and what is none is refused in words."""

import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.lists.delimited import read_lines
from orientir.lists.reading import read_file, read_pasted
from orientir.lists.sheets import LONGEST_CELL, MOST_ROWS

from .conftest import simple_workbook, workbook

ROWS = (("Класс", "Всего", "Дата"), ("9А", "27", "20.09.2025"), ("«Солнышко»; старшая", "1 234,5", ""))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1251"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_text_table_is_read_in_any_encoding(delimiter: str, encoding: str, line_end: str):
    text = line_end.join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)
    assert read_file(text.encode(encoding))[0].rows == ROWS


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("а;б\n1,5;2,5\n3,5;4,5", 2),
        ("sep=;\nа;б\n1;2", 2),
        ("а,б,в\n1,2,3", 3),
        ("один столбец\n27\n25", 1),
        ('"Школа, № 3";"9""А"""\nа;б', 2),
        ("Список школ\n\nа;б;в\n1;2;3\n4;5;6", 3),
    ],
)
def test_the_delimiter_is_found_by_equal_rows(text: str, width: int):
    assert read_lines(text).width == width


def test_cells_pasted_from_a_spreadsheet_keep_line_breaks_inside():
    sheet = read_pasted('Класс\tАдрес\n9А\t"ул. Мира,\nдом 5"')[0]
    assert sheet.rows == (("Класс", "Адрес"), ("9А", "ул. Мира, дом 5"))


def _messy(sheet: Any, book: Any) -> None:
    sheet.merge_range("A1:D1", "Сведения о контингенте")
    sheet.merge_range("A3:A4", "Школа")
    sheet.merge_range("B3:C3", "Численность")
    sheet.write_row("B4", ["всего", "с ОВЗ"])
    sheet.write("D4", "На дату")
    sheet.merge_range("A5:A6", "Школа № 3")
    sheet.write_row("B5", [27.0, 2.5])
    sheet.write_datetime("D5", date(2025, 9, 20), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_formula("B6", "=13+12", None, 25)
    sheet.write_boolean("C6", True)
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column("C:C", None, None, {"hidden": True})
    book.add_worksheet("Пустой")
    hidden = book.add_worksheet("Справочник")
    hidden.write("A1", "x")
    hidden.hide()


def test_a_workbook_keeps_what_its_author_sees():
    first, reference = read_file(workbook(_messy))
    assert first.rows[0] == ("Сведения о контингенте",) * 4
    assert first.rows[2] == ("Школа", "Численность", "Численность", "")
    assert first.rows[3] == ("Школа", "всего", "с ОВЗ", "На дату")
    assert first.rows[4] == ("Школа № 3", "27", "2,5", "20.09.2025")
    assert first.rows[5] == ("Школа № 3", "25", "да", "")
    assert first.hidden_rows == {5}
    assert first.hidden_columns == {2}
    assert [row for _index, row in first.seen()][-1] == ("Школа № 3", "27", "", "20.09.2025")
    assert reference.is_hidden


def _zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def _changed(part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with one part of its XML rewritten."""
    source, stream = zipfile.ZipFile(BytesIO(simple_workbook([["Класс"], ["9А"]]))), BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(old, new) if name == part else content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Файл пуст"),
        (b" \r\n\t", "Файл пуст"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx без пароля"),
        (b"%PDF-1.7 ...", "Это PDF"),
        (b"PK\x03\x04 broken", "повреждён"),
        (_zipped(word__document_xml=b"<w/>"), "документ Word"),
        (_zipped(content_xml=b"<o/>"), "OpenDocument"),
        (_zipped(readme=b"x"), "архив"),
        (_zipped(xl__workbook_xml=b"<workbook/>"), "повреждён"),
        (bytes(range(32)) * 40, "не таблица"),
        (_zipped(xl__workbook_xml=b" " * (65 * 1024 * 1024)), "слишком большой внутри"),
        (_changed(SHEET, b'r="A2"', b'r="XFD1048576"'), "слишком велика"),
        (_changed(SHEET, b'r="A2"', b'r="xfd1048576"'), "слишком велика"),
        (_changed(SHEET, b'r="A2"', b'r="A30000"'), f"больше {MOST_ROWS}\xa0строк"),
        (_changed(SHEET, b'r="A2"', b'r="ZZ2"'), "больше 200\xa0столбцов"),
        (_changed(SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "повреждён"),
        (_changed(SHEET, b"</worksheet>", b""), "повреждён"),
        (b"\n".join([b"1;2"] * (MOST_ROWS + 5)), "строк"),
        (b"a" + b";b" * 300, "больше 200\xa0столбцов"),
        (b'a;b\n"' + b"x" * 200_000, "кавычка"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(raw: bytes, said: str):
    with pytest.raises(InvalidInputError, match=said) as refusal:
        read_file(raw)
    assert refusal.value.field == "file"


SOUND = simple_workbook([["Класс"], ["9А"]])
damage = st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=4)


@settings(max_examples=300)
@given(damage, st.integers(1, len(SOUND)) | st.just(len(SOUND)))
def test_a_damaged_workbook_is_read_or_refused(damage: list[tuple[int, int]], length: int):
    raw = bytearray(SOUND)
    for place, value in damage:
        raw[place] = value
    with suppress(InvalidInputError):
        assert read_file(bytes(raw[:length]))


def test_a_part_that_does_not_unpack_is_refused():
    raw = bytearray(SOUND)
    part = zipfile.ZipFile(BytesIO(raw)).getinfo("xl/workbook.xml")
    packed = part.header_offset + 30 + len(part.filename)
    raw[packed : packed + 2] = b"\xff\xff"
    with pytest.raises(InvalidInputError, match="повреждён"):
        read_file(bytes(raw))


def test_hidden_columns_that_are_nowhere_hide_none():
    hidden = b'<cols><col min="-2000000000" max="0" hidden="1"/><col min="1" max="16384" hidden="1"/></cols><sheetData>'
    sheet = read_file(_changed(SHEET, b"<sheetData>", hidden))[0]
    assert sheet.hidden_columns == {0}


def test_a_very_long_cell_is_cut_where_it_is_too_long_anyway():
    assert len(read_lines("а;б\n" + "x" * 100_000 + ";1").rows[1][0]) == LONGEST_CELL + 1


def test_a_formula_neutralised_by_our_export_comes_back_as_it_was():
    assert read_lines("а;б\n'=1+1;'тихо").rows[1] == ("=1+1", "'тихо")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_break_the_reader(raw: bytes):
    for head in (b"", b"PK\x03\x04", b"\xff\xfe"):
        try:
            sheets = read_file(head + raw)
        except InvalidInputError:
            continue
        for sheet in sheets:
            assert all(cell.isprintable() for row in sheet.rows for cell in row)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_cells_break_a_workbook(rows: list[list[str]]):
    raw = workbook(lambda sheet, _book: [
        sheet.write_string(at, place, cell.encode("utf-8", "replace").decode())
        for at, row in enumerate(rows) for place, cell in enumerate(row)
    ] and None)  # fmt: skip
    try:
        sheets = read_file(raw)
    except InvalidInputError:
        return
    assert all(cell.isprintable() for sheet in sheets for row in sheet.rows for cell in row)
