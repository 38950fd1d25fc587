"""Whom to call: schools that lack people to a target or owe their year something, those that lack most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orientir.contracts import Scope
from orientir.coverage.activities import activities, period_on
from orientir.coverage.queries import Gap, largest_gaps
from orientir.db import db
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Region
from orientir.organisations.queries import today_of
from orientir.students.duties import LACKS, Place, PlaceState, place_states

GAP = "gap"


@dataclass(frozen=True)
class Call:
    """A school to call: how many people it lacks to a target (None: unknown or none), and what it owes."""

    state: PlaceState
    gap: Gap | None

    @property
    def place(self) -> Place:
        return self.state.place

    @property
    def lacks(self) -> frozenset[str]:
        owed = {name for name, is_lacking in LACKS.items() if is_lacking(self.state)}
        return frozenset({*owed, *([GAP] if self.gap else ())})

    @property
    def urgency(self) -> tuple[int, int]:
        return -(self.gap.people if self.gap else 0), -len(self.lacks)


LACK_TITLES: dict[str, LazyText] = {
    GAP: _l("Не хватает людей до цели"),
    "classes": _l("Не введены классы"),
    "headcounts": _l("Нет чисел учеников"),
    "accounts": _l("Нет учётной записи"),
}


def calls_in(branches: Sequence[Scope]) -> list[Call]:
    """Return whom to call in the branches: who lacks most people first, then who owes most, then by name."""
    found = [one for branch in branches for one in _of_branch(branch) if one.lacks]
    return sorted(found, key=lambda one: one.urgency)


def _of_branch(scope: Scope) -> Iterator[Call]:
    today = today_of(db.session.get_one(Region, scope.region_id))
    gaps = largest_gaps([(one, period_on(one, today)) for one in activities().values()], scope)
    for state in place_states(scope, today):
        yield Call(state, gaps.get(state.place.organisation_id))
