"""Who is given to whom under needs and limits: a largest flow between two sides, and the most even one of that size.

Each one on the left needs several different ones of the right, each one on the right takes only so many. Ones are told
by their place in the lists. `fill` finds the largest flow by augmenting paths, `level` evens the loads of the right,
`tight_groups` are the cuts that prove that no more is possible (Ford and Fulkerson, 1956).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Flow:
    """`needs` of the left, `rooms` of the right, which right ones each left one is `allowed`; then what is given."""

    needs: Sequence[int]
    rooms: Sequence[int]
    allowed: Sequence[Sequence[int]]
    given: list[set[int]] = field(init=False)
    held: list[set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.given = [set() for _left in self.needs]
        self.held = [set() for _right in self.rooms]

    def give(self, left: int, right: int) -> None:
        self.given[left].add(right)
        self.held[right].add(left)

    def take_back(self, left: int, right: int) -> None:
        self.given[left].discard(right)
        self.held[right].discard(left)

    def lacks(self, left: int) -> int:
        return self.needs[left] - len(self.given[left])

    def has_room(self, right: int) -> bool:
        return len(self.held[right]) < self.rooms[right]


@dataclass(frozen=True)
class Group:
    """Left ones that can be given only to these right ones beyond what they have, and these are full."""

    lefts: frozenset[int]
    rights: frozenset[int]


class Search:
    """What can be reached from `starts` by giving one more and taking one back, in turn."""

    def __init__(self, flow: Flow, starts: Iterable[int], origin: int | None = None) -> None:
        self.flow = flow
        self.taken_from: dict[int, int | None] = dict.fromkeys(starts, origin)
        self.given_to: dict[int, int] = {}
        self.origin = origin

    def rights(self) -> Iterator[int]:
        """Yield the right ones in the order they are reached, the nearest first; each time `shift` may follow."""
        queue = deque(self.taken_from)
        while queue:
            left = queue.popleft()
            for right in self.flow.allowed[left]:
                if right in self.given_to or right == self.origin or right in self.flow.given[left]:
                    continue
                self.given_to[right] = left
                for other in self.flow.held[right]:
                    if other not in self.taken_from:
                        self.taken_from[other] = right
                        queue.append(other)
                yield right

    def shift(self, right: int) -> None:
        """Give `right` one more along the way it was reached by; those between keep what they carry."""
        while True:
            left = self.given_to[right]
            giver = self.taken_from[left]
            self.flow.give(left, right)
            if giver is None:
                return
            self.flow.take_back(left, giver)
            if giver == self.origin:
                return
            right = giver


def fill(flow: Flow, order: Iterable[int]) -> None:
    """Give each left one what it needs, as far as anybody can: what `lacks` after it lacks in every flow this large."""
    for left in order:
        while flow.lacks(left) > 0 and _give_one_more(flow, left):
            pass


def level(flow: Flow, base: Sequence[int]) -> None:
    """Even the loads (`base` and what is given) without giving less.

    Afterwards no chain of exchanges brings load from one to another that carries two less. For such flows this is the
    best in every sense at once: the largest load is as small and the smallest as large as can be (Frank and Murota,
    «Decreasing minimization on M-convex sets», 2022). What a settled one reaches is settled with it: it reaches nothing
    beyond, and nothing there is lighter by two than the heaviest.
    """
    open_ones = set(range(len(flow.rooms)))

    def load(right: int) -> tuple[int, int]:
        return base[right] + len(flow.held[right]), right

    while open_ones:
        heaviest = max(open_ones, key=load)
        search = Search(flow, flow.held[heaviest], heaviest)
        reached = list(search.rights())
        lightest = min(filter(flow.has_room, reached), key=load, default=heaviest)
        if load(lightest)[0] + 2 <= load(heaviest)[0]:
            search.shift(lightest)
        else:
            open_ones -= {heaviest, *reached}


def tight_groups(flow: Flow) -> list[Group]:
    """Return for a filled flow why no more can be given: for each place that lacks, the ones that compete for it."""
    groups: list[Group] = []
    for left in range(len(flow.needs)):
        if flow.lacks(left) > 0:
            search = Search(flow, [left])
            rights = frozenset(search.rights())
            groups = _joined(groups, Group(frozenset(search.taken_from), rights))
    return groups


def _give_one_more(flow: Flow, left: int) -> bool:
    search = Search(flow, [left])
    for right in search.rights():
        if flow.has_room(right):
            search.shift(right)
            return True
    return False


def _joined(groups: Sequence[Group], new: Group) -> list[Group]:
    """Return the groups with the new one, which swallows those it shares anybody with."""
    apart = []
    for one in groups:
        if one.lefts & new.lefts or one.rights & new.rights:
            new = Group(one.lefts | new.lefts, one.rights | new.rights)
        else:
            apart.append(one)
    return [*apart, new]
