"""Who reads what: against every distribution there is where they can be counted, and at the size of a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orientir_testkit.readings import juror, work

from orientir_practices.distribution import Distribution, EntryToRead, Reader, ban_of, distribute
from orientir_practices.shortages import Ban, TooFewJurors, TooLittleRoom

ADVICE = "Добавьте экспертов или поднимите предел нагрузки."
few = st.frozensets(st.integers(1, 3), max_size=2)


@st.composite
def entries(draw, most=4):
    """Entries of a few organisations, municipalities and nominations, some with jurors already."""
    count = draw(st.integers(1, most))
    return [
        EntryToRead(
            id=10 + place, number=place + 1, organisation_id=draw(st.integers(1, 3)),
            municipality_id=draw(st.none() | st.integers(1, 3)), nomination_id=draw(st.integers(1, 2)),
            authors=draw(few), partners=draw(few), assigned=draw(st.frozensets(st.integers(1, 5), max_size=2)),
        )
        for place in range(count)
    ]  # fmt: skip


@st.composite
def readers(draw, most=5):
    count = draw(st.integers(0, most))
    return [
        Reader(
            id=place + 1, user_id=draw(st.integers(1, 9)), organisations=draw(few), municipalities=draw(few),
            conflicts=draw(st.frozensets(st.integers(10, 13), max_size=2)), most=draw(st.none() | st.integers(0, 4)),
            nominations=draw(st.none() | st.frozensets(st.integers(1, 2), min_size=1)),
        )
        for place in range(count)
    ]  # fmt: skip


def every_distribution(works: Sequence[EntryToRead], jury: Sequence[Reader], each: int) -> Iterator[list[set[int]]]:
    """Yield all that are allowed: by trying everything."""
    choices = []
    for entry in works:
        may = [one.id for one in jury if one.id not in entry.assigned and ban_of(entry, one) is None]
        choices.append([{*entry.assigned, *more} for more in combinations(may, max(0, each - len(entry.assigned)))])
    for found in product(*choices):
        if all(_is_within(one, works, found) for one in jury):
            yield list(found)


def _is_within(one: Reader, works: Sequence[EntryToRead], found: Sequence[set[int]]) -> bool:
    had = sum(one.id in entry.assigned for entry in works)
    has = sum(one.id in jurors for jurors in found)
    return one.most is None or has == had or has <= one.most


def loads_of(jury: Sequence[Reader], found: Sequence[set[int]]) -> list[int]:
    return sorted((sum(one.id in jurors for jurors in found) for one in jury), reverse=True)


@settings(max_examples=100)
@given(entries(), readers(), st.integers(1, 3), st.integers(0, 5))
def test_it_is_possible_and_even_just_where_trying_everything_says_so(works, jury, each, seed):
    found = distribute(works, jury, each, seed=seed)
    all_ways = [loads_of(jury, way) for way in every_distribution(works, jury, each)]
    assert found.is_whole == bool(all_ways)
    if all_ways:
        ours = sorted(found.loads.values(), reverse=True)
        assert ours == min(all_ways), "the largest loads are as small as can be"
        assert ours[::-1] == max(way[::-1] for way in all_ways), "and the smallest as large"


@settings(max_examples=100)
@given(entries(), readers(), st.integers(1, 3), st.integers(0, 5))
def test_nobody_reads_the_own_and_those_who_stand_stay(works, jury, each, seed):
    found = distribute(works, jury, each, seed=seed)
    by_id = {one.id: one for one in jury}
    for entry in works:
        jurors = found.given[entry.id]
        assert entry.assigned <= set(jurors)
        added = set(jurors) - entry.assigned
        assert all(ban_of(entry, by_id[one]) is None for one in added)
        assert len(added) <= max(0, each - len(entry.assigned))
        assert len(jurors) == len(set(jurors))
    counted = Counter(one for jurors in found.given.values() for one in jurors)
    assert found.loads == {one.id: counted[one.id] for one in jury}
    assert found == distribute(works[::-1], jury[::-1], each, seed=seed)


@settings(max_examples=100)
@given(entries(), readers(), st.integers(1, 3))
def test_what_lacks_is_told_in_numbers_that_prove_it(works, jury, each):
    """The sum of what the cuts say is missing is exactly what is missing."""
    found = distribute(works, jury, each, seed=1)
    missing = sum(max(0, each - len(found.given[entry.id])) for entry in works)
    told = 0
    for one in found.shortages:
        assert one.in_words().startswith(("Заявк", "Нагрузка"))
        told += (
            (one.each - one.available) * len(one.entries) if isinstance(one, TooFewJurors) else one.needed - one.room
        )
    assert told == missing


@settings(max_examples=60)
@given(entries(most=3), readers(most=4), st.integers(1, 3))
def test_where_not_everybody_can_have_theirs_the_most_is_given(works, jury, each):
    found = distribute(works, jury, each, seed=3)
    given_ones = sum(len(jurors) for jurors in found.given.values())
    assert given_ones == max(_sizes(works, jury, each))


def _sizes(works: Sequence[EntryToRead], jury: Sequence[Reader], each: int) -> Iterator[int]:
    subsets = []
    for entry in works:
        may = [one.id for one in jury if one.id not in entry.assigned and ban_of(entry, one) is None]
        wanted = max(0, each - len(entry.assigned))
        subsets.append(
            [{*entry.assigned, *more} for size in range(wanted + 1) for more in combinations(may, min(size, len(may)))]
        )
    for way in product(*subsets):
        if all(_is_within(one, works, way) for one in jury):
            yield sum(map(len, way))


def region() -> tuple[list[EntryToRead], list[Reader]]:
    """300 entries of 42 municipalities and 40 jurors from twenty of them."""
    works = [work(n, municipality_id=n % 42, organisation_id=n % 200, nomination_id=n % 6) for n in range(300)]
    jury = [juror(n, municipalities=frozenset({n % 20}), organisations=frozenset({n * 7 % 200})) for n in range(40)]
    return works, jury


def pairs_of(found: Distribution) -> Counter[tuple[int, int]]:
    return Counter(pair for jurors in found.given.values() for pair in combinations(jurors, 2))


def reached(found: Distribution) -> set[int]:
    """Return the jurors who are joined to the first one by entries they share."""
    seen, waiting = set(), [min(found.loads)]
    while waiting:
        seen.add(one := waiting.pop())
        waiting += [other for jurors in found.given.values() if one in jurors for other in jurors if other not in seen]
    return seen


@pytest.mark.parametrize("seed", [1, 2, "весна"])
def test_a_region_is_dealt_evenly_and_mixed(seed):
    works, jury = region()
    found = distribute(works, jury, 5, seed=seed)
    assert found.is_whole
    assert {len(jurors) for jurors in found.given.values()} == {5}
    assert set(found.loads.values()) == {37, 38}
    assert reached(found) == set(found.loads), "everybody can be compared with everybody"
    meetings = pairs_of(found)
    assert len(meetings) > 0.95 * 40 * 39 / 2, "almost everybody meets almost everybody"
    assert max(meetings.values()) <= 10, "3.8 times on the average"


def test_another_seed_deals_otherwise():
    works, jury = region()
    assert distribute(works, jury, 5, seed=1).given != distribute(works, jury, 5, seed=2).given


@pytest.mark.parametrize("each", [2, 3, 4])
def test_jurors_are_joined_wherever_there_are_readings_enough(each):
    """A graph of entries and jurors hangs together only with as many lines as it has points, less one."""
    for count, hands, seed in product(range(2, 11), range(each, 9), range(2)):
        found = distribute([work(n) for n in range(count)], [juror(n) for n in range(hands)], each, seed=seed)
        assert max(found.loads.values()) - min(found.loads.values()) <= 1
        if count * each >= count + hands - 1:
            assert reached(found) == set(range(hands)), (count, hands, seed)


def test_the_order_of_an_entrys_jurors_tells_nothing():
    """«Эксперт 1» would otherwise be the one with the smallest id, and authors of two entries could compare."""
    works, jury = [work(n) for n in range(60)], [juror(n) for n in range(3)]
    first = Counter(jurors[0] for jurors in distribute(works, jury, 3, seed=1).given.values())
    assert all(10 < first[one] < 30 for one in range(3))


def test_a_full_juror_gives_up_what_others_can_read():
    """Only the first may read the third entry, and has room for one: what was dealt to them goes on to the second."""
    works = [work(1), work(2), work(3, nomination_id=2)]
    jury = [juror(1, most=1), juror(2, nominations=frozenset({1}))]
    found = distribute(works, jury, 1, seed=1)
    assert found.given == {101: (2,), 102: (2,), 103: (1,)}


@pytest.mark.parametrize("seed", range(20))
def test_a_ring_of_bottlenecks_is_undone(seed):
    """Nine jurors with room for one, each of two neighbouring nominations of one entry: dealing alone gets stuck."""
    works = [work(n, nomination_id=n) for n in range(9)]
    jury = [juror(n, nominations=frozenset({n, (n + 1) % 9}), most=1) for n in range(9)]
    found = distribute(works, jury, 1, seed=seed)
    assert found.is_whole
    assert set(found.loads.values()) == {1}


@pytest.mark.parametrize("seed", range(20))
def test_a_nomination_that_is_read_by_one_more_evens_out_its_neighbour(seed):
    """Six entries for the first and the second juror, six for the second and the third: four each."""
    works = [work(n, nomination_id=n % 2) for n in range(12)]
    jury = [juror(1, nominations=frozenset({0})), juror(2), juror(3, nominations=frozenset({1}))]
    assert set(distribute(works, jury, 1, seed=seed).loads.values()) == {4}


def test_later_entries_even_out_what_stands():
    """The first juror has four already: the new ones go to the others."""
    works = [work(n, assigned=frozenset({1})) for n in range(4)] + [work(n) for n in range(4, 8)]
    found = distribute(works, [juror(1), juror(2), juror(3)], 2, seed=1)
    assert sorted(found.loads.values()) == [5, 5, 6]


def test_a_juror_who_left_counts_for_the_entry_and_gets_nothing():
    found = distribute([work(1, assigned=frozenset({99}))], [juror(1), juror(2)], 2, seed=1)
    assert len(found.given[101]) == 2
    assert 99 in found.given[101]
    assert sorted(found.loads.values()) == [0, 1]


@pytest.mark.parametrize(
    ("entry", "reader", "ban"),
    [
        ({"organisation_id": 5}, {"organisations": frozenset({5})}, Ban.ORGANISATION),
        ({"municipality_id": 5}, {"municipalities": frozenset({4, 5})}, Ban.MUNICIPALITY),
        ({}, {"conflicts": frozenset({101})}, Ban.CONFLICT),
        ({"authors": frozenset({501})}, {}, Ban.AUTHOR),
        ({"partners": frozenset({8})}, {"organisations": frozenset({8})}, Ban.PARTNER),
        ({"nomination_id": 2}, {"nominations": frozenset({1})}, Ban.NOMINATION),
        ({"municipality_id": None}, {"municipalities": frozenset({1})}, None),
        ({}, {}, None),
    ],
)  # fmt: skip
def test_each_ban_stands_alone(entry, reader, ban):
    assert ban_of(work(1, **entry), juror(1, **reader)) is ban
    given_ones = distribute([work(1, **entry)], [juror(1, **reader)], 1, seed=1).given[101]
    assert given_ones == (() if ban else (1,))


def test_no_jurors_wanted_is_no_question():
    with pytest.raises(ValueError, match="at least one"):
        distribute([], [], 0, seed=1)


# More beside those who read


def test_somebodys_entries_go_to_the_least_loaded():
    entries = [work(1, assigned=frozenset({1})), work(2, assigned=frozenset({1})), work(3, assigned=frozenset({2, 3}))]
    jury = [juror(1), juror(2), juror(3), juror(4)]
    dealt = distribute(entries, jury, 2, seed=1, more={101: 1, 102: 1})
    assert dealt.is_whole
    assert set(dealt.given[103]) == {2, 3}, "what is not named gets nobody more"
    assert dealt.loads[4] >= 1
    assert max(dealt.loads.values()) == 2


@settings(max_examples=40)
@given(st.integers(2, 6), st.integers(1, 10), st.randoms())
def test_what_is_handed_over_is_level_whoever_had_it(readers: int, count: int, random):
    """Nobody bans anybody: loads of those left then differ by one at most where all entries go over."""
    jury = [juror(n) for n in range(readers)]
    dealt = distribute(
        [work(n) for n in range(count)], jury, 1, seed=random.random(), more={100 + n: 1 for n in range(count)}
    )
    assert dealt.is_whole
    assert max(dealt.loads.values()) - min(dealt.loads.values()) <= 1


def test_it_says_why_there_is_nobody_more():
    entry = work(4, municipality_id=7, assigned=frozenset({1}))
    jury = [juror(1), juror(2, municipalities=frozenset({7})), juror(3, fell_out=frozenset({104}))]
    [nobody] = distribute([entry], jury, 3, seed=1, more={104: 1}).shortages
    assert isinstance(nobody, TooFewJurors)
    assert nobody.in_words().replace("\xa0", " ") == (
        "Заявке № 4 доступен только 1 эксперт из 2: остальные — 1 выбыл из этой заявки, 1 из того же муниципалитета."
    )
    full_ones = [juror(1), juror(3, most=0)]
    [full] = distribute([entry], full_ones, 3, seed=1, more={104: 1}).shortages
    assert isinstance(full, TooLittleRoom)
    assert (full.needed, full.room) == (1, 0)
