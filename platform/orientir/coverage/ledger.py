"""Entries of the ledger: written once, found by their source, and what they mean for the figures of their home."""

from __future__ import annotations

from collections import Counter as Tally
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.contracts import Activity
from orientir.coverage.counters import Held
from orientir.coverage.evidence import Entry, Source
from orientir.coverage.homes import Home
from orientir.coverage.models import Fact, RunningCount
from orientir.coverage.parties import largest_known_sum
from orientir.db import db

PLATFORM = "platform"  # the one source of entries that is no plugin
# What a reversal takes over from the fact it reverses.
COPIED = (
    *("activity", "audience", "period", "on_date", "home", "year", "class_id", "organisation_id", "level"),
    *("host_organisation_id", "evidence", "student_id", "people", "ovz", "disabled", "starts_at", "ends_at", "others"),
    *("plugin", "reference", "revision"),
)


def find_fact(source: Source, sign: int = 1) -> Fact | None:
    """Return the fact of `source`, or its reversal for `sign` -1."""
    return db.session.scalar(
        select(Fact).where(
            Fact.plugin == source.plugin,
            Fact.reference == source.reference,
            Fact.revision == source.revision,
            Fact.sign == sign,
        )
    )


def build_fact(entry: Entry, activity: Activity, home: Home) -> Fact:
    """Return the fact of a checked entry, not yet stored."""
    return Fact(**fact_row(entry, activity, home))


def fact_row(entry: Entry, activity: Activity, home: Home) -> dict[str, Any]:
    """Return the columns of the fact of an entry."""
    return {
        "activity": activity.key,
        "audience": activity.audience,
        "period": entry.period,
        "on_date": entry.on_date,
        "home": home.key,
        "year": home.year,
        "class_id": home.class_id,
        "organisation_id": home.organisation_id,
        "level": home.level,
        "host_organisation_id": entry.host_organisation_id,
        "evidence": entry.evidence.kind,
        "people": entry.evidence.people,
        "plugin": entry.source.plugin,
        "reference": entry.source.reference,
        "revision": entry.source.revision,
        "sign": 1,
        "recorded_at": clock.now(),
        **entry.evidence.columns(),
    }


def build_reversal(fact: Fact) -> Fact:
    """Return the entry that takes `fact` back, not yet stored."""
    same: dict[str, Any] = {name: getattr(fact, name) for name in COPIED}
    return Fact(**same, sign=-1, reverses_id=fact.id, recorded_at=clock.now())


def build_moved(fact: Fact, home: Home, student_id: int | None) -> Fact:
    """Return the entry that says the same of another home, not yet stored; `fact` itself is reversed beside it."""
    same: dict[str, Any] = {name: getattr(fact, name) for name in COPIED}
    source = moved_source(fact)
    there = {
        "home": home.key,
        "year": home.year,
        "class_id": home.class_id,
        "organisation_id": home.organisation_id,
        "level": home.level,
        "student_id": student_id,
        "plugin": source.plugin,
        "reference": source.reference,
        "revision": source.revision,
    }
    return Fact(**(same | there), sign=1, recorded_at=clock.now())


def moved_source(fact: Fact) -> Source:
    """Return the source of the entry a fact was moved into, if it was."""
    return Source(PLATFORM, f"moved:{fact.id}")


def insert_once(fact: Fact) -> tuple[Fact, bool]:
    """Store `fact` unless somebody else just stored the same source; return the stored one and whether it is ours."""
    source = Source(fact.plugin, fact.reference, fact.revision)
    sign = fact.sign
    try:
        with db.session.begin_nested():
            db.session.add(fact)
    except IntegrityError:
        stored = find_fact(source, sign)
        if stored is None:
            raise
        return stored, False
    return fact, True


def apply_fact(held: Held, fact: Fact) -> None:
    """Change the figures of the fact's home, whose counter is held; `fact` is already stored."""
    bounds = _BOUNDS[fact.evidence](held, fact)
    held.add(fact.sign * fact.people, **bounds)


def _seats(held: Held, fact: Fact) -> dict[str, int]:
    """A seat counts once, however often it took part: only its first fact raises, only its last reversal lowers."""
    times = db.session.scalar(
        select(func.coalesce(func.sum(Fact.sign), 0)).where(*_same_home(held), Fact.student_id == fact.student_id)
    )
    turns = times == (1 if fact.sign == 1 else 0)
    return {"seats": held.figures.seats + (fact.sign if turns else 0)}


def _parties(held: Held, _fact: Fact) -> dict[str, int]:
    undone = aliased(Fact)
    alive = ~select(undone.id).where(undone.reverses_id == Fact.id).exists()
    parties = db.session.scalars(
        select(Fact).where(*_same_home(held), Fact.evidence == "party", Fact.sign == 1, alive)
    ).all()
    return {"parties": largest_known_sum(parties)}  # type: ignore[arg-type]  # CHECK: a party has both times


def _slips(held: Held, _fact: Fact) -> dict[str, int]:
    return {"slips": largest_wave(held)}


def largest_wave(held: Held) -> int:
    """Return the slips used in the largest wave of the home, closed or running.

    Slips of one wave are different people; those of another may be the same people once more.
    """
    waves: Tally[str] = Tally()
    closed = (
        select(Fact.reference, func.sum(Fact.sign * Fact.people))
        .where(*_same_home(held), Fact.evidence == "slips")
        .group_by(Fact.reference)
    )
    waves.update({reference: int(people) for reference, people in db.session.execute(closed)})
    if held.home.class_id is not None:
        running = select(RunningCount.source, RunningCount.people).where(
            RunningCount.activity == held.activity,
            RunningCount.period == held.period,
            RunningCount.class_id == held.home.class_id,
        )
        for source, people in db.session.execute(running):
            waves[slips_reference(source, held.home.class_id)] += people
    return max(waves.values(), default=0)


def slips_reference(source: str, class_id: int) -> str:
    """Return the reference under which the slips of `source` stand in the ledger for one class."""
    return f"{source}:{class_id}"


def next_revisions(activity: str, period: int, source: str) -> dict[str, int]:
    """Return the revision the next closing of `source` takes, by reference; a reference not closed yet is left out."""
    last = (
        select(Fact.reference, func.max(Fact.revision) + 1)
        .where(
            Fact.activity == activity,
            Fact.period == period,
            Fact.evidence == "slips",
            Fact.reference.startswith(f"{source}:", autoescape=True),
        )
        .group_by(Fact.reference)
    )
    return {reference: revision for reference, revision in db.session.execute(last)}  # noqa: C416 - rows of a result


def _same_home(held: Held) -> tuple[ColumnElement[bool], ...]:
    return Fact.activity == held.activity, Fact.period == held.period, Fact.home == held.home.key


_BOUNDS = {"seat": _seats, "party": _parties, "slips": _slips}
