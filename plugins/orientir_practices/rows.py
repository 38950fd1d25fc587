"""The lines of a ranking as rows of a page, ready to be put between tags.

Three hundred rows of a dozen cells are drawn: escaping each cell by itself took a third of the page. Here the texts of
a table are escaped in one call, and the templates put them out as they are (`{% autoescape false %}`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from markupsafe import escape

from orientir.i18n import _
from orientir_practices.protocol import Given
from orientir_practices.standings import Line, Table, towns_of
from orientir_practices.words import PLACES

APART = "\x1f"  # between texts while they are escaped; no text of a person holds it, and one that did would lose it


class Row(NamedTuple):
    """A line in words. All texts are escaped; `award` is what the protocol gives, as a number and in words."""

    id: int
    number: int
    title: str
    home: str
    rank: str
    final: str
    passes: bool
    totals: str
    spread: str
    needs_expert: bool
    adjusted: str
    place: int | None
    award: str
    reason: str
    is_out: bool


def rows_of(table: Table, awards: Mapping[int, Given], titles: Sequence[str]) -> list[Row]:
    """Return the rows of one nomination; `titles` are what the rounds are called, none of a contest of one round."""
    names = [str(escape(title)) for title in titles]
    entries = [line.entry for line in table.lines]
    towns = towns_of(table.lines)
    reasons = {number: award.reason for number, award in awards.items()}
    texts = _escaped([
        (one.title, f"{one.organisation}, {towns[one.town, one.town_kind]}", reasons.get(one.id, "")) for one in entries
    ])  # fmt: skip
    words: dict[int | None, str] = {place: str(escape(told)) for place, told in PLACES.items()}
    adjusted = str(escape(_("%(points)s, ранг %(rank)s", points="{0}", rank="{1}")))
    return [
        Row(
            line.entry.id, line.entry.number, title, home, line.rank, line.shown, line.has_passed,
            _by_rounds(line, names) if names else line.listed,
            str(line.place.spread) if line.place.sheets > 1 else "", line.needs_expert,
            adjusted.format(line.adjusted, line.adjusted_rank) if line.adjusted else "",
            place := awards[line.entry.id].place if line.entry.id in awards else None,
            words.get(place, ""), reason, line.is_out,
        )
        for line, (title, home, reason) in zip(table.lines, texts, strict=True)
    ]  # fmt: skip


def _by_rounds(line: Line, names: Sequence[str]) -> str:
    """Return what an entry got in each round, one below the other: «Защита: 81,00 (80, 82)»."""
    parts = zip(names, line.parts, strict=False)
    return "<br>".join(f"{name}: {part.shown or '—'} ({part.listed})" for name, part in parts if part.totals)


def _escaped(rows: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    """Return the texts with `<`, `&` and quotes made harmless, all in one call."""
    texts = [*chain.from_iterable(rows)]
    whole = APART.join(texts)
    if whole.count(APART) >= len(texts):
        whole = APART.join(text.replace(APART, "") for text in texts)
    escaped = str(escape(whole)).split(APART)
    return [escaped[at : at + 3] for at in range(0, len(texts), 3)]
