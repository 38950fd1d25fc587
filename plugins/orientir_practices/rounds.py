"""The rounds of a contest: the first is the contest itself, the second its defence, where it has one (domain.md C.3).

A round has its experts each, its last day, its rubric and sheets of its own. What an entry gets in the end is the sum
of its rounds by their weights, in exact numbers (`ranking.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orientir.i18n import _
from orientir_practices.models import Contest, Nomination, Stage

FIRST, DEFENCE = 1, 2
WHOLE = 100  # what the weights of the rounds make together
STAGE_OF: Mapping[int, Stage] = {FIRST: Stage.EXPERTISE, DEFENCE: Stage.DEFENCE}
AFTER_SHORTLIST = (Stage.DEFENCE, Stage.PROTOCOL, Stage.PUBLISHED)
GIVEN_IN = (Stage.CHECK, Stage.EXPERTISE, Stage.DEFENCE)  # where entries are given to experts


@dataclass(frozen=True)
class Line:
    """A line of the rubric of a round: what is asked, and what 0, 1, 3 and 5 look like."""

    key: str
    title: str
    anchors: Mapping[str, str]


def current(contest: Contest) -> int:
    """Return the round the contest is in, or was last."""
    return DEFENCE if contest.defence is not None and contest.stage in AFTER_SHORTLIST else FIRST


def rounds_of(contest: Contest) -> tuple[int, ...]:
    """Return the rounds there have been so far, the one in hand among them."""
    return tuple(range(FIRST, current(contest) + 1))


def title_of(contest: Contest, number: int) -> str:
    """Return what people call a round."""
    return contest.defence.title if number == DEFENCE and contest.defence else _("Заочная экспертиза")


def weight_of(contest: Contest, number: int) -> int:
    """Return what a round counts of a hundred."""
    of_defence = contest.defence.weight if contest.defence else 0
    return of_defence if number == DEFENCE else WHOLE - of_defence


def until_of(contest: Contest, number: int) -> datetime:
    """Return the first moment that is too late for a sheet of a round."""
    return contest.defence.until if number == DEFENCE and contest.defence else contest.expertise_until


def last_day_of(contest: Contest, number: int) -> date:
    """Return the last day experts may send sheets of a round, in the region."""
    return contest.last_day_before(until_of(contest, number))


def each_of(contest: Contest, number: int) -> int:
    """Return how many sheets an entry needs in a round to have a figure of it."""
    return contest.defence.jurors_each if number == DEFENCE and contest.defence else contest.jurors_each


def has_own_rubric(contest: Contest, number: int) -> bool:
    return number == DEFENCE and contest.defence is not None and bool(contest.defence.rubric)


def rubric_of(contest: Contest, number: int) -> Sequence[Line]:
    """Return all criteria of a round in their order; a defence without its own has those of the first round."""
    if number == DEFENCE and contest.defence and contest.defence.rubric:
        return [Line(one["key"], one["title"], one["anchors"]) for one in contest.defence.rubric]
    return [Line(one.key, one.title, one.anchors) for one in contest.criteria]


def weights_of(nomination: Nomination, number: int) -> Mapping[str, int]:
    """Return the weights of the criteria of a round by key, together twenty; own ones are those of all nominations."""
    defence = nomination.contest.defence
    if number == DEFENCE and defence and defence.rubric:
        return {one["key"]: one["weight"] for one in defence.rubric}
    return nomination.weights


def asked_of(nomination: Nomination, number: int) -> list[Line]:
    """Return the criteria that count in a nomination: those of weight 0 are not asked for."""
    weights = weights_of(nomination, number)
    return [line for line in rubric_of(nomination.contest, number) if weights.get(line.key)]
