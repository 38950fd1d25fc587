"""From scores to the figure of an entry: exact, over sent sheets only, and rounded where it is shown."""

from __future__ import annotations

import statistics
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir_practices.scoring import (
    Aggregation,
    figure_parts,
    final,
    method_words,
    needs_one_more,
    sheet_total,
    shown,
    spread,
    waiting_words,
)

WEIGHTS = (2, 3, 4, 3, 3, 3, 1, 1)
FOR_ALL = (2, 3, 4, 5, 3, 3, 0, 0)  # «Равные возможности»
totals = st.lists(st.integers(0, 100), min_size=1, max_size=9)


def plain(words: str) -> str:
    return words.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("scores", "weights", "total"),
    [
        ((5,) * 8, WEIGHTS, 100),
        ((0,) * 8, WEIGHTS, 0),
        ((1, 2, 3, 4, 5, 0, 1, 2), WEIGHTS, 2 + 6 + 12 + 12 + 15 + 0 + 1 + 2),
        ((5, 5, 5, 5, 5, 5, None, None), FOR_ALL, 100),
        ((4, 4, 4, 4, 4, 4, 5, 5), FOR_ALL, 80),
    ],
)
def test_a_sheet_is_scores_by_weights(scores, weights, total):
    assert sheet_total(scores, weights) == total


@pytest.mark.parametrize(
    ("scores", "weights"),
    [
        ((5,) * 7, WEIGHTS),
        ((5,) * 8, (2, 3, 4, 3, 3, 3, 1, 2)),
        ((5,) * 8, (2, 3, 4, 3, 3, 3, 3, -1)),
        ((6, *(5,) * 7), WEIGHTS),
        ((-1, *(5,) * 7), WEIGHTS),
        ((None, *(5,) * 7), WEIGHTS),
    ],
)
def test_what_is_no_sheet_has_no_total(scores, weights):
    with pytest.raises(ValueError, match=r"Weights|score"):
        sheet_total(scores, weights)


@pytest.mark.parametrize(
    ("by", "given_totals", "figure"),
    [
        (Aggregation.MEAN, [80, 90, 92], Fraction(262, 3)),
        (Aggregation.MEDIAN, [92, 80, 90], 90),
        (Aggregation.MEDIAN, [92, 80, 90, 85], Fraction(175, 2)),
        (Aggregation.MEDIAN, [92, 80], 86),
        (Aggregation.TRIMMED, [10, 80, 90, 92], 85),
        (Aggregation.TRIMMED, [10, 80, 90, 92, 93], Fraction(262, 3)),
        (Aggregation.TRIMMED, [80, 80, 92, 92], 86),
        (Aggregation.TRIMMED, [10, 80, 90], 60),
        (Aggregation.TRIMMED, [10, 80], 45),
        (Aggregation.MEAN, [7], 7),
        (Aggregation.MEDIAN, [7], 7),
        (Aggregation.TRIMMED, [7], 7),
    ],
)
def test_the_figure(by, given_totals, figure):
    assert final(given_totals, by) == figure


@settings(max_examples=60)
@given(totals)
def test_they_are_what_the_library_says_they_are(given_totals):
    exact = [Fraction(one) for one in given_totals]
    assert final(given_totals, Aggregation.MEAN) == statistics.mean(exact)
    assert final(given_totals, Aggregation.MEDIAN) == statistics.median(exact)
    kept = sorted(exact)[1:-1] if len(exact) > 3 else exact
    assert final(given_totals, Aggregation.TRIMMED) == statistics.mean(kept)


@settings(max_examples=60)
@given(totals, st.sampled_from(Aggregation), st.randoms())
def test_the_order_of_sheets_is_nothing_and_the_figure_lies_within_them(given_totals, by, random):
    shuffled = random.sample(given_totals, len(given_totals))
    assert final(given_totals, by) == final(shuffled, by)
    assert min(given_totals) <= final(given_totals, by) <= max(given_totals)


@settings(max_examples=60)
@given(totals, st.sampled_from(Aggregation), st.integers(0, 9))
def test_missing_sheets_never_lower_a_figure_they_keep_it_open(given_totals, by, minimum):
    figure = final(given_totals, by, minimum)
    assert (figure is None) == (len(given_totals) < minimum)
    assert figure in (None, final(given_totals, by))


@pytest.mark.parametrize("by", Aggregation)
def test_no_sheet_is_no_zero(by):
    assert final([], by, 0) is None
    assert plain(waiting_words(2, 3)) == "ждём оценок: есть 2 из 3"


def test_a_word_of_the_database_is_as_good_as_the_name_and_an_unknown_one_is_refused():
    assert final([80, 90, 92, 10], "median") == 85
    assert figure_parts([80, 90, 92, 10], "trimmed") == (170, 2)
    with pytest.raises(ValueError, match="mode"):
        final([80], "mode")


@pytest.mark.parametrize(
    ("given_totals", "far", "calls"),
    [([], 0, False), ([70], 0, False), ([60, 84], 24, False), ([60, 85], 25, True), ([85, 60, 70], 25, True)],
)
def test_a_wide_spread_calls_one_more(given_totals, far, calls):
    assert spread(given_totals) == far
    assert needs_one_more(given_totals) is calls


def test_the_limit_is_the_contests_and_nobody_is_called_for_ever():
    assert needs_one_more([60, 70], 10)
    assert not needs_one_more([60, 70], 11)
    assert needs_one_more([40, 60, 90], most=4)
    assert not needs_one_more([40, 60, 90, 70], most=4)


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (Fraction(262, 3), 2, "87,33"),
        (Fraction(263, 3), 2, "87,67"),
        (Fraction(175, 2), 2, "87,50"),
        (Fraction(1, 200), 2, "0,01"),
        (Fraction(1, 201), 2, "0,00"),
        (Fraction(7, 8), 2, "0,88"),
        (Fraction(-7, 8), 2, "−0,88"),
        (Fraction(-1, 900), 2, "0,00"),
        (100, 2, "100,00"),
        (0, 2, "0,00"),
        (Fraction(5, 2), 0, "3"),
        (4.25, 1, "4,3"),
        (-4.2, 1, "−4,2"),
        (None, 2, ""),
    ],
)
def test_it_is_shown_as_on_paper(value, digits, words):
    assert shown(value, digits) == words


@settings(max_examples=60)
@given(st.fractions(0, 100, max_denominator=60))
def test_halves_go_up(value):
    decimal = Decimal(value.numerator) / value.denominator
    assert shown(value) == str(decimal.quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")


@pytest.mark.parametrize(
    ("by", "count", "words"),
    [
        (Aggregation.MEAN, 3, "среднее 3 оценок"),
        (Aggregation.MEAN, 21, "среднее 21 оценки"),
        (Aggregation.MEDIAN, 4, "медиана 4 оценок"),
        (Aggregation.TRIMMED, 5, "среднее 5 оценок без самой высокой и самой низкой"),
        (Aggregation.TRIMMED, 3, "среднее 3 оценок: крайние отбрасывают, когда их не меньше четырёх"),
    ],
)
def test_it_says_how_the_figure_came_out(by, count, words):
    assert plain(method_words(by, count)) == words
