"""Two spellings of a class are one class; whatever else is typed is refused in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group

NINE_A = ClassName(9, 9, "А")


@pytest.mark.parametrize(
    "typed",
    [
        "9«А»",
        "9а",
        "9-А",
        "9 А",
        "9А",
        "9\u00a0А",
        "  9  а ",
        "9 класс А",
        "9А класс",
        "класс 9А",
        "9-й класс А",
        "9 кл. А",
        '9"А"',
        "9“А”",
        "9'а'",
        "9«А",
        "9A",
        "9a",
        "9-A",
        "9/А",
        "9.А",
        "9—А",
        "IX-А",
        "IX А",
        "IXА",
        "IХ-а",
        "ix-а",
        "Ⅸ-А",
    ],
)
def test_every_spelling_of_nine_a_is_nine_a(typed: str):
    assert normalise_class(typed) == NINE_A


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("11", "11"),
        ("XI", "11"),
        ("12", "12"),
        ("10 Б", "10«Б»"),
        ("5-6", "5–6"),
        ("5–6", "5–6"),
        ("V-VI Б", "5–6«Б»"),
        ("5-6 А", "5–6«А»"),
        ("9-1", "9«1»"),
        ("9/1", "9«1»"),
        ("11-2", "11«2»"),
        ("10 ТМ", "10«ТМ»"),
        ("9ё", "9«Ё»"),
        ("9Х", "9«Х»"),
        ("9-Х", "9«Х»"),
        ("IX-Х", "9«Х»"),
        ("10 Х", "10«Х»"),
        ("9B", "9«В»"),
        ("9й", "9«Й»"),
        ("группа «Солнышко»", "группа «Солнышко»"),
        ("группа подснежник", "группа «Подснежник»"),
        ("дошкольная группа", "дошкольная группа"),
    ],
)
def test_it_understands(typed: str, title: str):
    assert normalise_class(typed).title == title


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "девять",
        "А",
        "9АБВГД",
        "9b",
        "9Z",
        "9--А",
        "9-А-Б",
        "9 класс (вариант 7)",
        "9\0А",
        "٩А",
        "9,5",
        "XIV",
        "{}",
        "%s",
    ],
)
def test_it_says_what_is_expected(typed: str):
    with pytest.raises(InvalidInputError, match="русская буква") as refusal:
        normalise_class(typed)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("typed", ["0", "0А", "13", "99 Б", "91", "11-13"])
def test_it_refuses_a_grade_no_school_has(typed: str):
    with pytest.raises(InvalidInputError, match="от 1\xa0до 12"):
        normalise_class(typed)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Солнышко", "группа «Солнышко»"),
        ("группа солнышко", "группа «Солнышко»"),
        ("«Берёзка»", "группа «Берёзка»"),
        ("Подготовительная № 2", "группа «Подготовительная № 2»"),
        ("7", "группа «7»"),
    ],
)
def test_a_kindergarten_names_its_groups_as_it_likes(typed: str, title: str):
    assert normalise_group(typed).title == title


@pytest.mark.parametrize("typed", ["", "«»", "  ", "<b>", "а" * 31, "группа {}", "\0"])
def test_a_group_needs_a_name(typed: str):
    with pytest.raises(InvalidInputError, match="группы"):
        normalise_group(typed)


def test_classes_stand_as_a_school_lists_them():
    typed = ["10А", "9Б", "11", "5-6", "9А", "группа «Солнышко»"]
    ordered = [name.title for name in sorted(map(normalise_class, typed))]
    assert ordered == ["группа «Солнышко»", "5–6", "9«А»", "9«Б»", "10«А»", "11"]


LETTERS = (
    st.text("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", min_size=1, max_size=4) | st.integers(1, 99).map(str) | st.just("")
)
GRADES = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted)


@given(GRADES, LETTERS)
def test_a_title_is_read_back(grades: list[int], letter: str):
    name = ClassName(grades[0], grades[1], letter)
    assert normalise_class(name.title) == name


@given(st.text("Солнышкобея № 27-.", max_size=31))
def test_a_group_is_read_back(typed: str):
    try:
        name = normalise_group(typed)
    except InvalidInputError:
        return
    assert normalise_group(name.title) == name
    assert normalise_class(name.title) == name


PARTS = [
    "9",
    "11",
    "0",
    "-",
    "–",
    "«",
    "»",
    '"',
    "А",
    "а",
    "A",
    "класс",
    "группа",
    "IX",
    "Х",
    " ",
    "\u00a0",
    "й",
    "/",
    "\0",
    "{}",
]


@given(st.text() | st.lists(st.sampled_from(PARTS)).map("".join))
def test_nothing_but_a_refusal_comes_of_it(typed: str):
    for normalise in (normalise_class, normalise_group):
        with suppress(InvalidInputError):
            assert normalise(typed).title
