"""The paper: read back as a camera, an eye and a screen reader do."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from orientir_testkit.papers import page_codes, page_texts

from orientir.codes.digits import derive, grouped
from orientir.students.sheets import CardSheet, card_sheet

HOSTILE = ['#panic("*жирно*") $x$ \\ @ссылка <метка>', "Ш" * 400, "Школа\0 🏫 \u202eадан", "имени Героя " * 30]


def sheet_of(count: int, school: str = "Школа № 3", class_title: str = "9«А»", *, is_demo: bool = False) -> CardSheet:
    digits = {number: derive("a secret of the tests", "card", str(number), 1) for number in range(1, count + 1)}
    return CardSheet(school, class_title, "2025/26", "https://orientir.example.ru", digits, is_demo)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2), (27, 3)])
def test_a_camera_opens_each_card_in_the_order_of_the_list(count: int, pages: int):
    sheet = sheet_of(count)
    made = card_sheet(sheet)
    read = [url for page in page_codes(made) for url in page]
    assert read == [f"https://orientir.example.ru/k/{sheet.digits[number]}" for number in range(1, count + 1)]
    assert len(pypdfium2.PdfDocument(made)) == pages


def test_a_card_names_number_class_and_school_and_nobody():
    sheet = sheet_of(7)
    text = words(page_texts(card_sheet(sheet))[0])
    assert [f"№ {number}, 9«А»" in text for number in range(1, 8)] == [True] * 7
    assert text.count("Школа № 3") == 8
    assert re.findall(r"\d{4}-\d{4}-\d{4}", text) == [grouped(code) for code in sheet.digits.values()]
    assert "введите код на сайте orientir.example.ru" in text
    assert "7 карточек" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_the_grid(name: str):
    made = card_sheet(sheet_of(27, school=name, class_title=name, is_demo=True))
    assert sum(len(page) for page in page_codes(made)) == 27
    assert len(pypdfium2.PdfDocument(made)) == 3


def test_it_is_an_accessible_document_in_black_and_white():
    made = card_sheet(sheet_of(4, is_demo=True))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    document = pypdfium2.PdfDocument(made)
    assert document.get_metadata_dict()["Title"] == "Карточки учеников, 9«А»"
    assert len(re.findall(rb"/Alt", made)) == 4
    red, green, blue = document[0].render().to_pil().convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_every_card_of_a_demo_is_marked():
    assert page_texts(card_sheet(sheet_of(3, is_demo=True)))[0].count("ДЕМО") == 1 + 3
    assert "ДЕМО" not in page_texts(card_sheet(sheet_of(3)))[0]
