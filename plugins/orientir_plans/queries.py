"""Reads of the survey: waves, slips, who is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from orientir import clock
from orientir.contracts import ClassMeasure, Scope
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import running_people, shares, totals
from orientir.coverage.shares import Share, sum_shares
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, SchoolClass
from orientir.questionnaires import Suggestion
from orientir_plans.models import Slip, Wave, WaveState

ACTIVITY = "plans.survey"
MOST_DESTINATIONS = 60  # they travel to the phone with the page


@dataclass(frozen=True)
class ClassProgress:
    """One class in one wave: its share of the year, slips made and used in this wave."""

    class_id: int
    title: str
    share: Share
    slips: int
    used: int

    @property
    def headcount(self) -> int | None:
        return self.share.base

    @property
    def left(self) -> int | None:
        return None if self.headcount is None else max(0, self.headcount - self.used)


@dataclass(frozen=True)
class WaveFacts:
    """What the operator asks about a wave: slips made and used, classes that have slips."""

    slips: int
    used: int
    classes_with_slips: int


def waves_in(scopes: Sequence[Scope]) -> list[Wave]:
    """Return the waves of the regions of `scopes`, the newest first."""
    regions = {scope.region_id for scope in scopes}
    return list(db.session.scalars(select(Wave).where(Wave.region_id.in_(regions)).order_by(Wave.opens_on.desc())))


def current_wave(region_id: int) -> Wave | None:
    """Return the open wave of the region, if there is one: the latest opened."""
    return db.session.scalar(
        select(Wave).where(Wave.region_id == region_id, Wave.state == WaveState.OPEN).order_by(Wave.opens_on.desc())
    )


def is_accepting(wave: Wave) -> bool:
    """Tell whether answers are taken now, by the server's clock and the region's calendar."""
    return wave.is_open and wave.opens_on <= clock.today(wave.region.timezone) <= wave.closes_on


def unused_slips(wave: Wave, class_id: int) -> list[Slip]:
    """Return the slips of a class nobody has answered by yet."""
    unused = select(Slip).where(Slip.wave_id == wave.id, Slip.class_id == class_id, Slip.used.is_(False))
    return list(db.session.scalars(unused.order_by(Slip.number)))


def share_of(year: int, scope: Scope) -> Share:
    """Return the participation of a branch in the academic year that starts in `year`."""
    return totals([(find_activity(ACTIVITY), year)], scope)[0]


def class_progress(wave: Wave, school: Organisation) -> list[ClassProgress]:
    """Return the classes of a school this wave asks, with their slips; a constant number of statements."""
    slips = _slips_by_class(wave, school.id)
    lines = shares(find_activity(ACTIVITY), wave.year, school.scope).lines
    return [
        ClassProgress(line.class_id, line.title, line.share, *slips[line.class_id])
        for line in lines
        if line.class_id is not None and line.class_id in slips
    ]


def school_share(progress: Sequence[ClassProgress]) -> Share:
    """Return the participation of the classes one wave asks: in a wave of the ninth grades only theirs."""
    parts = [one.share for one in progress]
    return sum_shares(parts, parts[0].target if parts else None)


def progress_of(wave: Wave, school_class: SchoolClass) -> ClassProgress:
    """Return the progress of one class; raises MissingError for a class the survey does not ask."""
    for progress in class_progress(wave, school_class.organisation):
        if progress.class_id == school_class.id:
            return progress
    raise MissingError(_("Этот класс в опросе не участвует: отвечают 9-е и 11-е (12-е) классы."))


def wave_facts(wave: Wave) -> WaveFacts:
    """Return the sums of a wave; while it is open, coverage knows how many slips are used without reading them all."""
    of_wave = Slip.wave_id == wave.id
    made, classes = db.session.execute(
        select(func.count(), func.count(Slip.class_id.distinct())).select_from(Slip).where(of_wave)
    ).one()
    if wave.is_open:
        return WaveFacts(made, running_people(ACTIVITY, wave.year, wave.source), classes)
    used = db.session.scalar(select(func.count()).select_from(Slip).where(of_wave, Slip.used))
    return WaveFacts(made, used or 0, classes)


def open_wave_count() -> int:
    return db.session.scalar(select(func.count(Wave.id)).where(Wave.state == WaveState.OPEN)) or 0


def destinations(region_id: int) -> list[Suggestion]:
    """Return the colleges and universities of a region to choose from, at most `MOST_DESTINATIONS`."""
    kinds = (OrganisationKind.COLLEGE, OrganisationKind.UNIVERSITY)
    places = (
        select(Organisation.id, Organisation.name)
        .join(Municipality, Organisation.municipality_id == Municipality.id)
        .where(Municipality.region_id == region_id, Organisation.kind.in_(kinds), Organisation.closed_on.is_(None))
        .order_by(Organisation.search_key)
        .limit(MOST_DESTINATIONS)
    )
    return [Suggestion(str(place_id), name) for place_id, name in db.session.execute(places)]


def _slips_by_class(wave: Wave, organisation_id: int) -> dict[int, tuple[int, int]]:
    """Return slips made and used for every class of the school that has a grade of the wave, by class."""
    of_class = and_(Slip.class_id == SchoolClass.id, Slip.wave_id == wave.id)
    rows = db.session.execute(
        select(SchoolClass.id, func.count(Slip.id), func.count(Slip.id).filter(Slip.used))
        .outerjoin(Slip, of_class)
        .where(SchoolClass.organisation_id == organisation_id, SchoolClass.year == wave.year, asked_by(wave))
        .group_by(SchoolClass.id)
    )
    return {class_id: (made, used) for class_id, made, used in rows}


def asked_by(wave: Wave) -> ColumnElement[bool]:
    """Return the condition on classes with a grade of the wave; any grade of a комплект counts."""
    return or_(*[and_(SchoolClass.grade <= grade, SchoolClass.last_grade >= grade) for grade in wave.grades])


def running_counts(scope: Scope, year: int) -> list[ClassMeasure]:
    """Return what coverage counts in place for the open waves of `year` within `scope`."""
    counted = (
        select(Slip.wave_id, Slip.class_id, func.count(Slip.id))
        .join(Wave, Slip.wave_id == Wave.id)
        .join(SchoolClass, Slip.class_id == SchoolClass.id)
        .join(Organisation, SchoolClass.organisation_id == Organisation.id)
        .join(Municipality, Organisation.municipality_id == Municipality.id)
        .where(Slip.used, Wave.state == WaveState.OPEN, Wave.year == year, Municipality.region_id == scope.region_id)
        .group_by(Slip.wave_id, Slip.class_id)
    )
    if scope.municipality_id is not None:
        counted = counted.where(Organisation.municipality_id == scope.municipality_id)
    if scope.organisation_id is not None:
        counted = counted.where(Organisation.id == scope.organisation_id)
    return [
        ClassMeasure(ACTIVITY, year, class_id, f"wave:{wave_id}", people)
        for wave_id, class_id, people in db.session.execute(counted)
    ]
