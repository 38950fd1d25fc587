"""Names are sorted and found alike on both engines, words in all their forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.organisations.search import search_key, search_stems, search_words


def test_three_comes_before_twelve():
    names = ["Школа № 12", "Школа № 3", "школа №1"]
    assert sorted(names, key=search_key) == ["школа №1", "Школа № 3", "Школа № 12"]


def test_case_yo_and_the_number_sign_do_not_matter():
    assert search_key("Детский сад № 7 «БЕРЁЗКА»") == search_key("детский  сад №7 «Березка»")


def test_a_number_is_not_found_inside_another():
    assert not all(word in search_key("Школа № 13") for word in search_words("школа 3"))
    assert all(word in search_key("Школа № 13") for word in search_words("ШКОЛА №13"))


def test_signs_nobody_sees_are_left_out_of_a_question():
    assert search_words("шко\0ла\u202e 3") == ["шко", "ла", "000003"]


@pytest.mark.parametrize(
    "forms",
    [
        "экскурсия экскурсии экскурсий экскурсию экскурсиям Экскурсиями",
        "учитель учителя учителей учителями",
        "музей музея музеев музеям",
        "акция акции акций",
        "олимпиада олимпиад олимпиаду",
        "открытый открытая открытых открытого",
        "тестирование тестированию тестирований",
        "встреча встреч встречей",
    ],
)
def test_a_word_is_found_in_all_its_forms(forms: str):
    words = forms.split()
    for asked in words:
        (stem,) = search_stems(asked)
        assert all(stem in search_key(f"Большая {word} № 3") for word in words), stem


def test_a_short_word_is_left_whole():
    assert search_stems("воды дом №3") == ["воды", "дом", "000003"]


@given(st.text(max_size=60))
def test_nothing_is_lost_that_holds_the_word_itself(typed: str):
    for word, stem in zip(search_words(typed), search_stems(typed), strict=True):
        assert word.startswith(stem)
        assert stem
