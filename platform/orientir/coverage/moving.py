"""Figures follow when two entries of one organisation become one (decision 8). The ledger only grows.

A class that goes over as it is takes its counters along: its entries name the class, and whose it is says the class.
An entry whose home has a twin on the other side is reversed and said once more of the twin, under a source of the
platform's own that `services.reverse` follows, so that a plugin takes it back as if it had never moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from orientir.coverage import counters, ledger
from orientir.coverage.counters import TotalKey
from orientir.coverage.homes import Home, class_key
from orientir.coverage.levels import Level
from orientir.coverage.models import Counter, Fact, RunningCount
from orientir.db import db
from orientir.organisations.models import SchoolClass

Seats = Mapping[int, int]
"""The seat of the twin by the seat of the class."""


def hand_over_classes(class_ids: Collection[int], organisation_id: int) -> None:
    """Let the counters of classes count for another organisation; the caller holds the classes and moves them."""
    owed: dict[TotalKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    of_classes = select(Counter).where(Counter.class_id.in_(class_ids))
    for row in db.session.scalars(
        of_classes.order_by(Counter.activity, Counter.period, Counter.home).with_for_update()
    ):
        for owner, sign in ((row.organisation_id, -1), (organisation_id, 1)):
            change = owed[row.activity, row.period, owner, row.level, row.year]
            change[0] += sign * row.participations
            change[1] += sign * row.covered
    moved = update(Counter).where(Counter.class_id.in_(class_ids)).values(organisation_id=organisation_id)
    db.session.execute(moved.execution_options(synchronize_session="fetch"))
    for key in sorted(owed):
        counters.roll_up(key, *owed[key])


def move_to_twins(twins: Mapping[int, int], seats: Seats) -> int:
    """Say of each twin what was said of its class (`twins`: by class); return how many entries moved."""
    facts = living_facts(Fact.home.in_([class_key(class_id) for class_id in twins]))
    organisations = _organisations(set(twins.values()))

    def twin_of(fact: Fact) -> Home:
        twin = twins[fact.class_id or 0]
        return Home(fact.year, organisations[twin], Level(fact.level), twin)

    return _move([(fact, twin_of(fact)) for fact in facts], seats)


def move_levels(organisation_id: int, into_id: int) -> int:
    """Say of another organisation what was said of this one without naming a class; return how many entries moved."""
    facts = living_facts(Fact.organisation_id == organisation_id, Fact.class_id.is_(None))
    return _move([(fact, Home(fact.year, into_id, Level(fact.level), None)) for fact in facts], {})


def living_facts(*conditions: ColumnElement[bool]) -> list[Fact]:
    """Return the entries that were not taken back, by activity and period."""
    undone = aliased(Fact)
    alive = ~select(undone.id).where(undone.reverses_id == Fact.id).exists()
    wanted = select(Fact).where(*conditions, Fact.sign == 1, alive)
    return list(db.session.scalars(wanted.order_by(Fact.activity, Fact.period, Fact.id)))


def count_facts(class_ids: Collection[int], organisation_id: int) -> dict[int | None, int]:
    """Return how many living entries classes have; under None those of the organisation that name no class."""
    undone = aliased(Fact)
    alive = ~select(undone.id).where(undone.reverses_id == Fact.id).exists()
    of_level = and_(Fact.organisation_id == organisation_id, Fact.class_id.is_(None))
    own = or_(Fact.class_id.in_(class_ids), of_level)
    counted = select(Fact.class_id, func.count()).where(own, Fact.sign == 1, alive).group_by(Fact.class_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def running_classes(class_ids: Collection[int]) -> set[int]:
    """Return those of the classes somebody is counted in at this very time (an open wave)."""
    return set(db.session.scalars(select(RunningCount.class_id).where(RunningCount.class_id.in_(class_ids))))


def _move(pairs: Sequence[tuple[Fact, Home]], seats: Seats) -> int:
    for (activity, period), group in groupby(pairs, key=lambda pair: (pair[0].activity, pair[0].period)):
        _move_together(activity, period, list(group), seats)
    return len(pairs)


def _move_together(activity: str, period: int, pairs: Iterable[tuple[Fact, Home]], seats: Seats) -> None:
    pairs = list(pairs)
    old = [Home(fact.year, fact.organisation_id, Level(fact.level), fact.class_id) for fact, _home in pairs]
    held = counters.hold(activity, period, [*old, *(home for _fact, home in pairs)])
    for fact, home in pairs:
        reversal, _is_new = ledger.insert_once(ledger.build_reversal(fact))
        ledger.apply_facts(held[fact.home], [reversal])
        student_id = seats[fact.student_id] if fact.student_id is not None else None
        moved, _is_new = ledger.insert_once(ledger.build_moved(fact, home, student_id))
        ledger.apply_facts(held[home.key], [moved])
    counters.store(held.values())


def _organisations(class_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(SchoolClass.id, SchoolClass.organisation_id).where(SchoolClass.id.in_(class_ids)))
    return {row.id: row.organisation_id for row in rows}
