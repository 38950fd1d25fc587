"""Krippendorff's alpha against the examples of those who published it, and jurors who did not distinguish."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir_practices.agreement import Agreement, FlatLine, Gap, Metric, agreement, agreements, flat_lines

NONE = None
# Four observers, twelve units (K. Krippendorff, «Computing Krippendorff's Alpha-Reliability», 2011, part C).
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]
# Three coders, fifteen units (Wikipedia, «Krippendorff's alpha», A computational example).
THREE_CODERS = [
    [NONE, NONE, NONE, NONE, NONE, 3, 4, 1, 2, 1, 1, 3, 3, NONE, 3],
    [1, NONE, 2, 1, 3, 3, 4, 3, NONE, NONE, NONE, NONE, NONE, NONE, NONE],
    [NONE, NONE, 2, 1, 3, 4, 4, NONE, 2, 1, 1, 3, 3, NONE, 4],
]


def units(rows):
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize(("metric", "published"), [(Metric.INTERVAL, 0.849), (Metric.ORDINAL, 0.815)])
def test_krippendorffs_own_example(metric, published):
    """Published in «Computing Krippendorff's Alpha-Reliability» (2011): interval .849, ordinal .815.

    To more digits, as the packages `krippendorff` (Python) and `irr` (R) give them: 0.849107 and 0.815388. Unit 12 has
    one value and pairs with nothing.
    """
    found = agreement(units(FOUR_OBSERVERS), metric)
    assert round(float(found.alpha), 3) == published
    assert found.entries == 11
    assert round(float(found.alpha), 6) == {0.849: 0.849107, 0.815: 0.815388}[published]


def test_the_example_of_the_encyclopaedia():
    """Wikipedia, «Krippendorff's alpha», A computational example: interval 0.811 (0.810845 by `krippendorff`)."""
    assert round(float(agreement(units(THREE_CODERS)).alpha), 6) == 0.810845


def test_it_is_an_exact_number():
    """Two jurors, two entries: observed (0 + 1)·2/4, expected over all pairs of 1, 1, 2, 1."""
    assert agreement([[1, 1], [2, 1]]).alpha == Fraction(0)
    assert agreement([[1, 1], [2, 2]]).alpha == 1
    assert agreement([[1, 2], [2, 1]]).alpha == Fraction(-1, 2)


@pytest.mark.parametrize("metric", Metric)
def test_one_value_everywhere_is_no_agreement_but_no_spread(metric):
    found = agreement([[3, 3, 3], [3, 3], [3, None]], metric)
    assert found == Agreement(None, 2, Gap.NO_SPREAD)
    assert found.in_words() == "нет разброса: все поставили одно и то же"


@pytest.mark.parametrize("entries", [[], [[]], [[1], [None, 5]], [[None, None]]])
def test_without_pairs_there_is_nothing_to_compare(entries):
    found = agreement(entries)
    assert found == Agreement(None, 0, Gap.NO_PAIRS)
    assert found.in_words() == "сравнить нечего"


@pytest.mark.parametrize(
    ("alpha", "words"),
    [
        (Fraction(9, 10), "0,90: эксперты понимают критерий одинаково"),
        (Fraction(4, 5), "0,80: эксперты понимают критерий одинаково"),
        (Fraction(7, 10), "0,70: согласие есть, но выводы осторожные"),
        (Fraction(1, 2), "0,50: эксперты понимают критерий по-разному"),
        (Fraction(-1, 2), "−0,50: эксперты понимают критерий по-разному"),
    ],
)
def test_it_is_said_what_an_alpha_means(alpha, words):
    assert Agreement(alpha, 5).in_words() == words


def plain_alpha(entries, metric):
    """By the definition: all pairs inside entries, all pairs there are."""
    pairable = [[one for one in scores if one is not None] for scores in entries]
    pairable = [scores for scores in pairable if len(scores) > 1]
    everything = [one for scores in pairable for one in scores]

    def distance(one, other):
        if metric == Metric.INTERVAL:
            return Fraction((one - other) ** 2)
        low, high = min(one, other), max(one, other)
        between = sum(low <= score <= high for score in everything)
        return (between - Fraction(everything.count(one) + everything.count(other), 2)) ** 2

    n = len(everything)
    observed = sum(
        sum(2 * distance(*pair) for pair in combinations(scores, 2)) / (len(scores) - 1) for scores in pairable
    ) / Fraction(n)
    expected = sum(2 * distance(*pair) for pair in combinations(everything, 2)) / Fraction(n * (n - 1))
    return 1 - observed / expected


scored = st.lists(st.lists(st.none() | st.integers(0, 5), max_size=5), min_size=1, max_size=8)


@settings(max_examples=60)
@given(scored, st.sampled_from(Metric), st.randoms())
def test_it_is_the_definition_in_whatever_order(entries, metric, random):
    found = agreement(entries, metric)
    if found.alpha is not None:
        assert found.alpha == plain_alpha(entries, metric)
        assert found.alpha <= 1
    shuffled = [random.sample(scores, len(scores)) for scores in random.sample(entries, len(entries))]
    assert agreement(shuffled, metric) == found


def test_each_criterion_has_its_own():
    sheets = [(1, (5, 3, None)), (1, (5, 0, None)), (2, (1, 0, 4)), (2, (1, 3, None)), (3, (0, 1, 5))]
    found = agreements(sheets, 3)
    assert [one.alpha for one in found] == [1, agreement([[3, 0], [0, 3]]).alpha, None]
    assert found[2].gap == Gap.NO_PAIRS
    assert agreements([], 2) == (Agreement(None, 0, Gap.NO_PAIRS),) * 2


def test_jurors_who_gave_the_same_to_everything_are_marked():
    sheets = [
        (1, (5, 5, 5)), (1, (5, 5, 5)),  # the same to all
        (2, (5, 5, 5)), (2, (3, 3, 3)), (2, (1, 2, 3)),  # looks at entries, not at criteria
        (3, (1, 2, 3)),
        (4, (2, 2, None)),
        (5, (4, None, None)),
    ]  # fmt: skip
    marks = flat_lines(sheets)
    assert marks == {1: FlatLine(2, 2, 5), 2: FlatLine(3, 2), 4: FlatLine(1, 1, 2)}
    assert marks[1].in_words() == "всем и за всё поставил(а) 5 (листов: 2)"
    assert marks[2].in_words().replace("\xa0", " ") == "листов с одной оценкой за всё: 2 из 3"
