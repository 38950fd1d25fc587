"""Entries of the ledger: written once, found by their source, and what they mean for the figures of their home."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.contracts import Activity
from orientir.coverage.counters import Held
from orientir.coverage.evidence import Entry, Seat, Source
from orientir.coverage.homes import Home
from orientir.coverage.models import Fact, RunningCount
from orientir.coverage.parties import largest_known_sum
from orientir.db import db, insert_fresh, on_rows, table_of
from orientir.prepared import Answer, Asking, adding

PLATFORM = "platform"  # the one source of entries that is no plugin
# What a reversal takes over from the fact it reverses.
COPIED = (
    *("activity", "audience", "period", "on_date", "home", "year", "class_id", "organisation_id", "level"),
    *("host_organisation_id", "evidence", "student_id", "people", "ovz", "disabled", "starts_at", "ends_at", "others"),
    *("plugin", "reference", "revision"),
)
# Kinds of evidence fill different columns; the rows of one statement fill the same.
UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("student_id", "starts_at", "ends_at")),
    **dict.fromkeys(("ovz", "disabled"), 0),
    "others": False,
}


class KnownFact(NamedTuple):
    """The id of a fact under its source."""

    plugin: str
    reference: str
    revision: int
    id: int

    @property
    def source(self) -> Source:
        return Source(self.plugin, self.reference, self.revision)


class SeatTimes(NamedTuple):
    """How often a seat took part, what was taken back left out."""

    student_id: int
    times: int


# Asked for each mark at a door, so put together once.
FACTS = table_of(Fact).c
KNOWN = Asking(
    KnownFact,
    select(FACTS.plugin, FACTS.reference, FACTS.revision, FACTS.id).where(
        FACTS.plugin.in_(bindparam("plugins", expanding=True)),
        FACTS.reference.in_(bindparam("references", expanding=True)),
        FACTS.sign == 1,
    ),
)
ADDING = adding(Fact, (*COPIED, "sign", "recorded_at"), *KnownFact._fields, row=KnownFact)
TIMES = Asking(
    SeatTimes,
    select(FACTS.student_id, func.sum(FACTS.sign))
    .where(
        FACTS.activity == bindparam("activity"),
        FACTS.period == bindparam("period"),
        FACTS.home == bindparam("home"),
        FACTS.student_id.in_(bindparam("students", expanding=True)),
    )
    .group_by(FACTS.student_id),
)


class Change(Protocol):
    """What of an entry matters for the figures of its home."""

    @property
    def evidence(self) -> str: ...

    @property
    def people(self) -> int: ...

    @property
    def sign(self) -> int: ...

    @property
    def student_id(self) -> int | None: ...


@dataclass(frozen=True)
class Added:
    """A `Change` by a fact that was inserted as a row."""

    evidence: str
    people: int
    student_id: int | None
    sign: int = 1


def added(entry: Entry) -> Added:
    """Return what the fact of an entry changes."""
    student_id = entry.evidence.student_id if isinstance(entry.evidence, Seat) else None
    return Added(entry.evidence.kind, entry.evidence.people, student_id)


def known_facts(sources: Iterable[Source]) -> dict[Source, int]:
    """Return the ids of the facts that are recorded already, by their sources; whether reversed since or not."""
    wanted = set(sources)
    plugins, references = {one.plugin for one in wanted}, {one.reference for one in wanted}
    found = KNOWN.all(plugins=list(plugins), references=list(references)) if wanted else ()
    return {one.source: one.id for one in found if one.source in wanted}


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
        **UNSAID,
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


def insert_facts(held: Mapping[str, Held], rows: Sequence[dict[str, Any]]) -> dict[Source, int]:
    """Store facts (`fact_row`) but for those somebody else just stored; return the ids of ours by their sources.

    Their homes are `held`. What will be asked of a single seat goes along.
    """
    if len(rows) > 1:
        stored = [KnownFact(*row) for row in on_rows(insert_fresh(Fact, *KnownFact._fields), rows)]
        return {one.source: one.id for one in stored}
    row = rows[0]
    adding_one, home = ADDING.soon(**row), held[row["home"]]
    if row["student_id"] is not None:
        home.times = _times(home, [row["student_id"]])
    return {one.source: one.id for one in adding_one.all()}


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


def apply_facts(held: Held, facts: Sequence[Change]) -> None:
    """Change the figures of the home of `facts`, whose counter is held; they are already stored."""
    for evidence in sorted({one.evidence for one in facts}):
        same = [one for one in facts if one.evidence == evidence]
        held.add(sum(one.sign * one.people for one in same), **_BOUNDS[evidence](held, same))


def _seats(held: Held, facts: Sequence[Change]) -> dict[str, int]:
    """A seat counts once, however often it took part: only its first fact raises, only its last reversal lowers."""
    changes: Tally[int | None] = Tally()
    for one in facts:
        changes[one.student_id] += one.sign
    times, held.times = held.times or _times(held, list(changes)), None
    turned = sum((count > 0) - (count - changes[student_id] > 0) for student_id, count in times.all())
    return {"seats": held.figures.seats + turned}


def _times(held: Held, students: Sequence[int | None]) -> Answer[SeatTimes]:
    return TIMES.soon(activity=held.activity, period=held.period, home=held.home.key, students=students)


def _parties(held: Held, _facts: Sequence[Change]) -> dict[str, int]:
    undone = aliased(Fact)
    alive = ~select(undone.id).where(undone.reverses_id == Fact.id).exists()
    parties = db.session.scalars(
        select(Fact).where(*_same_home(held), Fact.evidence == "party", Fact.sign == 1, alive)
    ).all()
    return {"parties": largest_known_sum(parties)}  # type: ignore[arg-type]  # CHECK: a party has both times


def _slips(held: Held, _facts: Sequence[Change]) -> dict[str, int]:
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
