"""What a code looks like, and which mistakes are found before the database is asked."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orientir.codes.digits import LENGTH, derive, grouped, is_plausible, normalise

owners = st.text(st.characters(codec="utf-8"), max_size=20)
codes = st.builds(derive, st.just("secret"), st.just("slip"), owners, st.integers(1, 99))


@given(owners, st.integers(1, 99))
def test_a_code_is_twelve_digits_and_the_same_every_time(owner: str, generation: int):
    code = derive("secret", "slip", owner, generation)
    assert len(code) == LENGTH
    assert code.isascii()
    assert code.isdecimal()
    assert is_plausible(code)
    assert code == derive("secret", "slip", owner, generation)


def test_secret_kind_owner_and_generation_all_change_the_code():
    first = derive("secret", "slip", "1", 1)
    others = [derive("other", "slip", "1", 1), derive("secret", "card", "1", 1), derive("secret", "slip", "2", 1),
              derive("secret", "slip", "1", 2)]  # fmt: skip
    assert len({first, *others}) == 5


@given(codes, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(code: str, place: int, step: int):
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert not is_plausible(wrong)


@given(codes, st.integers(0, LENGTH - 2))
def test_any_two_neighbours_swapped_are_found(code: str, place: int):
    assume(code[place] != code[place + 1])
    assert not is_plausible(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(codes, st.sampled_from(["-", " ", "–", "\u00a0", ".", "\n"]))
def test_however_it_is_written_the_digits_are_read(code: str, mark: str):
    assert normalise(mark.join(code)) == code
    assert normalise(f"  {grouped(code)} ") == code


def test_it_is_printed_in_three_groups():
    assert grouped("481720936614") == "4817-2093-6614"


def test_full_width_digits_of_a_chinese_keyboard_are_digits():
    assert normalise("４８１７-2093-6614") == "481720936614"


@pytest.mark.parametrize("typed", ["", "код", "\x00", "½", "一二三", "{}", "%s"])
def test_what_has_no_digits_gives_none(typed: str):
    assert normalise(typed) == ""
    assert not is_plausible(normalise(typed))


@given(st.text(max_size=80))
def test_nothing_typed_breaks_it(typed: str):
    assert set(normalise(typed)) <= set("0123456789")
    is_plausible(normalise(typed))


@pytest.mark.parametrize("digits", ["4817209366", "4817209366140", ""])
def test_another_length_is_no_code(digits: str):
    assert not is_plausible(digits)
