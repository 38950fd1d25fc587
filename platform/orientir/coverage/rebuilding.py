"""All figures once more from the ledger and the plugins' own tables: to check what is kept, or to replace it."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, text

from orientir import clock
from orientir.contracts import Audience
from orientir.coverage.activities import activities
from orientir.coverage.counters import CounterKey, Figures, TotalKey, new_row
from orientir.coverage.homes import Home
from orientir.coverage.ledger import slips_reference
from orientir.coverage.levels import Level, level_of
from orientir.coverage.models import Counter, Fact, RunningCount, Total
from orientir.coverage.parties import largest_known_sum
from orientir.db import db
from orientir.organisations.models import Region, SchoolClass
from orientir.plugins import current_plugins

RunningKey = tuple[str, int, int, str]
Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it should be; None on either side means that there is none."""

    table: str
    key: tuple[object, ...]
    stored: Numbers | None
    expected: Numbers | None


@dataclass
class HomeLedger:
    """What one home has: people of its live facts, by kind of evidence; slips by wave, closed and running."""

    home: Home
    participations: int = 0
    students: set[int | None] = field(default_factory=set)
    parties: list[Fact] = field(default_factory=list)
    waves: Tally[str] = field(default_factory=Tally)

    def add(self, fact: Fact) -> None:
        """Take a live fact in."""
        self.participations += fact.people
        if fact.evidence == "seat":
            self.students.add(fact.student_id)
        elif fact.evidence == "party":
            self.parties.append(fact)
        else:
            self.waves[fact.reference] += fact.people

    def add_running(self, source: str, class_id: int, people: int) -> None:
        """Take the used slips of an open source in."""
        self.participations += people
        self.waves[slips_reference(source, class_id)] += people

    def figures(self) -> Figures:
        """Return the figures computed the plain way."""
        return Figures(
            participations=self.participations,
            seats=len(self.students),
            parties=largest_known_sum(self.parties),  # type: ignore[arg-type]  # CHECK: a party has both times
            slips=max(self.waves.values(), default=0),
        )


def differences() -> list[Difference]:
    """Return where counters, roll-ups and running counts differ from the evidence; none when all is well."""
    running = _true_running()
    homes = _ledgers(running)
    pairs: Iterable[tuple[str, Mapping[Any, Numbers], Mapping[Any, Numbers]]] = (
        ("counter", _stored_counters(), {key: _numbers(one.figures()) for key, one in homes.items()}),
        ("total", _stored_totals(), _true_totals(homes)),
        ("running", _stored_running(), {key: (people,) for key, people in running.items()}),
    )
    return [found for table, stored, expected in pairs for found in _compare(table, stored, expected)]


def rebuild() -> int:
    """Replace counters, roll-ups and running counts by what the evidence says; return how many homes there are.

    The caller's transaction began as a writer. Other writers wait until it ends.
    """
    if db.engine.dialect.name == "postgresql":
        tables = ", ".join(str(model.__tablename__) for model in (Counter, RunningCount, Total))
        db.session.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
    running = _true_running()
    homes = _ledgers(running)
    for model in (Counter, Total, RunningCount):
        db.session.execute(delete(model).execution_options(synchronize_session=False))
    _insert(Counter, [_counter_row(key, one) for key, one in homes.items()])
    _insert(Total, [_named(Total, (*key, *numbers)) for key, numbers in _true_totals(homes).items()])
    _insert(RunningCount, [_named(RunningCount, (*key, people)) for key, people in running.items()])
    return len(homes)


def _ledgers(running: Mapping[RunningKey, int]) -> dict[CounterKey, HomeLedger]:
    undone = set(db.session.scalars(select(Fact.reverses_id).where(Fact.reverses_id.is_not(None))))
    homes: dict[CounterKey, HomeLedger] = {}
    # A class that has gone over to another organisation takes its figures along (decision 8).
    facts = select(Fact, SchoolClass.organisation_id).outerjoin(SchoolClass, SchoolClass.id == Fact.class_id)
    for fact, present_id in db.session.execute(facts.where(Fact.sign == 1).execution_options(yield_per=1000)):
        home = Home(fact.year, present_id or fact.organisation_id, Level(fact.level), fact.class_id)
        one = homes.setdefault((fact.activity, fact.period, fact.home), HomeLedger(home))
        if fact.id not in undone:
            one.add(fact)
    classes = _classes({class_id for _activity, _period, class_id, _source in running})
    for (activity, period, class_id, source), people in running.items():
        home = _home_of_class(activity, classes[class_id])
        one = homes.setdefault((activity, period, home.key), HomeLedger(home))
        one.add_running(source, class_id, people)
    return homes


def _true_running() -> dict[RunningKey, int]:
    """Return the running counts as the plugins' tables have them; of plugins that are off we have only our own."""
    known = activities()
    counts: Tally[RunningKey] = Tally()
    for region in db.session.scalars(select(Region).order_by(Region.id)):
        for period in _periods(region):
            for one in current_plugins().measures(region.scope, period):
                counts[one.activity, one.period, one.class_id, one.source] += one.people
    for row in db.session.scalars(select(RunningCount).where(RunningCount.activity.not_in(known))):
        counts[row.activity, row.period, row.class_id, row.source] = row.people
    return dict(counts)


def _periods(region: Region) -> list[int]:
    today = clock.today(region.timezone)
    kept = db.session.scalars(select(Counter.period).union(select(RunningCount.period)))
    return sorted({today.year, clock.AcademicYear.of(today).start, *kept})


def _true_totals(homes: Mapping[CounterKey, HomeLedger]) -> dict[TotalKey, Numbers]:
    sums: dict[TotalKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (activity, period, _home), one in homes.items():
        figures = one.figures()
        total = sums[activity, period, one.home.organisation_id, one.home.level.value, one.home.year]
        total[0] += figures.participations
        total[1 if one.home.class_id is not None else 2] += figures.covered
    return {key: tuple(numbers) for key, numbers in sums.items()}


def _stored_counters() -> dict[CounterKey, Numbers]:
    return {
        (one.activity, one.period, one.home): (one.participations, one.seats, one.parties, one.slips, one.covered)
        for one in db.session.scalars(select(Counter))
    }


def _stored_totals() -> dict[TotalKey, Numbers]:
    return {
        (one.activity, one.period, one.organisation_id, one.level, one.year): (
            one.participations,
            one.in_classes,
            one.at_large,
        )
        for one in db.session.scalars(select(Total))
    }


def _stored_running() -> dict[RunningKey, Numbers]:
    rows = db.session.scalars(select(RunningCount))
    return {(one.activity, one.period, one.class_id, one.source): (one.people,) for one in rows}


def _compare(table: str, stored: Mapping[Any, Numbers], expected: Mapping[Any, Numbers]) -> Iterator[Difference]:
    """Rows of zeroes are left by what was taken back and mean the same as no row."""
    for key in sorted(stored.keys() | expected.keys()):
        one, other = stored.get(key), expected.get(key)
        if one != other and (any(one or ()) or any(other or ())):
            yield Difference(table, key, one, other)


def _numbers(figures: Figures) -> Numbers:
    return figures.participations, figures.seats, figures.parties, figures.slips, figures.covered


def _counter_row(key: CounterKey, one: HomeLedger) -> dict[str, Any]:
    figures = one.figures()
    return {**new_row(key[0], key[1], one.home), **asdict(figures), "covered": figures.covered}


def _named(model: type[Total] | type[RunningCount], values: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(model.__table__.columns.keys(), values, strict=True))


def _insert(model: type[Counter] | type[Total] | type[RunningCount], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _classes(class_ids: set[int]) -> dict[int, SchoolClass]:
    if not class_ids:
        return {}
    return {one.id: one for one in db.session.scalars(select(SchoolClass).where(SchoolClass.id.in_(class_ids)))}


def _home_of_class(activity: str, school_class: SchoolClass) -> Home:
    known = activities().get(activity)
    is_leveled = known is None or known.audience is Audience.STUDENTS
    level = level_of(school_class.grade) if is_leveled else Level.NONE
    return Home(school_class.year, school_class.organisation_id, level, school_class.id)
