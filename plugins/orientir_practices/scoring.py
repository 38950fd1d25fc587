"""From the scores of a sheet to the figure of an entry (domain.md C.3), in exact numbers.

Only sheets that were sent count. One that is missing lowers nothing: with fewer than the contest asks for an entry has
no figure yet, never a smaller one. Figures are rounded where they are shown, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from orientir.i18n import _, plural

BEST = 5
WEIGHTS = 20  # together; with scores up to five a total is of a hundred
TRIMMED_FROM = 4  # sheets: of three two would be thrown away
SPREAD_LIMIT = 25
exact = lru_cache(maxsize=4096)(Fraction)  # a ranking is looked at often, and its figures are few


class Aggregation(StrEnum):
    """How the totals of an entry become one figure.

    `TRIMMED` leaves out the highest and the lowest of four totals or more; of fewer it is the mean.
    """

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"


def sheet_total(scores: Sequence[int | None], weights: Sequence[int]) -> int:
    """Return Σ score × weight, 0 to 100. A criterion without weight needs no score.

    Raises ValueError where the weights are not together twenty, or a score is missing or out of 0–5.
    """
    if len(scores) != len(weights) or sum(weights) != WEIGHTS or min(weights) < 0:
        message = f"Weights must be as many as scores and together {WEIGHTS}"
        raise ValueError(message)
    total = 0
    for score, weight in zip(scores, weights, strict=True):
        if weight:
            total += _checked(score) * weight
    return total


def figure_parts(totals: Sequence[int], by: Aggregation) -> tuple[int, int]:
    """Return numerator and denominator of the figure of at least one total: integers compare quicker than Fractions."""
    count = len(totals)
    if by == Aggregation.MEDIAN:
        ordered, middle = sorted(totals), count // 2
        return (ordered[middle], 1) if count % 2 else (ordered[middle - 1] + ordered[middle], 2)
    if by == Aggregation.TRIMMED and count >= TRIMMED_FROM:
        return sum(totals) - max(totals) - min(totals), count - 2
    return sum(totals), count


def final(totals: Sequence[int], by: Aggregation, minimum: int = 1) -> Fraction | None:
    """Return the figure of an entry from the totals of its sent sheets, None while fewer than `minimum` are there."""
    if len(totals) < max(1, minimum):
        return None
    return exact(*figure_parts(totals, Aggregation(by)))


def spread(totals: Sequence[int]) -> int:
    """Return how far the highest total lies above the lowest; nothing differs from itself."""
    return max(totals) - min(totals) if totals else 0


def needs_one_more(totals: Sequence[int], limit: int = SPREAD_LIMIT, *, most: int | None = None) -> bool:
    """Return whether the jurors differ so much that one more is asked; not where `most` sheets were sent already.

    One more juror rarely narrows the spread, because the others' sheets stay: without `most` it would go on for ever.
    """
    return (most is None or len(totals) < most) and spread(totals) >= limit


def shown(value: Fraction | float | None, digits: int = 2) -> str:
    """Return «87,33», halves rounded up as on paper, «» for None. Only for show: never compare what this returns."""
    if value is None:
        return ""
    above, below = value.as_integer_ratio()
    unit = 10**digits
    rounded = (2 * abs(above) * unit + below) // (2 * below)
    whole, rest = divmod(rounded, unit)
    return ("−" if above < 0 and rounded else "") + (f"{whole},{rest:0{digits}}" if digits else str(whole))


def method_words(by: Aggregation, count: int) -> str:
    """Return how the figure came out of `count` sheets: «среднее 5 оценок без самой высокой и самой низкой»."""
    sheets = plural(count, _("оценки|оценок|оценок"))
    if by == Aggregation.MEDIAN:
        return _("медиана %(count)s %(sheets)s", count=count, sheets=sheets)
    if by == Aggregation.TRIMMED and count >= TRIMMED_FROM:
        return _("среднее %(count)s %(sheets)s без самой высокой и самой низкой", count=count, sheets=sheets)
    if by == Aggregation.TRIMMED:
        return _(
            "среднее %(count)s %(sheets)s: крайние отбрасывают, когда их не меньше четырёх", count=count, sheets=sheets
        )
    return _("среднее %(count)s %(sheets)s", count=count, sheets=sheets)


def waiting_words(count: int, minimum: int) -> str:
    """Return what stands in the place of a figure that is not there yet."""
    return _("ждём оценок: есть %(count)s из %(minimum)s", count=count, minimum=minimum)


def _checked(score: int | None) -> int:
    if score is None or not 0 <= score <= BEST:
        message = f"A score is a whole number from 0 to {BEST}"
        raise ValueError(message)
    return score
