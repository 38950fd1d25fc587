"""What an expert may see of an entry: a whitelist. Whatever is not named here never leaves for a juror's browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orientir.i18n import _
from orientir.questionnaires import Facts, document_at, review_sections, visible_sections
from orientir_practices.models import Entry
from orientir_practices.people import authors_of

OPEN_ONLY = frozenset({"partners", "links"})  # answers that name organisations: not shown where reading is blind
SHORTEST = 4  # letters of a word that is covered; shorter ones are prepositions and numbers
ORDINARY = frozenset({
    "школа", "школы", "лицей", "гимназия", "колледж", "техникум", "детский", "средняя", "общеобразовательная",
    "муниципальное", "бюджетное", "учреждение", "центр", "район", "города", "город", "область", "округ",
})  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """An entry as an expert reads it: number, nomination, and the answers in words, section by section."""

    number: int
    nomination: str
    title: str
    organisation: str
    parts: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]]


def reading_of(entry: Entry) -> Reading:
    """Return what an expert reads; where the contest is blind, without the organisation, links and names."""
    blind = entry.contest.is_blind
    sections = visible_sections(document_at(entry.contest.version_id), Facts(), entry.answers)
    cover = _Cover(_names_of(entry)) if blind else None
    parts = [
        (
            section.title,
            [
                (answer.text, [cover(line) if cover else line for line in answer.lines])
                for answer in section.answers
                if answer.code != "title" and not (blind and answer.code in OPEN_ONLY)
            ],
        )
        for section in review_sections(sections, entry.answers)
    ]
    return Reading(
        number=entry.number or 0,
        nomination=entry.nomination.title,
        title=cover(entry.title) if cover else entry.title,
        organisation="" if blind else entry.organisation.name,
        parts=parts,
    )


class _Cover:
    """Covers the words of names in a text, with the endings Russian gives them."""

    def __init__(self, names: Iterable[str]) -> None:
        stems = sorted({_stem(word) for name in names for word in _words(name)}, key=len, reverse=True)
        numbers = sorted({number for name in names for number in re.findall(r"\d+", name)}, key=len, reverse=True)
        alternatives = [rf"\b{re.escape(stem)}\w{{0,5}}" for stem in stems]
        alternatives += [rf"(?:№\s*|\bшкол\w*\s+|\bлице\w*\s+|\bгимнази\w*\s+){number}\b" for number in numbers]
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None

    def __call__(self, text: str) -> str:
        return self._pattern.sub(_("[скрыто]"), text) if self._pattern else text


def _names_of(entry: Entry) -> list[str]:
    organisation = entry.organisation
    people = [author.name for author in authors_of(entry)]
    return [organisation.name, organisation.full_name or "", organisation.municipality.name, *people]


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
