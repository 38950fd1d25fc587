"""The order of a nomination: places by the exact figures, ties by the chain, and the adjusted rank beside the raw one.

The work is done on integers over one common denominator; Fractions are made last, one an entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import lcm
from typing import NamedTuple

from orientir.i18n import _
from orientir_practices.rounds import FIRST, WHOLE
from orientir_practices.scoring import Aggregation, exact, figure_parts, spread, waiting_words
from orientir_practices.severity import ALIKE, Severity
from orientir_practices.ties import CHAIR, EARLIER, FIRSTS, Group, Measure, Tie, part

LONG_AFTER = datetime(9999, 1, 1, tzinfo=UTC)


class SentSheet(NamedTuple):
    """A sheet as it was sent; a row of the database of these columns will do. `scores` in the order of the rubric."""

    entry_id: int
    juror_id: int
    total: int
    scores: Sequence[int | None]
    round: int = FIRST


@dataclass(frozen=True)
class Contender:
    """An entry of the nomination; `number` is what people call it by."""

    id: int
    number: int
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class SecondRound:
    """What the defence adds: its `weight` of a hundred, how many sheets it asks, the keys of its criteria."""

    weight: int
    minimum: int
    criteria: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.weight < WHOLE:
            raise ValueError("a round that counts nothing, or all, is none")


@dataclass(frozen=True)
class Rules:
    """What a contest fixed before: `minimum` sheets an entry, the `chain` of keys (`ties.py`), the keys of `criteria`.

    The decision of the chair ends every chain, named in it or not. With a `second` round a figure is the sum of both by
    their weights, and an entry has one only where neither lacks sheets.
    """

    aggregation: Aggregation = Aggregation.MEAN
    minimum: int = 3
    pass_mark: int | None = None
    chain: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    second: SecondRound | None = None

    def __post_init__(self) -> None:
        Aggregation(self.aggregation)  # a row of the database may hold any word: an unknown one must not mean «mean»


class Span(NamedTuple):
    """A place, or several that are shared."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


class Place(NamedTuple):
    """A line of the ranking. `final` and `rank` are None while sheets are missing: then it stands outside the order.

    `adjusted` is the figure as an average juror would have given it (`severity.py`), `adjusted_rank` the order by it.
    """

    entry_id: int
    sheets: int
    spread: int
    final: Fraction | None = None
    rank: Span | None = None
    passes: bool = False
    needs_chair: bool = False
    adjusted: float | None = None
    adjusted_rank: Span | None = None


@dataclass(frozen=True)
class Ranking:
    """`places` from the best, those that wait for sheets at the end; `ties` with the figure they are about."""

    places: tuple[Place, ...]
    ties: tuple[tuple[Fraction, Tie], ...]
    minimum: int
    is_comparable: bool = True

    def reasons(self, numbers: Mapping[int, int]) -> list[str]:
        """Return in words what decided each tie, and what no key decided; `numbers` by the id of an entry."""
        return [tie.in_words(figure, numbers) for figure, tie in self.ties]

    def notes(self) -> list[str]:
        """Return what a reader of the table must know before comparing."""
        if self.is_comparable:
            return []
        return [_("Ранг с поправкой на строгость не показан: у части заявок нет общих экспертов, их баллы несравнимы.")]

    def waiting(self, place: Place) -> str:
        """Return «ждём оценок: есть 2 из 3», «» for an entry that has its figure."""
        return waiting_words(place.sheets, self.minimum) if place.final is None else ""


def rank(
    contenders: Iterable[Contender],
    sheets: Iterable[SentSheet],
    rules: Rules,
    *,
    chair: Mapping[int, int] | None = None,
    severity: Severity | None = None,
) -> Ranking:
    """Return the ranking of one nomination from the sent sheets; those of other entries are passed over.

    `chair`: by entry, which stands first, second … among equal ones (the same number: they share the place).
    """
    board = _Board(contenders, sheets, rules, chair or {})
    ordered = sorted(board.keys, key=board.keys.__getitem__, reverse=True)
    groups: list[Group] = []
    ties: list[tuple[Fraction, Tie]] = []
    for key, same in groupby(ordered, key=board.keys.__getitem__):
        group = tuple(same)
        if len(group) == 1:
            groups.append(group)
        else:
            parted, reasons = part(group, board.chain, board.measures)
            groups += parted
            ties += ((Fraction(key, board.denominator), tie) for tie in reasons)
    adjusted = _adjusted_ranks(ordered, severity)
    places = board.places(groups, _undecided(ties), severity.adjusted if severity else {}, adjusted)
    is_comparable = severity is None or not ordered or bool(adjusted)
    return Ranking((*places, *board.waiting()), tuple(ties), rules.minimum, is_comparable)


class _Board:
    """The sheets of a nomination by entry, and the figures of those with enough of them over one denominator.

    `totals` are those of the last round there is.
    """

    def __init__(
        self, contenders: Iterable[Contender], sheets: Iterable[SentSheet], rules: Rules, chair: Mapping[int, int]
    ) -> None:
        self.contenders = {one.id: one for one in sorted(contenders, key=lambda one: one.number)}
        self.rules, self.decided = rules, chair
        self.chain = rules.chain if CHAIR in rules.chain else (*rules.chain, CHAIR)
        self.first, self.second = ({one: list[SentSheet]() for one in self.contenders} for _round in range(2))
        for sheet in sheets:
            by_entry = self.first if sheet[4] == FIRST else self.second
            if (entry := sheet[0]) in by_entry:
                by_entry[entry].append(sheet)
        last = self.second if rules.second else self.first
        self.totals = {one: [sheet[2] for sheet in found] for one, found in last.items()}
        parts = self._parts()
        self.denominator = whole = lcm(*{below for _above, below in parts.values()})
        self.keys = {one: above * (whole // below) for one, (above, below) in parts.items()}
        self.bar = (rules.pass_mark or 0) * whole

    def _parts(self) -> dict[int, tuple[int, int]]:
        """Return numerator and denominator of the figure of each entry that lacks no sheet."""
        rules, second = self.rules, self.rules.second
        found = _figures(self.first, rules.minimum, rules.aggregation)
        if second is None:
            return found
        later = _figures(self.second, second.minimum, rules.aggregation)
        return {
            one: blended(found[one], later[one], second.weight)
            for one in self.contenders
            if one in found.keys() & later
        }

    def places(
        self,
        groups: Iterable[Group],
        undecided: Collection[int],
        adjusted: Mapping[int, float],
        adjusted_ranks: Mapping[int, Span],
    ) -> list[Place]:
        keys, whole, bar = self.keys, self.denominator, self.bar
        return [
            Place(
                one, len(totals := self.totals[one]), spread(totals), exact(keys[one], whole), span, keys[one] >= bar,
                one in undecided, adjusted.get(one), adjusted_ranks.get(one),
            )
            for span, group in _spans(groups)
            for one in group
        ]  # fmt: skip

    def waiting(self) -> list[Place]:
        return [Place(one, len(totals), spread(totals)) for one, totals in self.totals.items() if one not in self.keys]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """What the keys of the chain say of an entry; asked of tied ones only."""
        measures: dict[str, Measure] = {
            FIRSTS: lambda one: exact(self.firsts[one]),
            EARLIER: self._earliness,
            CHAIR: lambda one: Fraction(-self.decided[one]) if one in self.decided else None,
        }
        keys = dict.fromkeys((*self.rules.criteria, *(self.rules.second.criteria if self.rules.second else ())))
        return measures | {key: self._mean_of(key) for key in keys}

    def _earliness(self, entry: int) -> Fraction | None:
        at = self.contenders[entry].submitted_at
        return None if at is None else Fraction((LONG_AFTER - at) // timedelta(microseconds=1))

    def _mean_of(self, key: str) -> Measure:
        """Return the mean of a criterion: the plain one of all sheets, of both rounds by their weights.

        It does not follow the aggregation: whoever is equal by a median would mostly be equal by this one as well.
        """
        second = self.rules.second
        asked = [(self.first, self.rules.criteria, WHOLE - second.weight if second else WHOLE)]
        asked += [(self.second, second.criteria, second.weight)] if second else []
        rounds = [(sheets, keys.index(key), weight) for sheets, keys, weight in asked if key in keys]

        def mean(entry: int) -> Fraction | None:
            total, weights = Fraction(), 0
            for sheets, at, weight in rounds:
                scores = [score for sheet in sheets[entry] if (score := sheet[3][at]) is not None]
                if not scores:
                    return None
                total, weights = total + weight * exact(sum(scores), len(scores)), weights + weight
            return total / weights

        return mean

    @cached_property
    def firsts(self) -> Counter[int]:
        """By entry, how many jurors gave no other of the nomination more; who read only one compared nothing.

        A juror of both rounds has two voices: what they gave in one is not compared with what they gave in the other.
        """
        given: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for sheets in (*self.first.values(), *self.second.values()):
            for sheet in sheets:
                given.setdefault((sheet[4], sheet[1]), []).append((sheet[2], sheet[0]))
        firsts: Counter[int] = Counter()
        for found in given.values():
            best = max(found)[0]
            if len(found) > 1:
                firsts.update(entry for total, entry in found if total == best)
        return firsts


def blended(first: tuple[int, int], second: tuple[int, int], weight: int) -> tuple[int, int]:
    """Return numerator and denominator of two figures together, of which the second counts `weight` of a hundred."""
    (above, below), (upper, lower) = first, second
    return above * lower * (WHOLE - weight) + upper * below * weight, below * lower * WHOLE


def _figures(sheets: Mapping[int, Sequence[SentSheet]], minimum: int, by: Aggregation) -> dict[int, tuple[int, int]]:
    enough = max(1, minimum)
    return {
        one: figure_parts([sheet[2] for sheet in found], by) for one, found in sheets.items() if len(found) >= enough
    }


def _undecided(ties: Iterable[tuple[Fraction, Tie]]) -> set[int]:
    return {one for _figure, tie in ties if tie.needs_chair for group in tie.groups for one in group}


def _spans(groups: Iterable[Group]) -> Iterator[tuple[Span, Group]]:
    """Yield each group with its places: the first three, shared by two, are «1», «2–3»."""
    first = 1
    for group in groups:
        yield Span(first, first + len(group) - 1), group
        first += len(group)


def _adjusted_ranks(entries: Sequence[int], severity: Severity | None) -> dict[int, Span]:
    """Return the order by the adjusted figures; nothing where no common jurors make them comparable."""
    if severity is None or not severity.compares(entries):
        return {}
    figures = severity.adjusted
    groups: list[list[int]] = []
    for one in sorted(entries, key=figures.__getitem__, reverse=True):
        if groups and figures[groups[-1][-1]] - figures[one] < ALIKE:
            groups[-1].append(one)
        else:
            groups.append([one])
    return {one: span for span, group in _spans(map(tuple, groups)) for one in group}
