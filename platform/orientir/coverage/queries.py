"""Coverage as screens, exports and reports read it: one computation, a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.contracts import Activity, Scope
from orientir.coverage.activities import activities, base_date, base_year, find_activity, period_on
from orientir.coverage.bases import class_rows, municipality_rows, organisation_rows, total_rows
from orientir.coverage.models import Declaration, RunningCount, Target, Total
from orientir.coverage.shares import Share, sum_shares
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import LazyText, _
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass, titled
from orientir.organisations.search import search_key

Targets = Mapping[str, Fraction]

# The periods are few and the roll-ups many, so the region is looked for within a period, and once found is enough.
OF_PERIOD = aliased(Total)
KEPT = select(Total.period).where(Total.activity == bindparam("activity")).distinct().subquery()
RECORDED = select(KEPT.c.period).where(
    select(OF_PERIOD.organisation_id)
    .join(Organisation, Organisation.id == OF_PERIOD.organisation_id)
    .join(Municipality, Municipality.id == Organisation.municipality_id)
    .where(
        OF_PERIOD.activity == bindparam("activity"),
        OF_PERIOD.period == KEPT.c.period,
        Municipality.region_id == bindparam("region_id"),
    )
    .exists()
)
PLANNED = select(Target.period).where(
    Target.activity == bindparam("activity"), Target.region_id == bindparam("region_id")
)
SHOWN_PERIODS = union_all(RECORDED, PLANNED)


@dataclass(frozen=True)
class Line:
    """One child of a branch: `scope` is None for a class (`class_id`) and for people told without a class."""

    title: str
    share: Share
    scope: Scope | None = None
    class_id: int | None = None


@dataclass(frozen=True)
class Coverage:
    """An activity in one branch: the total, its children, and what the figures mean.

    `declared` is the organisation's own number, None unless it filed one (and for wider branches).
    """

    activity: Activity
    period: int
    scope: Scope
    total: Share
    lines: tuple[Line, ...]
    base_date: date
    declared: int | None = None

    def largest_gaps(self, count: int = 3) -> list[Line]:
        """Return the children that lack most people to their targets: whom to call first."""
        short = [line for line in self.lines if line.share.gap]
        return sorted(short, key=lambda line: -(line.share.gap or 0))[:count]


@dataclass(frozen=True)
class Gap:
    """How many people an organisation lacks to the target of an activity."""

    people: int
    activity: Activity


@dataclass(frozen=True)
class Headline:
    """The one figure of the front page."""

    activity: Activity
    period: int
    region_id: int
    share: Share
    as_of: datetime

    @property
    def title(self) -> LazyText | str:
        return self.activity.title

    @property
    def scope(self) -> Scope:
        return Scope(self.region_id)


def shares(activity: Activity, period: int, scope: Scope) -> Coverage:
    """Return the coverage of a branch with its children: municipalities, organisations or classes.

    Two statements for a region or municipality, four for an organisation, however many children there are.
    """
    if scope.organisation_id is not None:
        return _of_organisation(activity, period, scope)
    targets = targets_of([(activity, period)], scope.region_id)[activity.key, period]
    whole = scope.municipality_id is None
    lines = (
        _municipalities(activity, period, scope, targets) if whole else _organisations(activity, period, scope, targets)
    )
    total = sum_shares((line.share for line in lines), target_of(scope, targets))
    return Coverage(activity, period, scope, total, _neediest_first(lines), base_date(activity, period))


def share_of(activity: str, period: int, scope: Scope, *, class_id: int | None = None) -> Share:
    """Return one share: of a branch, or of a class in the organisation `scope` names. Two statements.

    Raises MissingError for an unknown activity, and for a class that the activity does not count.
    """
    known = find_activity(activity)
    if class_id is None:
        return totals([(known, period)], scope)[0]
    target = target_of(scope, targets_of([(known, period)], scope.region_id)[activity, period])
    rows = class_rows(known, period, scope.organisation_id or 0).where(SchoolClass.id == class_id)
    row = db.session.execute(rows).one_or_none()
    if row is None:
        raise MissingError(_("Это мероприятие считают для других классов."))
    return _class_share(row, target)


def totals(wanted: Sequence[tuple[Activity, int]], scope: Scope) -> list[Share]:
    """Return the total of a branch for several activities and periods, in two statements for all of them."""
    if not wanted:
        return []
    found = {row.place: row for row in db.session.execute(total_rows(tuple(wanted), scope))}
    targets = targets_of(wanted, scope.region_id)
    return [
        made_share(found[place], target_of(scope, targets[activity.key, period]))
        for place, (activity, period) in enumerate(wanted)
    ]


def organisation_shares(wanted: Sequence[tuple[Activity, int]], scope: Scope, kind: str) -> list[dict[int, Share]]:
    """Return, for each activity and period, the shares of the organisations of one kind in a branch by their ids.

    One statement for all; without targets, because neighbours are compared by their shares alone.
    """
    if not wanted:
        return []
    parts = [
        organisation_rows(activity, period, scope)
        .where(Organisation.kind == kind)
        .add_columns(literal(place).label("place"))
        for place, (activity, period) in enumerate(wanted)
    ]
    found: list[dict[int, Share]] = [{} for _ in wanted]
    for row in db.session.execute(union_all(*parts)):
        found[row.place][row.id] = made_share(row, None)
    return found


def largest_gaps(wanted: Sequence[tuple[Activity, int]], scope: Scope) -> dict[int, Gap]:
    """Return the largest gap of each organisation of a branch that lacks people; in two statements for all.

    Gaps of several activities are never added: the same people may be lacking in each.
    """
    if not wanted:
        return {}
    parts = [
        organisation_rows(activity, period, scope).add_columns(literal(place).label("place"))
        for place, (activity, period) in enumerate(wanted)
    ]
    targets = targets_of(wanted, scope.region_id)
    found: dict[int, Gap] = {}
    for row in db.session.execute(union_all(*parts)):
        activity, period = wanted[row.place]
        target = target_of(Scope(scope.region_id, row.municipality_id, row.id), targets[activity.key, period])
        lacking = made_share(row, target).gap or 0
        if lacking > (found[row.id].people if row.id in found else 0):
            found[row.id] = Gap(lacking, activity)
    return found


def region_headline(region_id: int) -> Headline | None:
    """Return the first activity with a target and somebody reached in its current period, or None."""
    region = db.session.get(Region, region_id)
    if region is None:
        return None
    today = clock.today(region.timezone)
    current = [(activity, period_on(activity, today)) for activity in activities().values()]
    for (activity, period), share in zip(current, totals(current, region.scope), strict=True):
        if share.target is not None and share.covered:
            return Headline(activity, period, region_id, share, clock.now())
    return None


def running_people(activity: str, period: int, source: str) -> int:
    """Return the people counted so far in what is still open: a row for each class, however many people there are."""
    counted = select(func.coalesce(func.sum(RunningCount.people), 0)).where(
        RunningCount.activity == activity, RunningCount.period == period, RunningCount.source == source
    )
    return int(db.session.scalar(counted) or 0)


def periods_of(activity: Activity, today: date, region_id: int) -> list[int]:
    """Return the periods there is something to show for in a region, newest first; the current one is among them."""
    found = db.session.scalars(SHOWN_PERIODS, {"activity": activity.key, "region_id": region_id})
    return sorted({period_on(activity, today), *found}, reverse=True)


def _municipalities(activity: Activity, period: int, scope: Scope, targets: Targets) -> list[Line]:
    of_region = target_of(scope, targets)
    return [
        Line(titled(row.name, row.kind), made_share(row, targets.get(branch.branch, of_region)), branch)
        for row in db.session.execute(municipality_rows(activity, period, scope))
        for branch in [Scope(scope.region_id, row.id)]
    ]


def _organisations(activity: Activity, period: int, scope: Scope, targets: Targets) -> list[Line]:
    of_municipality = target_of(scope, targets)
    return [
        Line(row.name, made_share(row, targets.get(branch.branch, of_municipality)), branch)
        for row in db.session.execute(organisation_rows(activity, period, scope))
        for branch in [replace(scope, organisation_id=row.id)]
    ]


def _of_organisation(activity: Activity, period: int, scope: Scope) -> Coverage:
    total = share_of(activity.key, period, scope)
    declared = db.session.get(Declaration, (activity.key, period, scope.organisation_id))
    lines = [
        Line(
            _class_title(row.SchoolClass, base_year(activity, period)),
            _class_share(row, total.target),
            None,
            row.SchoolClass.id,
        )
        for row in db.session.execute(class_rows(activity, period, scope.organisation_id or 0))
    ]
    people = declared.people if declared else None
    return Coverage(activity, period, scope, total, tuple(lines), base_date(activity, period), people)


def _class_title(school_class: SchoolClass, usual_year: int) -> str:
    """Name the year of a class only where classes of two academic years stand together."""
    is_usual = school_class.year == usual_year
    return school_class.title if is_usual else f"{school_class.title}, {school_class.academic_year}"


def _class_share(row: SqlRow[Any], target: Fraction | None) -> Share:
    return Share(
        covered=row.covered,
        base=row.people,
        target=target,
        missing_classes=int(row.people is None),
        participations=row.participations,
    )


def made_share(row: SqlRow[Any], target: Fraction | None) -> Share:
    """Return the share of a row of figures; PostgreSQL sums to decimals, and nothing summed is no number at all."""
    base = None if row.people is None else int(row.people)
    uncounted = 0 if base is None else int(row.uncounted)
    return Share(
        covered=int(row.covered or 0) - uncounted,
        base=base,
        target=target,
        missing_classes=int(row.missing_classes or 0),
        missing_organisations=int(row.missing_organisations or 0),
        uncounted=uncounted,
        participations=int(row.participations or 0),
        base_ovz=None if row.ovz is None else int(row.ovz),
    )


def targets_of(wanted: Iterable[tuple[Activity, int]], region_id: int) -> dict[tuple[str, int], dict[str, Fraction]]:
    """Return the targets of a region by activity and period, then by branch."""
    found: dict[tuple[str, int], dict[str, Fraction]] = {(activity.key, period): {} for activity, period in wanted}
    rows = select(Target).where(Target.region_id == region_id, tuple_(Target.activity, Target.period).in_(found))
    for target in db.session.scalars(rows):
        found[target.activity, target.period][target.branch] = target.share
    return found


def target_of(scope: Scope, targets: Targets) -> Fraction | None:
    """Return the target of the branch, or of the nearest branch above that has one."""
    branches = (scope, replace(scope, organisation_id=None), Scope(scope.region_id))
    return next((targets[name] for name in (one.branch for one in branches) if name in targets), None)


def _neediest_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Sort by people lacking, most first; those whose gap is unknown come last."""
    return tuple(
        sorted(lines, key=lambda line: (line.share.gap is None, -(line.share.gap or 0), search_key(line.title)))
    )
