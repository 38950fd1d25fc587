"""Random contests, ranked by the plugin and worked out once more by other code: not one place may differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from orientir_testkit.recount import Later, recount

from orientir_practices.ranking import Contender, Rules, SecondRound, SentSheet, rank
from orientir_practices.scoring import Aggregation, sheet_total

WEIGHTS = (8, 7, 5)
CRITERIA = ("К1", "К2", "К3")
KEYS = (*CRITERIA, "firsts", "earlier", "chair", "К9")
MORNING = datetime(2026, 4, 10, tzinfo=UTC)


@st.composite
def contests(draw):
    """Few jurors, coarse scores: many ties; some entries wait for sheets."""
    entries = draw(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
    best = draw(st.sampled_from([1, 2, 5]))
    scores = st.tuples(*[st.integers(0, best)] * 3)
    sheets = {one: draw(st.dictionaries(st.integers(1, 5), scores, max_size=5)) for one in entries}
    submitted = {one: MORNING + timedelta(minutes=draw(st.integers(0, 2))) for one in entries}
    chair = draw(st.dictionaries(st.sampled_from(entries), st.integers(1, 3)))
    chain = draw(st.lists(st.sampled_from(KEYS), max_size=4, unique=True))
    return sheets, submitted, chair, [key for key in chain if key != "chair"]


@settings(max_examples=120)
@given(contests(), st.sampled_from(Aggregation), st.integers(1, 3), st.randoms())
def test_the_places_are_those_of_an_independent_count(contest, by, minimum, random):
    sheets, submitted, chair, chain = contest
    expected = recount(
        sheets, WEIGHTS, by=by, minimum=minimum, chain=chain, criteria=CRITERIA, submitted=submitted, chair=chair
    )
    rows = [
        SentSheet(entry, juror, sheet_total(scores, WEIGHTS), scores)
        for entry, by_juror in sheets.items()
        for juror, scores in by_juror.items()
    ]
    contenders = [Contender(one, number, submitted[one]) for number, one in enumerate(sheets, start=1)]
    random.shuffle(rows)
    random.shuffle(contenders)
    found = rank(contenders, rows, Rules(by, minimum, 60, tuple(chain), CRITERIA), chair=chair)

    ours = {place.entry_id: place.rank and (place.final, *place.rank) for place in found.places}
    assert ours == expected
    assert len(found.places) == len(sheets)
    _assert_consistent(found.places, chair)
    assert found.places == rank(contenders[::-1], rows[::-1], Rules(by, minimum, 60, tuple(chain), CRITERIA),
                                chair=chair).places  # fmt: skip


@settings(max_examples=80)
@given(contests(), st.data(), st.sampled_from(Aggregation), st.integers(1, 99), st.booleans())
def test_with_a_defence_they_are_those_of_both_rounds(contest, data, by, share, own):
    """The second round may ask the same criteria or its own; few jurors and coarse scores make many ties."""
    sheets, submitted, chair, chain = contest
    weights, keys = ((12, 8), ("З1", "З2")) if own else (WEIGHTS, CRITERIA)
    scores = st.tuples(*[st.integers(0, 2)] * len(weights))
    heard = {one: data.draw(st.dictionaries(st.integers(3, 7), scores, max_size=3)) for one in sheets}
    later = Later(share, heard, weights, keys, minimum=1)
    chain = [*chain, *(["З1"] if own else [])]
    expected = recount(sheets, WEIGHTS, by=by, minimum=2, chain=chain, criteria=CRITERIA, submitted=submitted,
                       chair=chair, later=later)  # fmt: skip
    rows = [
        SentSheet(entry, juror, sheet_total(scores, own_weights), scores, number)
        for number, (given, own_weights) in enumerate(((sheets, WEIGHTS), (heard, weights)), start=1)
        for entry, by_juror in given.items()
        for juror, scores in by_juror.items()
    ]
    contenders = [Contender(one, number, submitted[one]) for number, one in enumerate(sheets, start=1)]
    rules = Rules(by, 2, 60, tuple(chain), CRITERIA, SecondRound(share, 1, keys))
    found = rank(contenders, rows, rules, chair=chair)

    assert {place.entry_id: place.rank and (place.final, *place.rank) for place in found.places} == expected
    _assert_consistent(found.places, chair)
    assert found.places == rank(contenders[::-1], rows[::-1], rules, chair=chair).places


def _assert_consistent(places, chair):
    rated = [place for place in places if place.rank]
    assert rated == list(places[: len(rated)]), "what waits stands at the end"
    assert [place.rank.first for place in rated] == sorted(place.rank.first for place in rated)
    for place in rated:
        shared = [other for other in rated if other.rank == place.rank]
        assert len(shared) == place.rank.last - place.rank.first + 1
        assert place.passes == (place.final >= 60)
        if place.needs_chair:
            assert len(shared) > 1
            assert any(other.entry_id not in chair for other in shared)
