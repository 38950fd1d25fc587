"""The ranking of a contest worked out once more, slowly and without a line of the plugin (domain.md C.3).

`recount` takes the raw sheets of one nomination and follows the rules word by word with the exact numbers and the
medians of the standard library. It shares neither code nor method with `orientir_practices.ranking`, so where both
agree neither is likely to be wrong in the same way.

A contest may have a second round: then the figure is the sum of both by their weights, and whoever lacks sheets in
either has none.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

# entry → juror → scores in the order of the criteria
Sheets = Mapping[int, Mapping[int, Sequence[int]]]


@dataclass(frozen=True)
class Later:
    """The second round: what it counts of a hundred, its sheets, the weights and keys of its criteria."""

    share: int
    sheets: Sheets
    weights: Sequence[int]
    criteria: Sequence[str]
    minimum: int


def recount(
    sheets: Sheets,
    weights: Sequence[int],
    *,
    by: str,
    minimum: int,
    chain: Sequence[str],
    criteria: Sequence[str],
    submitted: Mapping[int, datetime],
    chair: Mapping[int, int],
    later: Later | None = None,
) -> dict[int, tuple[Fraction, int, int] | None]:
    """Return for each entry its figure with the first and the last of the places it stands on; None: not yet rated."""
    figures = {entry: _figure(given, weights, by) for entry, given in sheets.items() if len(given) >= max(1, minimum)}
    if later is not None:
        figures = {
            entry: (figure * (100 - later.share) + _figure(later.sheets[entry], later.weights, by) * later.share) / 100
            for entry, figure in figures.items()
            if len(later.sheets.get(entry, {})) >= max(1, later.minimum)
        }
    sign = _signs(sheets, weights, criteria, submitted, chair, later)

    def is_above(one: int, other: int) -> bool:
        if figures[one] != figures[other]:
            return figures[one] > figures[other]
        # Everybody who is still level at this point of the chain has to have something to say, or the key is passed.
        level = {entry for entry in figures if figures[entry] == figures[one]}
        for key in [*(key for key in chain if key != "chair"), "chair"]:
            said = {entry: value for entry in level if (value := sign(key, entry)) is not None}
            if len(said) < len(level):
                continue
            if said[one] != said[other]:
                return said[one] > said[other]
            level = {entry for entry in level if said[entry] == said[one]}
        return False

    ranked: dict[int, tuple[Fraction, int, int] | None] = dict.fromkeys(sheets)
    for entry, figure in figures.items():
        above = sum(is_above(other, entry) for other in figures)
        below = sum(is_above(entry, other) for other in figures)
        ranked[entry] = (figure, above + 1, len(figures) - below)
    return ranked


def _figure(given: Mapping[int, Sequence[int]], weights: Sequence[int], by: str) -> Fraction:
    totals = sorted(Fraction(_total(scores, weights)) for scores in given.values())
    if by == "median":
        return Fraction(statistics.median(totals))
    if by == "trimmed" and len(totals) > 3:
        totals = totals[1:-1]
    return Fraction(statistics.mean(totals))


def _total(scores: Sequence[int], weights: Sequence[int]) -> int:
    return sum(score * weight for score, weight in zip(scores, weights, strict=True))


def _signs(
    sheets: Sheets,
    weights: Sequence[int],
    criteria: Sequence[str],
    submitted: Mapping[int, datetime],
    chair: Mapping[int, int],
    later: Later | None,
) -> Callable[[str, int], Fraction | None]:
    """Return what a key says of an entry, the more the better."""

    def sign(key: str, entry: int) -> Fraction | None:
        if key == "chair":
            return Fraction(-chair[entry]) if entry in chair else None
        if key == "earlier":
            return Fraction(-submitted[entry].timestamp()) if entry in submitted else None
        if key == "firsts":
            rounds = [(sheets, weights), *([(later.sheets, later.weights)] if later else [])]
            return Fraction(
                sum(_is_first(given, own, juror, entry) for given, own in rounds for juror in given.get(entry, {}))
            )
        asked = [(100 - later.share if later else 100, sheets, criteria)]
        asked += [(later.share, later.sheets, later.criteria)] if later else []
        means = [
            (share, statistics.mean(Fraction(scores[list(keys).index(key)]) for scores in given[entry].values()))
            for share, given, keys in asked
            if key in keys
        ]
        if not means:
            return None
        return Fraction(sum((share * mean for share, mean in means), Fraction()), sum(share for share, _mean in means))

    return sign


def _is_first(sheets: Sheets, weights: Sequence[int], juror: int, entry: int) -> bool:
    """Return whether a juror who compared at least two gave none more than this one."""
    totals = [_total(given[juror], weights) for given in sheets.values() if juror in given]
    return len(totals) > 1 and max(totals) == _total(sheets[entry][juror], weights)
