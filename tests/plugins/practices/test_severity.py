"""Strict and mild jurors: hand cases, and least squares solved exactly over all effects at once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir_practices.severity import Severity, Strictness, severity

Totals = Mapping[tuple[int, int], int]  # (entry, juror) → total


def fit(totals: Totals) -> Severity:
    return severity((entry, juror, total) for (entry, juror), total in totals.items())


def test_a_strict_juror_costs_an_entry_nothing():
    """Juror 2 gives ten points less to everybody; entry 3 was read by strict ones only, entry 4 by mild ones only."""
    fitted = fit({(1, 1): 80, (1, 2): 70, (2, 1): 60, (2, 2): 50, (3, 2): 65, (4, 1): 75})
    assert fitted.jurors[1].points == pytest.approx(-5)
    assert fitted.jurors[2].points == pytest.approx(5)
    assert dict(fitted.adjusted) == pytest.approx({1: 75, 2: 55, 3: 70, 4: 70})
    assert fitted.is_connected
    assert fitted.in_words() == ""
    assert [fitted.jurors[one].sheets for one in (1, 2)] == [3, 3]


def test_where_everybody_reads_everything_the_adjusted_figure_is_the_mean():
    totals = {
        (entry, juror): 50 + 3 * entry - 7 * juror + entry * juror % 3 for entry in range(6) for juror in range(4)
    }
    fitted = fit(totals)
    for entry in range(6):
        assert fitted.adjusted[entry] == pytest.approx(sum(totals[entry, juror] for juror in range(4)) / 4)
    for juror in range(4):
        mean = sum(totals[entry, juror] for entry in range(6)) / 6
        assert fitted.jurors[juror].points == pytest.approx(sum(totals.values()) / 24 - mean)


def test_jurors_are_compared_over_a_chain_of_common_entries():
    """1 and 2 share an entry, 2 and 3 share another: 1 is ten stricter than 2, and 2 four stricter than 3."""
    fitted = fit({(1, 1): 60, (1, 2): 70, (2, 2): 50, (2, 3): 54, (3, 3): 80, (4, 1): 64})
    assert [fitted.jurors[one].points for one in (1, 2, 3)] == pytest.approx([8, -2, -6])
    assert fitted.adjusted[3] == pytest.approx(74)
    assert fitted.adjusted[4] == pytest.approx(72)


def test_parts_that_nobody_joins_are_told_and_not_compared():
    fitted = fit({(1, 1): 60, (1, 2): 70, (2, 1): 50, (3, 3): 80, (4, 3): 90, (5, 4): 10})
    assert fitted.parts == (frozenset({1, 2}), frozenset({3, 4}), frozenset({5}))
    assert not fitted.is_connected
    assert fitted.compares([1, 2])
    assert not fitted.compares([1, 3])
    assert not fitted.compares([1, 9])
    assert fitted.in_words().replace("\xa0", " ") == (
        "Эксперты читали разные заявки, и частей, которые общие эксперты не связывают, получилось 3. "
        "Поправка на строгость сравнивает заявки только внутри каждой части."
    )
    # In each part its own jurors are the measure: alone, nobody is strict.
    assert fitted.jurors[3].points == fitted.jurors[4].points == 0
    assert (fitted.adjusted[3], fitted.adjusted[5]) == (80, 10)


def test_nothing_is_clipped():
    """An excellent entry of very strict jurors may lie above a hundred: the model says so, and it is only advice."""
    fitted = fit({(1, 1): 100, (2, 1): 30, (2, 2): 80, (2, 3): 90})
    assert fitted.adjusted[1] > 100


def test_no_sheets_no_severity():
    assert fit({}) == Severity({}, {}, ())


@pytest.mark.parametrize(
    ("points", "words"),
    [(4.23, "строже среднего на 4,2 балла"), (-3.06, "мягче среднего на 3,1 балла"), (0.04, "на уровне среднего"),
     (-0.0, "на уровне среднего")],
)  # fmt: skip
def test_it_is_said_in_points(points, words):
    assert Strictness(points, 7).in_words().replace("\xa0", " ") == words


def least_squares(totals: Totals) -> dict[int, Fraction] | None:
    """Return μ + entry for each entry by the normal equations of all effects and Σ juror = 0; None: not one part."""
    entries, jurors = (sorted({pair[side] for pair in totals}) for side in (0, 1))
    columns = [("entry", one) for one in entries] + [("juror", one) for one in jurors]
    rows = []
    for kind, one in columns:
        mine = {pair: total for pair, total in totals.items() if pair[kind == "juror"] == one}
        row = [
            sum(pair[other_kind == "juror"] == other for pair in mine) for other_kind, other in columns
        ]  # how often the two effects meet
        rows.append([Fraction(value) for value in (*row, sum(mine.values()))])
    rows.append([Fraction(kind == "juror") for kind, _one in columns] + [Fraction(0)])
    solution = _eliminated(rows, len(columns))
    return solution and dict(zip(entries, solution, strict=False))


def _eliminated(rows: list[list[Fraction]], count: int) -> list[Fraction] | None:
    for at in range(count):
        pivot = next((row for row in rows[at:] if row[at]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        pivot = [value / pivot[at] for value in pivot]
        rows = [[a - row[at] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(at, pivot)
    return [row[-1] for row in rows[:count]]


readings = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 5)), st.integers(0, 100), min_size=1)


@settings(max_examples=80)
@given(readings)
def test_it_is_the_least_squares_fit(totals):
    fitted = fit(totals)
    exact = least_squares(totals)
    assert (exact is not None) == fitted.is_connected
    if exact is not None:
        assert dict(fitted.adjusted) == pytest.approx({one: float(value) for one, value in exact.items()}, abs=1e-8)


@settings(max_examples=50)
@given(readings, st.randoms())
def test_the_order_of_rows_is_nothing(totals, random):
    shuffled = dict(random.sample(list(totals.items()), len(totals)))
    assert fit(totals) == fit(shuffled)


@settings(max_examples=50)
@given(readings)
def test_effects_cancel_in_each_part_and_explain_the_means(totals):
    """Residuals of a least squares fit cancel for each entry and for each juror."""
    fitted = fit(totals)
    for part in fitted.parts:
        jurors = {juror for entry, juror in totals if entry in part}
        assert sum(fitted.jurors[one].points for one in jurors) == pytest.approx(0, abs=1e-8)
    rest = {
        (entry, juror): total - fitted.adjusted[entry] + fitted.jurors[juror].points
        for (entry, juror), total in totals.items()
    }
    for side in (0, 1):
        for one in {pair[side] for pair in totals}:
            assert sum(value for pair, value in rest.items() if pair[side] == one) == pytest.approx(0, abs=1e-8)


def test_a_large_jury_with_thin_ties_is_still_exact():
    """A chain of 200 jurors, each a point stricter than the one before."""
    totals = {(entry, juror): 300 + entry % 7 - juror for entry in range(199) for juror in (entry, entry + 1)}
    fitted = fit(totals)
    assert [fitted.jurors[one].points for one in range(200)] == pytest.approx(
        [one - 99.5 for one in range(200)], abs=1e-7
    )
