"""Names of municipalities as people write them, without ever guessing which of two is meant.

«Братск» stands beside «Братский район», «Зима» beside «Зиминский»: a bare name of such a pair is asked about,
«г. Братск» and «Братский р-н» are not (domain.md B.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orientir.db import fold
from orientir.organisations.models import Municipality, MunicipalityKind

CITY_WORDS = re.compile(r"\b(?:городской округ|г о|го|город|гор|г)\b")
DISTRICT_WORDS = re.compile(r"\b(?:(?:муниципальный )?(?:район|raion|округ)|мр)\b")
SHORT_DISTRICT = re.compile(r"\bр-о?н\b")
HYPHEN, HYPHEN_SIGN = re.compile(r"(?<=[а-я])-(?=[а-я])"), "_"  # «Усть-Илимск» is one word
NEUTRAL_WORDS = re.compile(r"\b(?:муниципальное образование|мо|муниципального образования)\b")
PUNCTUATION = re.compile(r"[^0-9a-zа-я_]+")
LEAST_STEM, LONGEST_ENDING = 3, 3
DISTRICT = " raion "


@dataclass(frozen=True)
class PlaceName:
    """A name without the words for its kind, and the kind those words tell; None where there are none."""

    bare: str
    kind: MunicipalityKind | None


def read_place(typed: str) -> PlaceName:
    """Return the name in «МО г. Братск», «Братский муниципальный р-н», «Братск, городской округ»."""
    one_word = HYPHEN.sub(HYPHEN_SIGN, SHORT_DISTRICT.sub(DISTRICT, fold(typed)))
    text = NEUTRAL_WORDS.sub(" ", PUNCTUATION.sub(" ", one_word))
    without_city, cities = CITY_WORDS.subn(" ", text)
    bare, districts = DISTRICT_WORDS.subn(" ", without_city)
    kind = MunicipalityKind.CITY if cities else MunicipalityKind.DISTRICT if districts else None
    return PlaceName(" ".join(bare.split()).replace(HYPHEN_SIGN, "-"), kind)


def places_meant(typed: str, places: Sequence[Municipality]) -> list[Municipality]:
    """Return the municipalities a person may mean: one where the words leave no doubt, several to choose from, or none.

    A name without the word for its kind is in doubt as soon as another municipality has the same stem.
    """
    meant = read_place(typed)
    if not meant.bare:
        return []
    known = [(one, read_place(one.name).bare) for one in places]
    if meant.kind is not None:
        return [one for one, bare in known if bare == meant.bare and one.kind == meant.kind]
    if not any(bare == meant.bare for _one, bare in known):
        return []
    return [one for one, bare in known if bare == meant.bare or same_stem(bare, meant.bare)]


def same_stem(one: str, other: str) -> bool:
    """Tell whether two names differ by an ending only: «зима» and «зиминский», «усолье-сибирское» and «усольский»."""
    first, second = one.partition("-")[0], other.partition("-")[0]
    return _differ_by_ending(one, other) or (first != second and _differ_by_ending(first, second))


def _differ_by_ending(one: str, other: str) -> bool:
    shared = next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), None)
    shared = min(len(one), len(other)) if shared is None else shared
    return shared >= max(LEAST_STEM, min(len(one), len(other)) - LONGEST_ENDING)
