"""Places, shared ones, ties with their reasons, and who still waits: the rules of domain.md C.3 case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from orientir_practices.ranking import Contender, Ranking, Rules, SentSheet, Span, rank
from orientir_practices.scoring import Aggregation
from orientir_practices.severity import severity

CRITERIA = ("К3", "К4")
CHAIN = ("К3", "К4", "firsts", "earlier")
MORNING = datetime(2026, 4, 10, 9, tzinfo=UTC)
NUMBERS = {one: one for one in range(1, 20)}


def contenders(*numbers: int, at: dict[int, int] | None = None) -> list[Contender]:
    """Entries sent one minute after another, or `at` the minutes said."""
    return [Contender(one, one, MORNING + timedelta(minutes=(at or {}).get(one, one))) for one in numbers]


def sheets(entry: int, *said: tuple[int, int] | tuple[int, int, tuple[int, ...]]) -> list[SentSheet]:
    """Sheets as (juror, total) or (juror, total, scores)."""
    return [SentSheet(entry, one[0], one[1], one[2] if len(one) > 2 else (3, 3)) for one in said]


def ranked(given: list[SentSheet], numbers, *, chair=None, at=None, fitted=None, **rules) -> Ranking:
    said = {"minimum": 1, "criteria": CRITERIA, "chain": CHAIN, **rules}
    return rank(contenders(*numbers, at=at), given, Rules(**said), chair=chair, severity=fitted)


def spans(found: Ranking) -> dict[int, str]:
    return {place.entry_id: str(place.rank) if place.rank else "" for place in found.places}


def reasons(found: Ranking) -> list[str]:
    return [words.replace("\xa0", " ") for words in found.reasons(NUMBERS)]


def test_the_higher_figure_stands_higher_and_only_exact_equals_are_tied():
    given = [*sheets(1, (1, 80), (2, 90), (3, 92)), *sheets(2, (1, 87), (2, 87), (3, 88)), *sheets(3, (1, 87), (2, 88))]
    found = ranked(given, (1, 2, 3), chain=())
    assert spans(found) == {3: "1", 1: "2–3", 2: "2–3"}
    assert [place.final for place in found.places] == [Fraction(175, 2), Fraction(262, 3), Fraction(262, 3)]
    assert [(place.sheets, place.spread) for place in found.places] == [(2, 1), (3, 12), (3, 1)]


@pytest.mark.parametrize(("by", "first"), [(Aggregation.MEAN, 2), (Aggregation.MEDIAN, 1), (Aggregation.TRIMMED, 1)])
def test_the_contest_says_what_the_figure_is(by, first):
    """One juror ruins entry 1: the mean follows, median and trimmed mean do not."""
    given = [*sheets(1, (1, 90), (2, 90), (3, 90), (4, 10)), *sheets(2, *((one, 80) for one in range(1, 5)))]
    assert ranked(given, (1, 2), aggregation=by).places[0].entry_id == first


def test_a_word_no_contest_knows_is_refused():
    with pytest.raises(ValueError, match="mode"):
        Rules(aggregation="mode")


def test_an_entry_that_waits_for_sheets_has_no_place_and_no_zero():
    given = [*sheets(1, (1, 20), (2, 20), (3, 20)), *sheets(2, (1, 99), (2, 99))]
    found = ranked(given, (1, 2, 3), minimum=3)
    assert spans(found) == {1: "1", 2: "", 3: ""}
    one, waiting, unread = found.places
    assert (waiting.final, waiting.sheets, waiting.passes) == (None, 2, False)
    assert [found.waiting(place).replace("\xa0", " ") for place in (one, waiting, unread)] == [
        "",
        "ждём оценок: есть 2 из 3",
        "ждём оценок: есть 0 из 3",
    ]


@pytest.mark.parametrize(("totals", "passes"), [((60, 60, 60), True), ((59, 60, 61), True), ((59, 60, 60), False)])
def test_the_pass_mark_itself_passes_and_a_hair_less_does_not(totals, passes):
    given = sheets(1, *enumerate(totals))
    assert ranked(given, (1,), pass_mark=60).places[0].passes is passes
    assert ranked(given, (1,), pass_mark=None).places[0].passes


# The chain


def test_the_first_criterion_of_the_chain_decides_and_says_so():
    given = [
        *sheets(4, (1, 80, (5, 0)), (2, 80, (5, 0)), (3, 80, (4, 0))),
        *sheets(7, (1, 80, (4, 5)), (2, 80, (4, 5)), (3, 80, (5, 5))),
    ]
    found = ranked(given, (4, 7))
    assert spans(found) == {4: "1", 7: "2"}
    assert reasons(found) == ["Заявки № 4, 7: итог 80,00. Решило среднее по К3: № 4 — 4,67; № 7 — 4,33."]
    assert not any(place.needs_chair for place in found.places)


def test_what_one_key_leaves_together_goes_on_to_the_next():
    given = [
        *sheets(1, (1, 80, (3, 1)), (2, 80, (3, 1))),
        *sheets(2, (1, 80, (3, 5)), (2, 80, (3, 5))),
        *sheets(3, (1, 80, (5, 0)), (2, 80, (5, 0))),
    ]
    found = ranked(given, (1, 2, 3))
    assert spans(found) == {3: "1", 2: "2", 1: "3"}
    assert reasons(found) == [
        "Заявки № 1–3: итог 80,00. Решило среднее по К3: № 3 — 5,00; № 1, 2 — 3,00.",
        "Заявки № 1, 2: итог 80,00. Решило среднее по К4: № 2 — 5,00; № 1 — 1,00.",
    ]


def test_first_places_are_counted_in_the_whole_nomination_and_shared_ones_count_for_each():
    """Entry 1 is nobody's best; 2 is the best of jurors 1 and 2, where juror 2 puts entry 3 beside it."""
    given = [
        *sheets(1, (1, 70), (2, 80), (4, 90)),
        *sheets(2, (1, 90), (2, 90), (3, 60)),
        *sheets(3, (1, 20), (2, 90), (3, 95)),
    ]
    found = ranked(given, (1, 2, 3))
    assert reasons(found) == [
        "Заявки № 1, 2: итог 80,00. Решило, у скольких экспертов заявка первая: № 2 — 2; № 1 — 0."
    ], "juror 4 read one entry and compared nothing"
    assert spans(found) == {2: "1", 1: "2", 3: "3"}


def test_the_earlier_one_stands_higher_where_the_contest_says_so():
    given = [*sheets(1, (1, 80)), *sheets(2, (1, 80)), *sheets(3, (1, 80))]
    found = ranked(given, (1, 2, 3), at={1: 5, 2: 3, 3: 5})
    assert spans(found) == {2: "1", 1: "2–3", 3: "2–3"}
    assert reasons(found) == [
        "Заявки № 1–3: итог 80,00. Решило время подачи: раньше подана № 2, затем № 1, 3.",
        "Заявки № 1, 3: итог 80,00. Равны по всем признакам: порядок решает председатель.",
    ]
    assert [place.needs_chair for place in found.places] == [False, True, True]
    assert spans(ranked(given, (1, 2, 3), chain=())) == {1: "1–3", 2: "1–3", 3: "1–3"}


@pytest.mark.parametrize(
    ("chair", "places", "reason"),
    [
        ({1: 2, 2: 1}, {2: "1", 1: "2"}, "Решил председатель: № 2, затем № 1."),
        ({1: 1, 2: 1}, {1: "1–2", 2: "1–2"}, "Председатель решил, что они делят место."),
        ({1: 1}, {1: "1–2", 2: "1–2"}, "Равны по всем признакам: порядок решает председатель."),
        ({}, {1: "1–2", 2: "1–2"}, "Равны по всем признакам: порядок решает председатель."),
    ],
)
def test_the_last_word_is_the_chairs(chair, places, reason):
    given = [*sheets(1, (1, 80)), *sheets(2, (1, 80))]
    for chain in ((), ("chair",), ("К3", "chair")):
        found = ranked(given, (1, 2), chain=chain, chair=chair)
        assert spans(found) == places
        assert reasons(found) == [f"Заявки № 1, 2: итог 80,00. {reason}"]
        assert {place.needs_chair for place in found.places} == {len(chair) < 2}


def test_whom_the_chair_puts_together_share_and_ask_no_more():
    given = [sheet for one in (1, 2, 3) for sheet in sheets(one, (1, 80))]
    found = ranked(given, (1, 2, 3), chain=("chair", "earlier"), chair={1: 2, 2: 2, 3: 1})
    assert spans(found) == {3: "1", 1: "2–3", 2: "2–3"}
    assert reasons(found) == ["Заявки № 1–3: итог 80,00. Решил председатель: № 3, затем № 1, 2."]


def test_the_chair_cannot_turn_round_what_the_figures_say():
    given = [*sheets(1, (1, 80)), *sheets(2, (1, 81))]
    assert spans(ranked(given, (1, 2), chair={1: 1, 2: 2})) == {2: "1", 1: "2"}


def test_a_key_the_nomination_does_not_have_decides_nothing():
    """К4 has no weight here and was not scored, К9 is not in the rubric."""
    given = [*sheets(1, (1, 80, (3, None))), *sheets(2, (1, 80, (3, None)))]
    found = ranked(given, (1, 2), chain=("К9", "К4", "earlier"))
    assert spans(found) == {1: "1", 2: "2"}


def test_sheets_of_other_nominations_are_passed_over():
    given = [*sheets(1, (1, 80)), *sheets(9, (1, 99))]
    assert spans(ranked(given, (1,))) == {1: "1"}


def test_nothing_is_ranked_where_nothing_was_sent():
    assert ranked([], ()).places == ()
    assert spans(ranked([], (1, 2))) == {1: "", 2: ""}


# Raw and adjusted side by side


def fit(given: list[SentSheet]):
    return severity((one.entry_id, one.juror_id, one.total) for one in given)


def test_a_strict_pair_of_jurors_costs_a_place_and_the_adjusted_rank_shows_it():
    """Jurors 3 and 4 give twenty less than 1 and 2 wherever they meet; entry 1 had only them."""
    given = [
        *sheets(1, (3, 65), (4, 65)),
        *sheets(2, (1, 75), (2, 75)),
        *sheets(3, (1, 60), (2, 60), (3, 40), (4, 40)),
    ]
    found = ranked(given, (1, 2, 3), fitted=fit(given))
    assert spans(found) == {2: "1", 1: "2", 3: "3"}
    assert {place.entry_id: str(place.adjusted_rank) for place in found.places} == {1: "1", 2: "2", 3: "3"}
    assert {place.entry_id: place.adjusted for place in found.places} == pytest.approx({1: 75, 2: 65, 3: 50})
    assert found.is_comparable
    assert found.notes() == []


def test_equal_adjusted_figures_share_their_rank_in_spite_of_floating_point():
    given = [*sheets(1, (1, 70), (2, 60), (3, 71)), *sheets(2, (1, 70), (2, 60), (3, 71)), *sheets(3, (1, 10), (2, 1))]
    found = ranked(given, (1, 2, 3), fitted=fit(given))
    assert [place.adjusted_rank for place in found.places] == [Span(1, 2), Span(1, 2), Span(3, 3)]


def test_without_common_jurors_there_is_no_adjusted_rank_and_a_word_why():
    given = [*sheets(1, (1, 80)), *sheets(2, (2, 70))]
    found = ranked(given, (1, 2), fitted=fit(given))
    assert spans(found) == {1: "1", 2: "2"}
    assert [place.adjusted_rank for place in found.places] == [None, None]
    assert [place.adjusted for place in found.places] == [80, 70]
    assert found.notes() == [
        "Ранг с поправкой на строгость не показан: у части заявок нет общих экспертов, их баллы несравнимы."
    ]


def test_an_entry_that_waits_does_not_spoil_the_comparison_of_the_others():
    given = [*sheets(1, (1, 80), (2, 80)), *sheets(2, (1, 70), (2, 70)), *sheets(3, (9, 50))]
    found = ranked(given, (1, 2, 3), minimum=2, fitted=fit(given))
    assert found.is_comparable
    assert found.places[2].adjusted_rank is None
    assert ranked([], (1,), fitted=fit([])).is_comparable
