"""How strict each juror is, and what an entry would have got from an average one.

The model: score of entry i by juror j = μ + entryᵢ + jurorⱼ + chance, fitted by least squares (the additive two-way
model of a design with gaps; «many-facet» models of test theory do the same on a logit scale). The effects of the jurors
of a connected part of the graph «who read what» add up to nothing there, so the adjusted figure μ + entryᵢ is what the
average juror of that part would have given. It is advice beside the raw figure, never instead of it: it assumes that a
strict juror is equally strict to everybody, and with a handful of sheets chance weighs as much as strictness.

Least squares lead to one equation a juror (the entries drop out): what their scores differ from the means of their
entries equals, in sum, what the juror differs from the jurors of those entries. The equations are set up in whole
numbers, which no order of rows changes, and solved by Cholesky's method in floating point, far finer than `ALIKE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import fsum, lcm, sqrt
from operator import mul

from orientir.i18n import _
from orientir_practices.rounds import WHOLE
from orientir_practices.scoring import shown

ALIKE = 1e-6  # points: adjusted figures nearer than this are the same


@dataclass(frozen=True)
class Strictness:
    """How many points below the average juror one scores (above it: less than nothing), told by how many sheets."""

    points: float
    sheets: int

    def in_words(self) -> str:
        """Return «строже среднего на 4,2 балла»."""
        points = shown(abs(self.points), 1)
        if points == shown(0, 1):
            return _("на уровне среднего")
        if self.points > 0:
            return _("строже среднего на %(points)s балла", points=points)
        return _("мягче среднего на %(points)s балла", points=points)


@dataclass(frozen=True)
class Severity:
    """`adjusted` figures by entry, `jurors` by id, `parts`: entries that common jurors join, the largest first."""

    adjusted: Mapping[int, float]
    jurors: Mapping[int, Strictness]
    parts: tuple[frozenset[int], ...]

    @property
    def is_connected(self) -> bool:
        return len(self.parts) < 2

    def compares(self, entries: Iterable[int]) -> bool:
        """Return whether the adjusted figures of these entries may be put in one order."""
        found = {self.part_of.get(one) for one in entries}
        return len(found) == 1 and None not in found

    def in_words(self) -> str:
        """Return what the reader must know of parts that nothing joins, «» where there is one."""
        if self.is_connected:
            return ""
        return _(
            "Эксперты читали разные заявки, и частей, которые общие эксперты не связывают, получилось %(count)s. "
            "Поправка на строгость сравнивает заявки только внутри каждой части.",
            count=len(self.parts),
        )  # fmt: skip

    @cached_property
    def part_of(self) -> dict[int, int]:
        """Return by entry which of the `parts` it is in."""
        return {entry: place for place, part in enumerate(self.parts) for entry in part}


def severity(sheets: Iterable[tuple[int, int, int]]) -> Severity:
    """Fit the model to sent sheets as (entry, juror, total); a juror reads an entry once."""
    scores: dict[int, dict[int, int]] = {}
    for entry, juror, total in sheets:
        scores.setdefault(entry, {})[juror] = total
    read = Counter(chain.from_iterable(scores.values()))
    effects: dict[int, float] = {}
    parts = _parts(scores, read)
    for part in parts:
        effects |= _effects([scores[entry] for entry in part])
    # `fsum` is exact: the order of rows must not show in the last digit.
    adjusted = {
        entry: (sum(given.values()) - fsum([effects[juror] for juror in given])) / len(given)
        for entry, given in scores.items()
    }
    jurors = {juror: Strictness(-effect, read[juror]) for juror, effect in sorted(effects.items())}
    return Severity(adjusted, jurors, tuple(map(frozenset, parts)))


def blend(first: Severity, second: Severity, weight: int) -> Severity:
    """Return two rounds together, of which the second counts `weight` of a hundred: entries both have a figure of.

    They compare where both rounds do. How strict somebody is stays with each round: it holds no `jurors`.
    """
    common = [entry for entry in first.adjusted if entry in second.adjusted]
    adjusted = {
        entry: (first.adjusted[entry] * (WHOLE - weight) + second.adjusted[entry] * weight) / WHOLE for entry in common
    }
    parts: dict[tuple[int | None, int | None], set[int]] = {}
    for entry in common:
        parts.setdefault((first.part_of.get(entry), second.part_of.get(entry)), set()).add(entry)
    return Severity(adjusted, {}, tuple(frozenset(part) for part in sorted(parts.values(), key=len, reverse=True)))


def _parts(scores: Mapping[int, Mapping[int, int]], jurors: Iterable[int]) -> list[list[int]]:
    """Return the entries by connected parts, the largest first."""
    part_of = {juror: juror for juror in jurors}
    for given in scores.values():
        joined = {part_of[juror] for juror in given}
        if len(joined) > 1:
            kept = min(joined)
            part_of = {juror: kept if part in joined else part for juror, part in part_of.items()}
    parts: dict[int, list[int]] = {}
    for entry, given in scores.items():
        parts.setdefault(part_of[next(iter(given))], []).append(entry)
    return sorted(parts.values(), key=lambda part: (-len(part), min(part)))


def _effects(scores: Sequence[Mapping[int, int]]) -> dict[int, float]:
    """Return what each juror of a connected part adds to a score; together nothing. `scores` by entry and juror."""
    jurors = sorted(set(chain.from_iterable(scores)))
    matrix, sums = _equations(scores, {juror: place for place, juror in enumerate(jurors)})
    # The equations fix differences only: the last juror is taken as nought first, then all are moved to the mean.
    found = [*_solve([row[:-1] for row in matrix[:-1]], sums[:-1]), 0.0]
    mean = sum(found) / len(found)
    return {juror: value - mean for juror, value in zip(jurors, found, strict=True)}


def _equations(scores: Sequence[Mapping[int, int]], places: Mapping[int, int]) -> tuple[list[list[int]], list[int]]:
    """Return the matrix, on and below its diagonal, and the right side, times a number that makes them whole."""
    scale = lcm(*{len(given) for given in scores})
    matrix = [[0] * len(places) for _juror in places]
    sums = [0] * len(places)
    for given in scores:
        share = scale // len(given)
        mean = share * sum(given.values())
        before: list[int] = []
        for juror in sorted(given):
            place = places[juror]
            row = matrix[place]
            row[place] += scale - share
            sums[place] += scale * given[juror] - mean
            for other in before:
                row[other] -= share
            before.append(place)
    return matrix, sums


def _solve(matrix: Sequence[Sequence[int]], sums: Sequence[int]) -> list[float]:
    """Solve a symmetric positive definite system by what stands on and below the diagonal (Cholesky: L·Lᵀ)."""
    lower: list[list[float]] = []
    for at, row in enumerate(matrix):
        found: list[float] = []
        for column in range(at):
            found.append((row[column] - sum(map(mul, found, lower[column]))) / lower[column][column])
        lower.append([*found, sqrt(row[at] - sum(map(mul, found, found)))])
    forward: list[float] = []
    for row_of_lower, value in zip(lower, sums, strict=True):
        forward.append((value - sum(map(mul, forward, row_of_lower))) / row_of_lower[-1])
    solution = [0.0] * len(lower)
    for at in reversed(range(len(lower))):
        above = sum(lower[below][at] * solution[below] for below in range(at + 1, len(lower)))
        solution[at] = (forward[at] - above) / lower[at][at]
    return solution
