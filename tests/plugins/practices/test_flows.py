"""The flow from any start: whatever was dealt before, it ends with the most that can be given, as evenly as can be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orientir_practices.flows import Flow, Group, fill, level, tight_groups


@st.composite
def flows(draw):
    """A few of each side, and a start that a clumsy hand may have dealt."""
    rights = draw(st.integers(1, 5))
    allowed = draw(st.lists(st.sets(st.integers(0, rights - 1)).map(sorted), min_size=1, max_size=5))
    needs = [draw(st.integers(0, min(3, len(may)))) for may in allowed]
    flow = Flow(needs, [draw(st.integers(0, 4)) for _right in range(rights)], allowed)
    for left in draw(st.permutations(range(len(needs)))):
        for right in draw(st.permutations(allowed[left])):
            if flow.lacks(left) > 0 and flow.has_room(right) and draw(st.booleans()):
                flow.give(left, right)
    base = [draw(st.integers(0, 3)) for _right in range(rights)]
    return flow, base


def every_way(flow: Flow) -> Iterator[list[tuple[int, ...]]]:
    """Yield all that may be given, by trying everything."""
    choices = [
        [more for size in range(need + 1) for more in combinations(may, size)]
        for need, may in zip(flow.needs, flow.allowed, strict=True)
    ]
    for way in product(*choices):
        if all(sum(right in rights for rights in way) <= room for right, room in enumerate(flow.rooms)):
            yield list(way)


def size(way) -> int:
    return sum(map(len, way))


def loads(way, base) -> list[int]:
    return sorted((had + sum(right in rights for rights in way) for right, had in enumerate(base)), reverse=True)


def assert_lawful(flow: Flow) -> None:
    for left, rights in enumerate(flow.given):
        assert len(rights) <= flow.needs[left]
        assert rights <= set(flow.allowed[left])
    for right, lefts in enumerate(flow.held):
        assert lefts == {left for left, rights in enumerate(flow.given) if right in rights}
        assert len(lefts) <= flow.rooms[right]


@settings(max_examples=100)
@given(flows(), st.randoms())
def test_the_most_is_given_as_evenly_as_can_be(dealt, random):
    flow, base = dealt
    ways = list(every_way(flow))
    most = max(map(size, ways))
    fill(flow, random.sample(range(len(flow.needs)), len(flow.needs)))
    assert size(flow.given) == most
    assert_lawful(flow)

    # Who lacks is settled by then; evening out moves load, and gives nobody less.
    had = [len(rights) for rights in flow.given]
    level(flow, base)
    assert_lawful(flow)
    assert [len(rights) for rights in flow.given] == had
    alike = [loads(way, base) for way in ways if [len(rights) for rights in way] == had]
    assert loads(flow.given, base) == min(alike), "the largest loads are as small as can be"
    assert loads(flow.given, base)[::-1] == max(one[::-1] for one in alike), "and the smallest as large"


@settings(max_examples=100)
@given(flows())
def test_the_groups_prove_that_no_more_is_possible(dealt):
    flow, _base = dealt
    fill(flow, range(len(flow.needs)))
    groups = tight_groups(flow)
    lacking = {left for left in range(len(flow.needs)) if flow.lacks(left) > 0}
    assert lacking <= {left for group in groups for left in group.lefts}
    for group in groups:
        needed = sum(flow.needs[left] for left in group.lefts)
        elsewhere = sum(len(set(flow.allowed[left]) - group.rights) for left in group.lefts)
        room = sum(flow.rooms[right] for right in group.rights)
        assert needed - elsewhere - room == sum(flow.lacks(left) for left in group.lefts) > 0
    for one, other in combinations(groups, 2):
        assert not one.lefts & other.lefts
        assert not one.rights & other.rights


def test_what_is_given_goes_on_along_a_chain():
    """0 gave itself to the only one whom 2 can have; two steps on there is room."""
    flow = Flow([1, 1, 1], [1, 1, 1], [[0, 1], [1, 2], [0]])
    flow.give(0, 0)
    flow.give(1, 1)
    fill(flow, [2])
    assert flow.given == [{1}, {2}, {0}]


def test_load_goes_along_a_chain_too():
    """Nothing goes from 0 to 2 at once: over 1, who keeps what they carry."""
    flow = Flow([1, 1, 1], [9, 9, 9], [[0, 1], [1, 2], [0]])
    flow.give(0, 0)
    flow.give(1, 1)
    flow.give(2, 0)
    level(flow, [0, 0, 0])
    assert flow.given == [{1}, {2}, {0}]


def test_a_limit_is_kept_while_evening_out():
    flow = Flow([1, 1, 1], [9, 0], [[0, 1], [0, 1], [0, 1]])
    for left in range(3):
        flow.give(left, 0)
    level(flow, [0, 0])
    assert flow.held == [{0, 1, 2}, set()]


@pytest.mark.parametrize(("base", "held"), [([0, 0], 2), ([2, 0], 1), ([5, 0], 0), ([0, 5], 4)])
def test_what_one_carries_already_counts(base, held):
    flow = Flow([1] * 4, [9, 9], [[0, 1]] * 4)
    for left in range(4):
        flow.give(left, 0)
    level(flow, base)
    assert len(flow.held[0]) == held


def test_one_bottleneck_is_one_group():
    flow = Flow([1, 1, 1, 1], [1, 1], [[0], [0], [1], [1]])
    fill(flow, range(4))
    assert tight_groups(flow) == [
        Group(frozenset({0, 1}), frozenset({0})),
        Group(frozenset({2, 3}), frozenset({1})),
    ]
    joined = Flow([1, 1, 1, 1], [1, 1], [[0], [0, 1], [1], [1]])
    fill(joined, range(4))
    assert tight_groups(joined) == [Group(frozenset(range(4)), frozenset({0, 1}))]
