"""Shares of people, in whole numbers and fractions: nothing is rounded before it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil

NEAR = Fraction(9, 10)


class Status(StrEnum):
    """Six states of a share; the values are those the templates know."""

    REACHED = "reached"
    NEAR = "near"
    MISSED = "missed"
    NO_DATA = "no_data"
    NO_GOAL = "no_goal"
    ERROR = "error"


@dataclass(frozen=True)
class Share:
    """`covered` of `base` people.

    `covered` are the people of the homes whose headcount is known, so that both numbers speak of the same people;
    `uncounted` were reached in the others. Without any headcount `base` is None and `covered` all who were reached.
    `base_ovz` are those of the base with ОВЗ, None where the share was not made of headcounts. `target` is a part of
    one; `missing_classes` have no headcount, `missing_organisations` nothing to build a base of.
    What follows from these is worked out once: a page asks each of its lines a dozen times, and fractions are slow.
    """

    covered: int
    base: int | None
    target: Fraction | None = None
    missing_classes: int = 0
    missing_organisations: int = 0
    uncounted: int = 0
    participations: int = 0
    base_ovz: int | None = None

    @cached_property
    def value(self) -> Fraction | None:
        """The share as a part of one, above one where the data are wrong; None where there is nobody to divide by."""
        return Fraction(self.covered, self.base) if self.base else None

    @cached_property
    def is_empty(self) -> bool:
        """Whether it is known that there is nobody: zero was entered everywhere, which is not «нет данных» (V-11)."""
        return self.base == 0 and not self.missing_classes and not self.missing_organisations

    @cached_property
    def status(self) -> Status:
        """The state, judged on unrounded values; more people than there are is an error (V-03), never clipped."""
        if self.base is not None and self.covered > self.base:
            return Status.ERROR
        if self.value is None:
            return Status.NO_DATA
        if self.target is None:
            return Status.NO_GOAL
        # the two fractions compared across, in whole numbers
        reached, wanted = self.covered * self.target.denominator, self.target.numerator * (self.base or 0)
        if reached >= wanted:
            return Status.REACHED
        return Status.NEAR if reached * NEAR.denominator >= wanted * NEAR.numerator else Status.MISSED

    @cached_property
    def is_idle(self) -> bool:
        """Whether nothing was counted and nothing is planned: pages name such an activity and draw no figure of it."""
        return self.target is None and not (self.covered or self.participations or self.uncounted)

    @cached_property
    def goal(self) -> int | None:
        """People needed to reach the target, rounded up: 80 % of 58 834 are 47 068."""
        if self.target is None or self.base is None or (self.base == 0 and not self.is_empty):
            return None
        return ceil(self.target * self.base)

    @cached_property
    def gap(self) -> int | None:
        """People still needed; None where it cannot be known: no base, no target, or an error in the data."""
        if self.goal is None or self.status is Status.ERROR:
            return None
        return max(0, self.goal - self.covered)

    @cached_property
    def upper(self) -> int:
        """The most people there can be behind the participations."""
        return self.participations if self.base is None else min(self.participations, self.base)


def sum_shares(shares: Iterable[Share], target: Fraction | None) -> Share:
    """Return the share of all together: sums of people over sums of people, never a mean of percentages."""
    parts = list(shares)
    counted = [one for one in parts if one.base is not None]
    strays = sum(one.covered for one in parts if one.base is None)
    return Share(
        covered=sum(one.covered for one in counted) if counted else strays,
        base=sum(one.base or 0 for one in counted) if counted else None,
        target=target,
        missing_classes=sum(one.missing_classes for one in parts),
        missing_organisations=sum(one.missing_organisations for one in parts),
        uncounted=sum(one.uncounted for one in parts) + (strays if counted else 0),
        participations=sum(one.participations for one in parts),
        base_ovz=sum(one.base_ovz or 0 for one in counted) if counted else None,
    )
