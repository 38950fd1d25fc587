from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pypdfium2
import pytest
from orientir_testkit.papers import page_codes, page_texts

from orientir.codes.digits import derive, grouped
from orientir_plans.sheets import Slip, SlipSheet, slip_sheet

SHEET = SlipSheet(
    title="Опрос выпускников",
    school="МБОУ «Школа № 3»",
    class_title="9«А»",
    address="orientir.example.ru",
    expires_on=date(2026, 5, 22),
    slips=(),
    is_demo=False,
)
LONG_NAME = (
    "Муниципальное бюджетное общеобразовательное учреждение города Иркутска «Средняя общеобразовательная школа с "
    "углублённым изучением отдельных предметов № 14 имени Героя Советского Союза А. П. Белобородова»"
)
MARKUP = '#panic("*жирно*") $x$ \\ @ссылка <метка>'
HOSTILE = [MARKUP, LONG_NAME, "Ш" * 400, "Школа\0 🏫 \u202eадан"]


def _slips(count: int, kind: str = "plans") -> tuple[Slip, ...]:
    codes = [derive("a secret of the tests", kind, str(owner), 0) for owner in range(count)]
    return tuple(Slip(code, f"https://orientir.example.ru/k/{code}") for code in codes)


@pytest.fixture
def sheet_of() -> Callable[..., SlipSheet]:
    return lambda count, **changes: replace(SHEET, slips=_slips(count), **changes)


def _words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (4, 1), (10, 1), (11, 2), (22, 2), (27, 3), (30, 3), (34, 3)])
def test_ten_slips_lie_under_the_heading_and_twelve_on_each_further_page(sheet_of, count: int, pages: int):
    made = pypdfium2.PdfDocument(slip_sheet(sheet_of(count)))
    assert len(made) == pages
    assert {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in made} == {(210, 297)}


@pytest.mark.parametrize("count", [4, 27, 30])
def test_a_camera_opens_each_slip(sheet_of, count: int):
    sheet = sheet_of(count)
    read = [url for page in page_codes(slip_sheet(sheet)) for url in page]
    assert sorted(read) == sorted(slip.url for slip in sheet.slips)


def test_each_code_is_printed_in_groups_of_four_beside_its_pattern(sheet_of):
    made = slip_sheet(sheet_of(27))
    for text, urls in zip(page_texts(made), page_codes(made), strict=True):
        printed = re.findall(r"\b\d{4}-\d{4}-\d{4}\b", text)
        assert printed == [grouped(url[-12:]) for url in urls]


def test_a_slip_says_whose_it_is_where_to_go_and_until_when(sheet_of):
    text = _words(page_texts(slip_sheet(sheet_of(1)))[0])
    slip = text[text.index("Вам будет видно") :]
    for words in (
        "Опрос выпускников",
        "9«А»",
        "МБОУ «Школа № 3»",
        "Наведите камеру или введите код на сайте orientir.example.ru",
        "Действует по 22 мая",
        "Анонимно: учитель видит только, сколько человек ответили",
    ):
        assert words in slip


@pytest.mark.parametrize(("count", "words"), [(1, "1 листок"), (4, "4 листка"), (27, "27 листков")])
def test_the_heading_tells_the_teacher_what_to_do_with_how_many(sheet_of, count: int, words: str):
    first, *further = (_words(text) for text in page_texts(slip_sheet(sheet_of(count))))
    assert f"{words}, последний день: пт, 22 мая 2026" in first
    assert "раздайте в случайном порядке" in first
    assert not any("Учителю" in text for text in further)


def test_nothing_on_a_slip_ties_it_to_a_pupil(sheet_of):
    """No number, and the order of the codes: the order in which slips were made does not show."""
    sheet = sheet_of(27)
    assert {field.name for field in fields(Slip)} == {"code", "url"}
    assert slip_sheet(sheet) == slip_sheet(replace(sheet, slips=sheet.slips[::-1]))
    codes = re.findall(r"\d{4}-\d{4}-\d{4}", "".join(page_texts(slip_sheet(sheet))))
    assert codes == sorted(codes)


def test_every_slip_of_a_demo_is_marked(sheet_of):
    real, demo = (page_texts(slip_sheet(sheet_of(12, is_demo=is_demo))) for is_demo in (False, True))
    assert "ДЕМО" not in "".join(real)
    assert [text.count("ДЕМО") for text in demo] == [1 + 10, 2]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_the_grid(sheet_of, name: str):
    sheet = sheet_of(27, title=name, school=name, address=name, class_title=name, is_demo=True)
    made = slip_sheet(sheet)
    assert sorted(url for page in page_codes(made) for url in page) == sorted(slip.url for slip in sheet.slips)
    assert len(pypdfium2.PdfDocument(made)) == 3


def test_markup_in_a_name_is_printed_as_letters(sheet_of):
    text = _words(page_texts(slip_sheet(sheet_of(1, school=MARKUP)))[0])
    assert MARKUP in text


def test_a_long_address_of_the_site_still_opens(sheet_of):
    url = "https://oprosy.proforientaciya.irkutskaya-oblast.example.ru/k/481720936614"
    assert page_codes(slip_sheet(replace(SHEET, slips=(Slip("481720936614", url),)))) == [[url]]


def test_it_is_an_accessible_document_with_words_for_each_picture(sheet_of):
    made = slip_sheet(sheet_of(4))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert re.search(rb"/Lang ?\(ru", made)
    assert pypdfium2.PdfDocument(made).get_metadata_dict()["Title"] == "Опрос выпускников: листки с кодами, 9«А»"
    assert len(re.findall(rb"/Alt", made)) == 4


def test_it_is_black_and_white(sheet_of):
    page = pypdfium2.PdfDocument(slip_sheet(sheet_of(4, is_demo=True)))[0]
    red, green, blue = page.render().to_pil().convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
