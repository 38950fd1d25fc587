"""Numbers of an organisation: those printed in real letters pass, slips are refused where the formula sees them."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.organisations.requisites import NAMES, Requisites, classifier_check_digit, read_requisites

# The letter of the Нязепетровск district, 04.05.2023 № 837/1.
PRINTED = {"inn": "7436001365", "kpp": "745901001", "ogrn": "1027401812129", "okpo": "05049130"}
digits = st.text("0123456789", min_size=1, max_size=16)


def _read(name: str, number: str) -> str:
    found: str = asdict(read_requisites({name: number}))[name]
    return found


def test_the_printed_numbers_pass():
    assert read_requisites(PRINTED) == Requisites(**PRINTED)


def test_nothing_typed_is_nothing_known():
    assert read_requisites({}) == Requisites()
    assert read_requisites(dict.fromkeys(NAMES, "  ")) == Requisites()


def test_spaces_and_dashes_of_documents_are_no_part_of_a_number():
    assert _read("inn", " 7436 0013-65 ") == "7436001365"
    assert _read("ogrn", "1 02 74 01 81212 9") == "1027401812129"


def _slips(right: str) -> list[str]:
    return [
        right[:place] + digit + right[place + 1 :]
        for place in range(len(right))
        for digit in "0123456789"
        if digit != right[place]
    ]


def _passes(name: str, number: str) -> bool:
    try:
        return _read(name, number) == number
    except InvalidInputError:
        return False


def test_every_single_slip_in_the_printed_inn_is_refused():
    assert [slip for slip in _slips(PRINTED["inn"]) if _passes("inn", slip)] == []


def test_a_slip_in_the_printed_okpo_passes_only_where_the_formula_is_blind():
    """Its check digit is 0, which the formula gives in two ways; the slips of the other way are beyond it."""
    passed = [slip for slip in _slips(PRINTED["okpo"]) if _passes("okpo", slip)]
    assert passed == [slip for slip in _slips(PRINTED["okpo"]) if classifier_check_digit(slip[:7]) == int(slip[7])]
    assert len(passed) == 7


def _inn_fits(number: str) -> bool:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number[:9], strict=True))
    return total % 11 % 10 == int(number[9])


def _ogrn_fits(number: str) -> bool:
    return number[0] != "0" and int(number[:12]) % 11 % 10 == int(number[12])


@given(st.text("0123456789", min_size=10, max_size=10))
def test_an_inn_passes_by_the_formula_and_by_nothing_else(number: str):
    _passes_like("inn", number, _inn_fits)


@given(st.text("0123456789", min_size=13, max_size=13))
def test_an_ogrn_passes_by_the_formula_and_by_nothing_else(number: str):
    _passes_like("ogrn", number, _ogrn_fits)


@given(st.text("0123456789", min_size=8, max_size=8))
def test_an_okpo_passes_by_the_formula_and_by_nothing_else(number: str):
    _passes_like("okpo", number, lambda one: classifier_check_digit(one[:7]) == int(one[7]))


def _passes_like(name: str, number: str, fits: Callable[[str], bool]) -> None:
    assert _passes(name, number) == fits(number)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_a_slip_in_an_ogrn_is_seen_unless_the_remainder_is_the_same_digit(body: str, place: int, step: int):
    """The remainder is taken modulo 11, so one wrong digit always changes it; 10 and 0 are both written 0."""
    assume(body[0] != "0")
    right = body + str(int(body) % 11 % 10)
    slip = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assume(slip[0] != "0")
    assert int(slip[:12]) % 11 != int(body) % 11
    if {int(slip[:12]) % 11, int(body) % 11} != {0, 10}:
        with pytest.raises(InvalidInputError):
            read_requisites({"ogrn": slip})


@pytest.mark.parametrize(
    ("code", "check"),
    [("24615000", 2), ("24613000", 3), ("81645701", 9), ("81618403101", 9), ("24615000000", 2)],
)
def test_the_published_check_digits_of_oktmo_come_out(code: str, check: int):
    assert classifier_check_digit(code) == check
    assert _read("oktmo", code) == code
    assert _read("oktmo", f"{code}-{check}") == code
    with pytest.raises(InvalidInputError):
        read_requisites({"oktmo": f"{code}-{(check + 1) % 10}"})


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("inn", "743600136"),
        ("inn", "74360013650"),
        ("inn", "семь"),
        ("inn", "７４３６００１３６５"),
        ("inn", "7436001365\0"),
        ("inn", "7" * 5000),
        ("inn", "="),
        ("kpp", "74590100"),
        ("kpp", "7459О1001"),
        ("ogrn", "102740181212"),
        ("ogrn", "0027401812129"),
        ("okpo", "0504913"),
        ("okpo", "0504913X"),
        ("oktmo", "2500000"),
        ("oktmo", "25-000-00"),
        ("oktmo", "2500000A"),
    ],
)
def test_what_is_no_number_is_refused_by_its_field(name: str, number: str):
    with pytest.raises(InvalidInputError) as refusal:
        read_requisites({name: number})
    assert refusal.value.field == name


@given(st.fixed_dictionaries({name: st.text(max_size=60) | digits for name in NAMES}))
def test_whatever_is_typed_is_read_or_refused(typed: dict[str, str]):
    try:
        found = asdict(read_requisites(typed))
    except InvalidInputError:
        pass
    else:
        assert all(value.isascii() and len(value) <= 15 for value in found.values())
