"""Covers names in a text others are to read without knowing whose it is: a help, and no proof."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orientir.i18n import _

SHORTEST = 4  # letters of a word that is covered; shorter ones are prepositions and numbers
ORDINARY = frozenset({
    "школа", "школы", "лицей", "гимназия", "колледж", "техникум", "детский", "средняя", "общеобразовательная",
    "муниципальное", "бюджетное", "учреждение", "центр", "район", "города", "город", "область", "округ",
})  # fmt: skip


class Cover:
    """Covers the words of names in a text, with the endings Russian gives them."""

    def __init__(self, names: Iterable[str]) -> None:
        stems = sorted({_stem(word) for name in names for word in _words(name)}, key=len, reverse=True)
        numbers = sorted({number for name in names for number in re.findall(r"\d+", name)}, key=len, reverse=True)
        alternatives = [rf"\b{re.escape(stem)}\w{{0,5}}" for stem in stems]
        alternatives += [rf"(?:№\s*|\bшкол\w*\s+|\bлице\w*\s+|\bгимнази\w*\s+){number}\b" for number in numbers]
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None

    def found_in(self, text: str) -> list[str]:
        """Return the words of names that stand in a text, each once, in the order they are met, ten at most."""
        found = self._pattern.finditer(text) if self._pattern else ()
        return list(dict.fromkeys(match[0] for match in found))[:10]

    def __call__(self, text: str) -> str:
        return self._pattern.sub(_("[скрыто]"), text) if self._pattern else text


def _words(name: str) -> list[str]:
    found = re.findall(r"[^\W\d_]+", name)
    return [word for word in found if len(word) >= SHORTEST and word.lower() not in ORDINARY]


def _stem(word: str) -> str:
    """Return a word without what its cases change: «Приозёрский» is found in «приозёрского»."""
    lowered = word.lower()
    for ending in ("ский", "ская", "ское", "цкий", "ый", "ий", "ой", "ая", "ое", "ье", "ия"):
        if lowered.endswith(ending) and len(lowered) - len(ending) >= SHORTEST - 1:
            return lowered[: -len(ending)] + ("ск" if ending.startswith("ск") else "")
    return lowered[:-1] if lowered[-1] in "аеиоуыьэюяй" and len(lowered) > SHORTEST else lowered
