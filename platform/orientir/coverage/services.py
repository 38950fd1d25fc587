"""The verbs of coverage. All work in the caller's transaction, which must have begun as a writer (`begin_writing`).

Locks are taken in the order of `counters`; call these verbs after the caller's own locks, several facts of one activity
through `record_all`, and one verb for one activity per transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import delete, insert, select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Activity, Scope
from orientir.coverage import counters, ledger
from orientir.coverage.activities import find_activity, period_bounds, plugin_of
from orientir.coverage.evidence import Entry, Recorded, Seat, Slips, Source, check_people
from orientir.coverage.homes import (
    Home,
    Living,
    check_size,
    class_key,
    home_of_class,
    homes_of,
    keep_classes,
    keep_seats,
)
from orientir.coverage.ledger import Change
from orientir.coverage.models import TARGET_UNITS, Declaration, RunningCount, Target
from orientir.coverage.queries import share_of
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation
from orientir.prepared import Answer


def record(entry: Entry) -> Recorded:
    """Write one fact and raise the figures of its home.

    The same source twice changes nothing and returns the stored outcome, whatever else the entry says and whether or
    not the fact was reversed since; marking again after an undo is the next revision of the source.
    Raises MissingError for an unknown activity, class, organisation or seat, and InvalidInputError naming the field:
    people not whole or below one, ОВЗ or инвалидность above them (V-02), a date outside the period, a class of another
    year or other grades, or one party above the class's headcount and a tenth. More covered than there are people over
    *several* facts is recorded and shown as an error in the data (V-03).
    """
    return record_all([entry])[0]


def record_all(entries: Sequence[Entry]) -> list[Recorded]:
    """Write facts of one activity and period together, locking their homes in order; all or none.

    Returns the outcomes in the order of `entries`; raises as `record` does, ValueError for a mixture of activities.
    """
    if len({(entry.activity, entry.period) for entry in entries}) > 1:
        raise ValueError("entries of several activities or periods cannot be locked in one order")
    db.session.flush()  # a class or a number that was just added
    sources = [entry.source for entry in entries]
    kept = keep_seats(entries)
    known = ledger.known_facts(sources)
    fresh = {entry.source: entry for entry in entries if entry.source not in known}
    added = _add(list(fresh.values()), kept) if fresh else {}
    if len(added) < len(fresh):  # somebody else has just recorded the rest
        known |= ledger.known_facts(fresh.keys() - added.keys())
    return [Recorded(added.get(one) or known[one], is_new=one in added) for one in sources]


def reverse(source: Source) -> Recorded:
    """Take the fact of `source` back by an entry of the opposite sign and lower the figures of its home.

    Reversing twice changes nothing and returns the stored reversal. A fact that was moved to another home (decision 8)
    is taken back there. Raises MissingError when `source` was never recorded.
    """
    fact = ledger.find_fact(source)
    if fact is None:
        raise MissingError(_("Такой отметки нет."))
    keep_classes([fact.class_id])
    held = counters.hold_existing(fact.activity, fact.period, [fact.home])[fact.home]
    known = ledger.find_fact(source, sign=-1)
    if known:
        moved = ledger.moved_source(fact)
        return reverse(moved) if ledger.find_fact(moved) else Recorded(known.id, is_new=False)
    reversal, is_new = ledger.insert_once(ledger.build_reversal(fact))
    if is_new:
        ledger.apply_facts(held, [reversal])
        counters.store([held])
    return Recorded(reversal.id, is_new)


def count(*, activity: str, period: int, class_id: int, source: str, people: int = 1) -> int:
    """Raise the running count of a class in place: no entry, no time, no order. Return its slips used in `source`.

    `source` names what is open («wave:3») and stays the same until `close_running`. Until then the plugin's own table
    is the evidence; it tells the numbers through the hook `measures`. Repeats are the plugin's to find: a slip is used
    once. Raises MissingError for an unknown activity or class, InvalidInputError for people below one or a class of
    another year or other grades.
    """
    known = find_activity(activity)
    check_people(people)
    key = class_key(class_id)
    held = counters.hold_existing(activity, period, [key]).get(key)
    if held is None:
        held = counters.hold(activity, period, [home_of_class(known, period, class_id)])[key]
    used = _raise_running(activity, period, class_id, source, people)
    held.add(people, slips=ledger.largest_wave(held))
    counters.store([held])
    return used


def close_running(*, activity: str, period: int, source: str, on_date: date) -> int:
    """Write the running counts of `source` into the ledger, one fact of slips per class; no figure changes.

    The caller has closed `source` in the same transaction, so nothing is counted meanwhile; what is counted after a
    reopening is written by the next closing. A day after the period is entered as the period's last day. Returns the
    number of facts; closing again returns 0.
    """
    known = find_activity(activity)
    of_source = (RunningCount.activity == activity, RunningCount.period == period, RunningCount.source == source)
    classes = db.session.scalars(select(RunningCount.class_id).where(*of_source)).all()
    keep_classes(classes)
    keys = [class_key(class_id) for class_id in classes]
    held = counters.hold_existing(activity, period, keys)
    revisions = ledger.next_revisions(activity, period, source)
    day = min(on_date, period_bounds(known, period)[1])
    removed = delete(RunningCount).where(*of_source).returning(RunningCount.class_id, RunningCount.people)
    for class_id, people in db.session.execute(removed).all():
        reference = ledger.slips_reference(source, class_id)
        closing = Source(plugin_of(known), reference, revisions.get(reference, 0))
        entry = Entry(activity, period, day, Slips(people), closing)
        db.session.add(ledger.build_fact(entry, known, held[class_key(class_id)].home))
    db.session.flush()
    return len(keys)


def set_target(*, activity: str, period: int, scope: Scope, share: Fraction, actor: int | None) -> None:
    """Set the planned share (a part of one) for a branch; branches below without their own inherit it.

    Raises MissingError for an unknown activity, InvalidInputError unless 0 < share <= 1 in hundredths of a per cent,
    ConflictError for an organisation that was merged into another.
    """
    find_activity(activity)
    value = share * TARGET_UNITS
    _lock(scope)
    if value.denominator != 1 or not 1 <= value <= TARGET_UNITS:
        raise InvalidInputError(
            _("Цель\N{NO-BREAK SPACE}— от 0,01 до 100 процентов, не больше двух знаков после запятой."), "target"
        )
    target = db.session.scalar(
        select(Target).where(Target.activity == activity, Target.period == period, Target.branch == scope.branch)
    )
    if target is None:
        target = Target(activity=activity, period=period, branch=scope.branch, **scope.columns())
        db.session.add(target)
    target.value = int(value)
    db.session.flush()
    audit.write(
        "target.set",
        "coverage_target",
        target.id,
        actor=actor,
        scope=scope,
        activity=activity,
        period=period,
        value=int(value),
    )


def declare(*, activity: str, period: int, scope: Scope, people: int, actor: int | None) -> None:
    """File the number of different people the organisation of `scope` says it reached; filing again replaces it.

    It must lie between the computed bounds: nobody counted twice below, all participations (or all people there are)
    above. Raises InvalidInputError with both bounds in words otherwise, ConflictError for an organisation that was
    merged into another.
    """
    _lock(scope)
    share = share_of(activity, period, scope)
    if not share.covered <= people <= share.upper:
        raise InvalidInputError(
            _(
                "По отметкам было не меньше %(lower)s и не больше %(upper)s, а указано %(people)s. Проверьте число.",
                lower=share.covered,
                upper=share.upper,
                people=people,
            ),
            "people",
        )
    key = {"activity": activity, "period": period, "organisation_id": scope.organisation_id}
    declaration = db.session.get(Declaration, key) or Declaration(**key)
    declaration.people, declaration.declared_at, declaration.actor_id = people, clock.now(), actor
    db.session.add(declaration)
    db.session.flush()
    audit.write(
        "coverage.declare",
        "organisation",
        scope.organisation_id,
        actor=actor,
        scope=scope,
        activity=activity,
        people=people,
    )


def _lock(scope: Scope) -> None:
    """Hold the organisation of a branch, so that what is written is not left behind by somebody who merges it."""
    if scope.organisation_id is not None:
        lock(db.session.get_one(Organisation, scope.organisation_id))


def _add(entries: Sequence[Entry], kept: Answer[Living] | None) -> dict[Source, int]:
    """Write entries that were not recorded before and return the ids of the new facts by their sources.

    The seats among them are `kept`.
    """
    activity, period = find_activity(entries[0].activity), entries[0].period
    homes = _checked_homes(entries, activity, kept)
    held = counters.hold(activity.key, period, homes)
    pairs = list(zip(entries, homes, strict=True))
    added = ledger.insert_facts(held, [ledger.fact_row(entry, activity, home) for entry, home in pairs])
    changes: dict[str, list[Change]] = defaultdict(list)
    for entry, home in pairs:
        if entry.source in added:
            changes[home.key].append(ledger.added(entry))
    for key, of_home in changes.items():
        ledger.apply_facts(held[key], of_home)
    counters.store(held.values())
    return added


def _checked_homes(entries: Sequence[Entry], activity: Activity, kept: Answer[Living] | None) -> list[Home]:
    for entry in entries:
        entry.evidence.check()
        first, last = period_bounds(activity, entry.period)
        if not first <= entry.on_date <= last:
            raise InvalidInputError(_("Дата не входит в период, за который считают это мероприятие."), "on_date")
    homes = homes_of(entries, activity, kept)
    for entry, home in zip(entries, homes, strict=True):
        if not isinstance(entry.evidence, Seat):
            check_size(home, entry.evidence.people, entry.on_date)
    return homes


def _raise_running(activity: str, period: int, class_id: int, source: str, people: int) -> int:
    """Return the new count; the class's counter is held, so nobody else makes the row meanwhile."""
    raised = db.session.scalar(
        update(RunningCount)
        .where(
            RunningCount.activity == activity,
            RunningCount.period == period,
            RunningCount.class_id == class_id,
            RunningCount.source == source,
        )
        .values(people=RunningCount.people + people)
        .returning(RunningCount.people)
        .execution_options(synchronize_session=False)
    )
    if raised is not None:
        return raised
    row = {"activity": activity, "period": period, "class_id": class_id, "source": source, "people": people}
    db.session.execute(insert(RunningCount), [row])
    return people
