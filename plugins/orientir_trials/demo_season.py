"""A year of trials at full size, planned before a row is written: which dates there are, and which classes go there.

How many took part is what the source asks for (Распоряжение № 337-р, п. 5: 65 %, 105 000 of 162 000 pupils).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from orientir.bookings.rooms import Span
from orientir_trials.models import Trial

GOAL = Fraction(65, 100)  # participations for each pupil
HELD_EACH, COMING_EACH = 3, 1  # dates of a card
AHEAD = 60  # days the coming dates are spread over
SUNDAY = 6
COMING_EVERY = 5  # one class in five is booked for a coming date
ALONE_EVERY, BY_NUMBER_EVERY = 4, 8  # one group in four books by cards, one in eight is told by number
ALONE = 8  # pupils of such a class
ABSENT = 0.08
LONGEST_QUEUE = 3


@dataclass(frozen=True)
class Pupils:
    """A class and the ids of its numbers."""

    class_id: int
    organisation_id: int
    municipality_id: int
    grade: int
    last_grade: int
    students: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Pupils of one class who book together, `own`: one of them with a card. `came` tells who of them was there."""

    pupils: Pupils
    students: tuple[int, ...]
    came: tuple[int, ...] = ()
    own: bool = False
    is_by_number: bool = False

    @property
    def ovz(self) -> int:
        return 0 if self.own else len(self.students) // 12

    @property
    def came_ovz(self) -> int:
        return min(self.ovz, len(self.came))


@dataclass
class PlannedDate:
    """A date to be, with the groups that have a place on it and those that wait for one."""

    trial: Trial
    occasion: Span
    is_held: bool
    groups: list[Group] = field(default_factory=list)
    queue: list[Group] = field(default_factory=list)
    taken: int = 0

    @property
    def free(self) -> int:
        return self.trial.capacity - self.taken

    def takes(self, pupils: Pupils) -> bool:
        return pupils.grade <= self.trial.last_grade and pupils.last_grade >= self.trial.first_grade

    def let_in(self, groups: Iterable[Group]) -> None:
        for group in groups:
            self.groups.append(group)
            self.taken += len(group.students)


def held_days(first: date, today: date) -> list[date]:
    """Return the school days of a year that are over."""
    return _school_days(first, today - timedelta(1))


def coming_days(today: date, last: date) -> list[date]:
    """Return the school days ahead in the same year."""
    return _school_days(today + timedelta(2), min(last, today + timedelta(AHEAD)))


def send_classes(dates: Sequence[PlannedDate], classes: Sequence[Pupils], dice: random.Random) -> None:
    """Send classes to the dates that are over until as many came as there should, and a part of them to coming ones.

    A class goes once to the morning dates and once to those of the afternoon, so nobody is in two places at once.
    """
    owed = round(GOAL * sum(len(one.students) for one in classes))
    for place, (pupils, planned) in enumerate(_pairs([one for one in dates if one.is_held], classes, dice)):
        groups = [_attended(one, dice) for one in _groups(pupils, place)]
        if owed > 0 and planned.free >= len(pupils.students):
            planned.let_in(groups)
            owed -= sum(len(one.came) for one in groups)
    for place, (pupils, planned) in enumerate(_pairs([one for one in dates if not one.is_held], classes, dice)):
        if place % COMING_EVERY:
            continue
        if planned.free >= len(pupils.students):
            planned.let_in(_groups(pupils, place))
        elif len(planned.queue) < LONGEST_QUEUE:
            planned.queue.append(Group(pupils, pupils.students))


def _school_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(count) for count in range((last - first).days + 1)]
    return [day for day in days if day.weekday() != SUNDAY]


def _pairs(
    dates: Sequence[PlannedDate], classes: Sequence[Pupils], dice: random.Random
) -> Iterator[tuple[Pupils, PlannedDate]]:
    """Yield each class with the emptiest date near or online that takes it, hour by hour."""
    hours: dict[int, dict[int | None, list[PlannedDate]]] = defaultdict(lambda: defaultdict(list))
    for one in dates:
        place = None if one.trial.is_online else one.trial.organisation.municipality_id
        hours[one.occasion.starts_at.hour][place].append(one)
    for _hour, places in sorted(hours.items()):
        for pupils in dice.sample(classes, len(classes)):
            near = [one for one in places[pupils.municipality_id] + places[None] if one.takes(pupils)]
            if near:
                yield pupils, max(near, key=lambda one: one.free)


def _groups(pupils: Pupils, place: int) -> list[Group]:
    if place % ALONE_EVERY == 0:
        return [Group(pupils, (student,), own=True) for student in pupils.students[:ALONE]]
    return [Group(pupils, pupils.students, is_by_number=place % BY_NUMBER_EVERY == 1)]


def _attended(group: Group, dice: random.Random) -> Group:
    came = tuple(student for student in group.students if dice.random() > ABSENT)
    return Group(group.pupils, group.students, came, group.own, group.is_by_number)
