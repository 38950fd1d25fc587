"""The header is found by itself, columns by their names, and what is no row of the list is left out."""

import pytest

from orientir.contracts import Scope
from orientir.lists.headers import body_of, find_header, propose, signature_of, titles_of
from orientir.lists.reading import read_file
from orientir.lists.sheets import Sheet
from orientir.students.importing import columns

from .conftest import workbook
from .test_reading import _messy

COLUMNS = columns(Scope(1))


def _sheet(*rows: tuple[str, ...], **marks: object) -> Sheet:
    return Sheet("", tuple(rows), **marks)  # type: ignore[arg-type]


OFFICIAL = _sheet(
    ("Приложение 2", "", "", ""),
    ("Контингент на 20.09.2025", "", "", ""),
    ("", "", "", ""),
    ("Наименование ОО", "КЛАСС", "Кол-во  обучающихся", "в т. ч. с ОВЗ"),
    ("1", "2", "3", "4"),
    ("Школа № 3", "9а", "27", "2"),
    ("", "", "", ""),
    ("Наименование ОО", "КЛАСС", "Кол-во  обучающихся", "в т. ч. с ОВЗ"),
    ("Школа № 3", "9б", "25", ""),
    ("Итого по школе", "", "52", "2"),
    ("ВСЕГО", "", "52", "2"),
)


def test_the_header_is_the_row_that_names_most_columns():
    assert find_header(OFFICIAL, COLUMNS) == 3


def test_columns_are_matched_by_titles_and_what_people_call_them():
    assert propose(titles_of(OFFICIAL, 3), COLUMNS) == {"organisation": 0, "class": 1, "total": 2, "ovz": 3}


def test_totals_empty_rows_and_repeated_headers_are_no_rows():
    body = body_of(OFFICIAL, 3, {0, 1, 2, 3})
    assert [(number, cells[1]) for number, cells in body.lines] == [(6, "9а"), (9, "9б")]
    assert body.totals == (10, 11)


def test_a_header_of_two_floors_is_read_from_its_lower_one():
    sheet = read_file(workbook(_messy))[0]
    header = find_header(sheet, COLUMNS)
    assert header == 3
    assert propose(titles_of(sheet, header), COLUMNS) == {"organisation": 0, "total": 1, "day": 3}
    assert propose(titles_of(sheet, header, with_hidden=True), COLUMNS)["ovz"] == 2


def test_one_column_never_answers_for_two():
    found = propose(("Всего", "Всего", "Класс"), COLUMNS)
    assert found == {"total": 0, "class": 2}


@pytest.mark.parametrize("titles", [("КЛАСС", "всего."), (" класс ", "«Всего»")])
def test_the_same_titles_are_recognised_however_they_are_written(titles: tuple[str, ...]):
    assert signature_of(titles) == signature_of(("Класс", "Всего"))
    assert signature_of(titles) != signature_of(titles[::-1])
