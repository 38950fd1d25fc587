"""Tables as files: numbers stay numbers, dates dates, and nothing runs on the reader's computer."""

import csv
from datetime import date
from fractions import Fraction
from io import BytesIO, StringIO

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_school
from python_calamine import CalamineWorkbook

from orientir.documents.tables import Table, TableColumn, to_csv, to_xlsx
from orientir.lists.reading import read_file

COLUMNS = (
    TableColumn("Школа"),
    TableColumn("Человек", "number"),
    TableColumn("Доля", "percent"),
    TableColumn("На", "day"),
)
TABLE = Table(
    "Охват",
    COLUMNS,
    [
        ["=cmd|' /C calc'!A0", 1234, Fraction(27, 40), date(2025, 9, 20)],
        ["Школа № 3", None, None, None],
        ["-5", -5, 0.5, ""],
    ],
    [("Период", "2025/26")],
)


def test_csv_opens_in_excel_as_it_is():
    raw = to_csv(TABLE)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").split("\r\n")[:4] == [
        "Школа;Человек;Доля;На", "'=cmd|' /C calc'!A0;1234;67,5%;20.09.2025", "Школа № 3;;;", "'-5;-5;50,0%;"
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\0=", "\x0b="])
def test_no_cell_of_csv_begins_as_a_formula(first: str):
    table = Table("Охват", [TableColumn("Школа")], [[f"{first}cmd()"]])
    cell = to_csv(table).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert cell.startswith("'")


@pytest.mark.parametrize("engine_name", ["sqlite"])  # nothing of the engine in it
def test_xlsx_holds_values_and_no_formula(app: Flask):
    book = CalamineWorkbook.from_filelike(BytesIO(to_xlsx(TABLE)))
    assert book.sheet_names == ["Таблица", "О таблице"]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["Школа", "Человек", "Доля", "На"]
    assert rows[1] == ["=cmd|' /C calc'!A0", 1234.0, 0.675, date(2025, 9, 20)]
    assert rows[2] == ["Школа № 3", "", "", ""]
    notes = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert notes["Таблица"] == "Охват"
    assert notes["Период"] == "2025/26"
    assert "Составлена" in notes


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=6))
def test_no_text_leaves_as_a_formula(words: list[str]):
    table = Table("т", [TableColumn("а"), TableColumn("б")], [[word, "x"] for word in words])
    text = to_csv(table).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(StringIO(text, newline=""), delimiter=";") if row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # the same rows as on the pages, which both engines show
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_table_of_the_platform_is_a_file(as_user, cast: Cast, form: str):
    make_class(make_school(cast.municipality, "Школа № 4"), 9)
    client = as_user(cast.operator)
    for address in (
        "/organisations?kind=school",
        f"/organisations/{cast.school.id}?year=2025",
        f"/classes/{cast.school_class.id}?x=1",
        f"/coverage/plans.survey/region/{cast.region.id}?year=2025",
        f"/coverage/plans.survey/municipality/{cast.municipality.id}?year=2025",
        f"/coverage/plans.survey/organisation/{cast.school.id}?year=2025",
    ):
        page = client.get(address)
        assert f"format={form}" in page.text, address
        answer = client.get(f"{address}&format={form}")
        assert answer.status_code == 200, address
        assert answer.headers["Content-Disposition"].startswith("attachment"), address
        assert read_file(answer.data)[0].rows, address


@pytest.mark.parametrize("engine_name", ["sqlite"])  # nothing of the engine in it
def test_the_list_goes_out_whole_with_its_conditions(as_user, cast: Cast):
    for number in range(100, 160):
        make_school(cast.municipality, f"Школа № {number}")
    client = as_user(cast.operator)
    sheets = read_file(client.get(f"/organisations?municipality={cast.municipality.id}&format=xlsx").data)
    assert len(sheets[0].rows) == 62
    assert ("Муниципалитет", "Приозёрск, городской округ") in sheets[1].rows
    assert client.get("/organisations?format=pdf").status_code == 404
