"""Municipalities as people write them; two with one stem are never guessed."""

import pytest

from orientir.organisations.models import Municipality
from orientir.organisations.place_names import places_meant, read_place
from orientir.organisations.reference_data import read_reference

PLACES = [Municipality(name=one.name, kind=one.kind) for one in read_reference("38").municipalities]


def _meant(typed: str) -> set[str]:
    return {one.name for one in places_meant(typed, PLACES)}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("г. Братск", "Братск"), ("город Братск", "Братск"), ("МО г. Братск", "Братск"), ("г.о. Братск", "Братск"),
        ("Братск, городской округ", "Братск"), ("Братский р-н", "Братский район"),
        ("Братский муниципальный район", "Братский район"), ("МО «Братский район»", "Братский район"),
        ("Мамско-Чуйский муниципальный округ", "Мамско-Чуйский район"), ("усть-кутский р-он", "Усть-Кутский район"),
        ("САЯНСК", "Саянск"), ("Ангарский", "Ангарский городской округ"), ("г. Усолье-Сибирское", "Усолье-Сибирское"),
    ],
)  # fmt: skip
def test_a_name_with_its_kind_or_without_a_twin_is_understood(typed: str, name: str):
    assert _meant(typed) == {name}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Братск", {"Братск", "Братский район"}), ("Братский", {"Братск", "Братский район"}),
        ("Зима", {"Зима", "Зиминский район"}), ("Черемхово", {"Черемхово", "Черемховский район"}),
        ("Усолье-Сибирское", {"Усолье-Сибирское", "Усольский район"}),
        ("Усть-Илимск", {"Усть-Илимск", "Усть-Илимский район"}),
    ],
)  # fmt: skip
def test_a_bare_name_with_a_twin_is_asked_about(typed: str, names: set[str]):
    assert _meant(typed) == names


@pytest.mark.parametrize("typed", ["", "район", "г.", "%s", "{}", "\0", "\u202e", "Москва", "Братс", "x" * 100_000])
def test_nothing_else_is_meant(typed: str):
    assert _meant(typed) == set()


def test_the_titles_the_platform_shows_are_understood():
    assert [_meant(one.title) for one in PLACES] == [{one.name} for one in PLACES]


def test_the_word_for_the_kind_is_no_part_of_the_name():
    assert read_place("Усть-Илимский р-н").bare == "усть-илимский"
