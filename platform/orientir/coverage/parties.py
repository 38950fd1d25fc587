"""How many different people stand behind the parties of one home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Gathering(Protocol):
    """A party that took place: [starts_at, ends_at), so one that begins as another ends does not overlap it."""

    @property
    def people(self) -> int: ...

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...

    @property
    def others(self) -> bool: ...


def largest_known_sum(parties: Sequence[Gathering]) -> int:
    """Return the largest sum of parties that are pairwise known to be different people: a lower bound.

    Two are known to differ if they overlap in time or the later one is marked «другие дети» (other children than at
    all that start earlier). Take the last unmarked party of such a set: what starts before it must still run when it
    starts, and whatever is marked and starts after it fits. All marked ones together always fit.
    """
    marked = sum(one.people for one in parties if one.others)
    return max([marked, *(_sum_around(last, parties) for last in parties if not last.others)])


def _sum_around(last: Gathering, parties: Sequence[Gathering]) -> int:
    together = sum(one.people for one in parties if one.starts_at <= last.starts_at < one.ends_at)
    later = sum(one.people for one in parties if one.others and one.starts_at > last.starts_at)
    return together + later
