"""Do the jurors mean the same by a criterion? Krippendorff's alpha, and marks of jurors who did not distinguish.

Alpha = 1 − observed disagreement / disagreement expected by chance: 1 where all agree, 0 where they might as well have
thrown dice, below where they disagree on purpose. It takes any number of jurors and missing scores (Krippendorff,
«Content Analysis», chapter 12; «Computing Krippendorff's Alpha-Reliability», 2011). It is undefined, not 1, where
nobody ever gave another score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, combinations_with_replacement

from orientir.i18n import _
from orientir_practices.scoring import shown

# Krippendorff's own bars: conclusions from 0.8, tentative ones from 2/3.
GOOD, TENTATIVE = Fraction(4, 5), Fraction(2, 3)


class Metric(StrEnum):
    """How far two scores are apart: by their difference, or by how many scores lie between them."""

    INTERVAL = "interval"
    ORDINAL = "ordinal"


class Gap(StrEnum):
    """Why there is no alpha."""

    NO_PAIRS = "no_pairs"
    NO_SPREAD = "no_spread"


@dataclass(frozen=True)
class Agreement:
    """Alpha from so many `entries` that two jurors or more scored, or the `gap` that leaves it undefined."""

    alpha: Fraction | None
    entries: int
    gap: Gap | None = None

    @property
    def figure(self) -> str:
        """«0,85», "" where there is none."""
        return "" if self.alpha is None else shown(self.alpha)

    @property
    def words(self) -> str:
        """What the figure means, or why there is none."""
        if self.alpha is None:
            return _("нет разброса: все поставили одно и то же") if self.gap == Gap.NO_SPREAD else _("сравнить нечего")
        if self.alpha >= GOOD:
            return _("эксперты понимают критерий одинаково")
        if self.alpha >= TENTATIVE:
            return _("согласие есть, но выводы осторожные")
        return _("эксперты понимают критерий по-разному")

    @property
    def sign(self) -> tuple[str, str]:
        """The tone and the icon of the words."""
        if self.alpha is None:
            return "", "info"
        if self.alpha >= GOOD:
            return "tone-good", "check"
        return ("tone-near", "alert") if self.alpha >= TENTATIVE else ("tone-bad", "cross")

    def in_words(self) -> str:
        """Return «0,85: эксперты понимают критерий одинаково»."""
        return f"{self.figure}: {self.words}" if self.figure else self.words


@dataclass(frozen=True)
class FlatLine:
    """A juror's sheets, how many of them have one score throughout, and that score if it is the same in all of them."""

    sheets: int
    flat: int
    score: int | None = None

    def in_words(self) -> str:
        """Return what the chair is told."""
        if self.score is not None:
            return _("всем и за всё поставил(а) %(score)s (листов: %(sheets)s)", score=self.score, sheets=self.sheets)
        return _("листов с одной оценкой за всё: %(flat)s из %(sheets)s", flat=self.flat, sheets=self.sheets)


def agreement(entries: Iterable[Sequence[int | None]], metric: Metric = Metric.INTERVAL) -> Agreement:
    """Return alpha over the scores each entry got for one criterion; None stands for a missing one."""
    pairable = [found for scores in entries if len(found := [score for score in scores if score is not None]) > 1]
    if not pairable:
        return Agreement(None, 0, Gap.NO_PAIRS)
    counts = Counter(score for scores in pairable for score in scores)
    if len(counts) == 1:
        return Agreement(None, len(pairable), Gap.NO_SPREAD)
    measure = _interval if metric == Metric.INTERVAL else _ordinal(counts)
    observed: Counter[int] = Counter()
    for scores in pairable:
        observed[len(scores) - 1] += measure(scores)
    expected = sum(
        counts[one] * counts[other] * measure((one, other)) for one, other in combinations(sorted(counts), 2)
    )
    ratio = sum((Fraction(distance, others) for others, distance in observed.items()), Fraction()) / expected
    return Agreement(1 - (counts.total() - 1) * ratio, len(pairable))


def agreements(
    sheets: Iterable[tuple[int, Sequence[int | None]]], criteria: int, metric: Metric = Metric.INTERVAL
) -> tuple[Agreement, ...]:
    """Return the agreement on each criterion of one rubric from sent sheets as (entry, scores)."""
    by_entry: dict[int, list[Sequence[int | None]]] = {}
    for entry, scores in sheets:
        by_entry.setdefault(entry, []).append(scores)
    columns = [tuple(zip(*rows, strict=True)) for rows in by_entry.values()]
    return tuple(agreement([column[at] for column in columns], metric) for at in range(criteria))


def flat_lines(sheets: Iterable[tuple[int, Sequence[int | None]]]) -> dict[int, FlatLine]:
    """Return the jurors who gave one score throughout a sheet, from sent sheets as (juror, scores).

    Sheets of a single criterion tell nothing and are not counted.
    """
    given: dict[int, list[set[int]]] = {}
    for juror, scores in sheets:
        found = [score for score in scores if score is not None]
        if len(found) > 1:
            given.setdefault(juror, []).append(set(found))
    lines = {juror: _flat_line(sets) for juror, sets in given.items()}
    return {juror: line for juror, line in sorted(lines.items()) if line.flat}


def _flat_line(sets: Sequence[set[int]]) -> FlatLine:
    everywhere = set().union(*sets)
    return FlatLine(len(sets), sum(len(one) == 1 for one in sets), everywhere.pop() if len(everywhere) == 1 else None)


def _interval(scores: Sequence[int]) -> int:
    """Return the sum of the squared differences of all pairs."""
    total = sum(scores)
    squares = sum(score * score for score in scores)
    return len(scores) * squares - total * total


def _ordinal(counts: Mapping[int, int]) -> Callable[[Sequence[int]], int]:
    """Return the measure of pairs by ranks: four times the square of how many scores lie from one to the other.

    The scores equal to either end count half; alpha is a ratio, so four times everywhere changes nothing.
    """
    distances: dict[tuple[int, int], int] = {}
    for one, other in combinations_with_replacement(sorted(counts), 2):
        between = sum(counts[score] for score in counts if one <= score <= other)
        distances[one, other] = (2 * between - counts[one] - counts[other]) ** 2

    def measure(scores: Sequence[int]) -> int:
        return sum(distances[pair] for pair in combinations(sorted(scores), 2))

    return measure
