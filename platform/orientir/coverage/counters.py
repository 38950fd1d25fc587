"""Running figures: locked, changed, rolled up by differences. Every writer takes its locks in the same order.

First the counters of all homes it touches, in the order of their keys; then facts; last the roll-ups, in their order.
Missing rows are made before anything is locked, so two writers never wait for each other in a ring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Insert, bindparam, select

from orientir.coverage.homes import Home
from orientir.coverage.levels import Level
from orientir.coverage.models import Counter, Total
from orientir.db import insert_fresh, insert_of, on_rows, table_of
from orientir.prepared import Answer, Asking, Writing

CounterKey = tuple[str, int, str]
TotalKey = tuple[str, int, int, str, int]


COUNTER_KEY = ("activity", "period", "home")
TOTAL_KEY = ("activity", "period", "organisation_id", "level", "year")
FIGURES = ("participations", "seats", "parties", "slips", "covered")
# Said for each mark at a door, so put together once.
COUNTERS, TOTALS = table_of(Counter), table_of(Total)
WRITING = Writing(
    COUNTERS.update()
    .where(*[COUNTERS.c[name] == bindparam(f"of_{name}") for name in COUNTER_KEY])
    .values({name: bindparam(f"new_{name}") for name in FIGURES})
)
RAISED = ("participations", "in_classes", "at_large")
FALLING = Writing(
    TOTALS.update()
    .where(*[TOTALS.c[name] == bindparam(f"of_{name}") for name in TOTAL_KEY])
    .values({name: TOTALS.c[name] + bindparam(name) for name in RAISED})
)


def _raising(engine: str) -> Insert:
    """Return the statement that makes a roll-up or raises it; it cannot lower one: the row it would make is refused."""
    fresh = insert_of(engine, Total).values({name: bindparam(name) for name in (*TOTAL_KEY, *RAISED)})
    more = {name: TOTALS.c[name] + fresh.excluded[name] for name in RAISED}
    raising: Insert = fresh.on_conflict_do_update(index_elements=TOTAL_KEY, set_=more)
    return raising


RAISING = Writing(_raising)
COUNTED = select(
    *COUNTERS.c["activity", "period", "year", "organisation_id", "level", "class_id"],
    *COUNTERS.c["participations", "seats", "parties", "slips"],
).where(
    COUNTERS.c.activity == bindparam("activity"),
    COUNTERS.c.period == bindparam("period"),
    COUNTERS.c.home.in_(bindparam("homes", expanding=True)),
)


@dataclass(frozen=True)
class Figures:
    """Figures of one home; `covered` never counts a person twice, because none of the three bounds does."""

    participations: int = 0
    seats: int = 0
    parties: int = 0
    slips: int = 0

    @property
    def covered(self) -> int:
        return max(self.seats, self.parties, self.slips)


@dataclass
class Held:
    """A counter whose row this transaction has locked; `store` writes `figures` back and rolls the change up."""

    activity: str
    period: int
    home: Home
    stored: Figures
    figures: Figures
    times: Answer[Any] | None = None  # how often the seats of what is being added took part, if that was asked already

    @property
    def key(self) -> CounterKey:
        return self.activity, self.period, self.home.key

    @property
    def total_key(self) -> TotalKey:
        return self.activity, self.period, self.home.organisation_id, self.home.level, self.home.year

    def add(self, people: int, **bounds: int) -> None:
        """Add `people` participations (negative: take away) and set the lower bounds that are named."""
        self.figures = replace(self.figures, participations=self.figures.participations + people, **bounds)


def held_row(
    activity: str, period: int, year: int, organisation_id: int, level: str, class_id: int | None, *figures: int
) -> Held:
    """Return a row of COUNTED as the counter it is."""
    stored = Figures(*figures)
    return Held(activity, period, Home(year, organisation_id, Level(level), class_id), stored, stored)


# Locks in order on PostgreSQL; on SQLite the writer is alone anyway.
LOCKING = Asking(held_row, COUNTED.order_by(COUNTERS.c.home).with_for_update())


def hold(activity: str, period: int, homes: Iterable[Home]) -> dict[str, Held]:
    """Lock the counters of `homes` until the transaction ends, made where missing; return them by the home's key."""
    wanted = {home.key: home for home in homes}
    if len(wanted) == 1 and (held := hold_existing(activity, period, wanted)):
        return held  # a single one is in no ring, and is nearly always there
    if wanted:
        rows = [new_row(activity, period, wanted[key]) for key in sorted(wanted)]
        on_rows(insert_fresh(Counter), rows)
    return hold_existing(activity, period, wanted)


def hold_existing(activity: str, period: int, home_keys: Collection[str]) -> dict[str, Held]:
    """Lock those of the counters that exist until the transaction ends; return them by the home's key."""
    found = LOCKING.all(activity=activity, period=period, homes=list(home_keys)) if home_keys else ()
    return {held.home.key: held for held in found}


def store(counters: Iterable[Held]) -> None:
    """Write the figures of held counters and add what changed to the roll-ups, atomically and in order."""
    owed: dict[TotalKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for held in counters:
        if held.figures == held.stored:
            continue
        _write(held)
        change = owed[held.total_key]
        change[0] += held.figures.participations - held.stored.participations
        change[1 if held.home.class_id is not None else 2] += held.figures.covered - held.stored.covered
        held.stored = held.figures
    for key in sorted(owed):
        roll_up(key, *owed[key])


def _write(held: Held) -> None:
    figures = {f"new_{name}": getattr(held.figures, name) for name in FIGURES}
    WRITING.leave(**figures, **_of(dict(zip(COUNTER_KEY, held.key, strict=True))))


def roll_up(key: TotalKey, participations: int, in_classes: int, at_large: int) -> None:
    """Add what changed to one roll-up, made where missing; callers keep the order of keys.

    Raises LookupError for what would fall and is not there.
    """
    change = {"participations": participations, "in_classes": in_classes, "at_large": at_large}
    named = dict(zip(TOTAL_KEY, key, strict=True))
    if min(change.values()) >= 0:
        RAISING.leave(**named, **change)
    elif not FALLING.run(**_of(named), **change):
        raise LookupError(f"no roll-up {key} that could fall")


def _of(key: Mapping[str, object]) -> dict[str, object]:
    return {f"of_{name}": value for name, value in key.items()}


def new_row(activity: str, period: int, home: Home) -> dict[str, Any]:
    """Return the columns of a counter at zero."""
    return {
        "activity": activity,
        "period": period,
        "home": home.key,
        "year": home.year,
        "class_id": home.class_id,
        "organisation_id": home.organisation_id,
        "level": home.level.value,
        **dict.fromkeys(FIGURES, 0),
    }
