"""The largest sum of parties known to be different people, against every subset there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from orientir.coverage.parties import largest_known_sum

MORNING = datetime(2026, 3, 10, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Group:
    people: int
    start: int
    hours: int
    others: bool = False

    @property
    def starts_at(self) -> datetime:
        return MORNING + timedelta(hours=self.start)

    @property
    def ends_at(self) -> datetime:
        return MORNING + timedelta(hours=self.start + self.hours)


def known_different(one: Group, other: Group) -> bool:
    """Overlapping, or the later one says that it brings other children than all that started before."""
    if one.start < other.start + other.hours and other.start < one.start + one.hours:
        return True
    return (one if one.start > other.start else other).others


def heaviest_clique(parties: list[Group]) -> int:
    return max(
        sum(one.people for one in chosen)
        for size in range(len(parties) + 1)
        for chosen in combinations(parties, size)
        if all(known_different(*pair) for pair in combinations(chosen, 2))
    )


groups = st.builds(
    Group,
    people=st.integers(1, 30),
    start=st.integers(0, 8),
    hours=st.integers(1, 4),
    others=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(groups, max_size=8))
def test_it_finds_the_heaviest_set_of_parties_that_are_pairwise_different(parties: list[Group]):
    assert largest_known_sum(parties) == heaviest_clique(parties)


@given(st.lists(groups, min_size=2, max_size=8), st.randoms())
def test_the_order_in_which_parties_were_recorded_does_not_matter(parties: list[Group], random):
    shuffled = random.sample(parties, len(parties))
    assert largest_known_sum(shuffled) == largest_known_sum(parties)


def test_nobody_came():
    assert largest_known_sum([]) == 0


def test_two_visits_of_one_class_may_be_the_same_children():
    assert largest_known_sum([Group(12, start=0, hours=1), Group(15, start=3, hours=1)]) == 15


def test_one_that_begins_as_another_ends_may_be_the_same_children():
    assert largest_known_sum([Group(12, start=0, hours=1), Group(15, start=1, hours=1)]) == 15


def test_halves_of_a_class_at_the_same_time_add_up():
    assert largest_known_sum([Group(12, start=0, hours=2), Group(15, start=1, hours=2)]) == 27


def test_other_children_add_up_with_all_that_came_before():
    assert largest_known_sum([Group(12, 0, 1), Group(9, 3, 1, others=True), Group(6, 6, 1, others=True)]) == 27


def test_other_children_are_not_other_than_those_who_come_later():
    assert largest_known_sum([Group(5, 0, 1, others=True), Group(4, 3, 1)]) == 5


def test_marked_parties_add_up_though_an_unmarked_one_came_last():
    assert largest_known_sum([Group(5, 0, 1, others=True), Group(5, 2, 1, others=True), Group(1, 4, 1)]) == 10
