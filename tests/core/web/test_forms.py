"""Numbers and dates as people type them."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from orientir.errors import InvalidInputError
from orientir.web.forms import DayField, WholeNumberField, show_error, time_of_day, whole_number


class Sheet(Form):
    total = WholeNumberField("Всего", maximum=60)
    ovz = WholeNumberField("с ОВЗ", optional=True)
    on_date = DayField("На дату")
    closed_on = DayField("Закрыта", optional=True)


def _filled(**typed: str) -> Sheet:
    return Sheet(MultiDict({"total": "27", "on_date": "2026-05-01", **typed}))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("27", 27),
        (" 27 ", 27),
        ("0", 0),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("27,0", 27),
        ("27.00", 27),
        ("007", 7),
    ],
)
def test_it_reads(typed: str, meant: int):
    assert whole_number(typed) == meant


@pytest.mark.parametrize("typed", ["67,5", "67.5", "1 234,5"])
def test_people_are_counted_whole(typed: str):
    with pytest.raises(InvalidInputError, match="целыми"):
        whole_number(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "нет", "-", "-5", "+5", "27 чел.", "2²", "٢٧", "12 34", "1e3", "0x1b", "=27", "{}", "27\x00", "12 345,"],
)
def test_words_and_signs_are_refused(typed: str):
    with pytest.raises(InvalidInputError, match="цифрами"):
        whole_number(typed)


def test_a_page_of_digits_is_refused():
    with pytest.raises(InvalidInputError, match="большое"):
        whole_number("9" * 5000)


@given(st.integers(0, 999_999_999))
def test_what_a_page_shows_is_read_back(number: int):
    assert whole_number(f"{number:,}".replace(",", "\u00a0")) == number


@given(st.text() | st.text("0123456789 ,.-\u00a0"))
def test_nothing_but_a_refusal_comes_of_it(typed: str):
    with suppress(InvalidInputError):
        assert whole_number(typed) >= 0


def test_an_optional_number_left_empty_is_none_of_them():
    sheet = _filled(ovz=" ")
    assert sheet.validate()
    assert (sheet.total.data, sheet.ovz.data) == (27, 0)


def test_a_required_number_left_out_is_refused():
    sheet = Sheet(MultiDict({"on_date": "2026-05-01"}))
    assert not sheet.validate()
    assert set(sheet.errors) == {"total"}


def test_a_number_over_the_limit_is_refused():
    sheet = _filled(total="270")
    assert not sheet.validate()
    assert "60" in sheet.errors["total"][0]


def test_what_was_typed_stays_in_the_box():
    assert 'value="67,5"' in _filled(total="67,5").total()


@pytest.mark.parametrize("typed", ["2026-05-01", "1.5.2026", "01.05.2026", " 01.05.2026 "])
def test_a_date_is_read_in_both_ways(typed: str):
    sheet = _filled(on_date=typed)
    assert sheet.validate()
    assert sheet.on_date.data == date(2026, 5, 1)


@pytest.mark.parametrize("typed", ["", "1 мая", "01.05.26", "9" * 5000, "\0"])
def test_a_date_that_is_none_is_refused(typed: str):
    sheet = _filled(on_date=typed)
    assert not sheet.validate()
    assert sheet.errors == {"on_date": ["Напишите дату так: 1.05.2026."]}


@pytest.mark.parametrize("typed", ["31.02.2026", "2026-02-31", "2026-13-01", "0.0.2026"])
def test_a_day_that_is_not_there_is_called_so(typed: str):
    sheet = _filled(on_date=typed)
    assert not sheet.validate()
    assert sheet.errors == {"on_date": ["Такого дня нет в календаре. Напишите дату так: 1.05.2026."]}


def test_an_optional_date_may_be_left_empty():
    assert _filled(closed_on="").closed_on.data is None


def test_a_refusal_finds_its_field():
    sheet = _filled()
    show_error(sheet, InvalidInputError("Мало.", "total"))
    show_error(sheet, InvalidInputError("Не сейчас."))
    assert sheet.errors == {"total": ["Мало."], "": ["Не сейчас."]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:00", (10, 0)),
        ("9.30", (9, 30)),
        ("14-00", (14, 0)),
        ("0930", (9, 30)),
        (" 9 ", (9, 0)),
        ("23:59:00", (23, 59)),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, meant: tuple[int, int]):
    assert time_of_day(typed) == time(*meant)


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "9:5", "полдень", "１０:００", "²", "10:00-11:30", "9:30:59"])
def test_what_is_no_time_of_day_is_refused(typed: str):
    with pytest.raises(InvalidInputError, match="10:00"):
        time_of_day(typed)
