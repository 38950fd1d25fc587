"""The platform's own rules: what schools and municipalities owe the calendar, and work that failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from orientir import clock
from orientir.accounts.roles import Role
from orientir.clock import AcademicYear
from orientir.contracts import Due, Reminder, Scope
from orientir.db import db
from orientir.i18n import _, plural
from orientir.jobs.models import Job, JobState
from orientir.notices import kinds
from orientir.notices.invitation_rule import NOT_ACCEPTED
from orientir.notices.models import Notice
from orientir.notices.people import Directory, directory
from orientir.notices.services import tell
from orientir.notices.wording import names_of
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Headcount, Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.plugins import current_plugins
from orientir.web.links import page_path

FRESH = timedelta(days=30)  # a headcount of the month before the day speaks of that day
STATISTICS = (9, 20)
CLASSES_BY = (9, 10)
SCHOOL_STEPS, TOWN_STEPS = (-14, -3, 0), (3, 10)
NEWS_OF_JOBS = timedelta(days=3)


@dataclass(frozen=True)
class Place:
    """A school that owes something: what its reminder needs to know."""

    organisation_id: int
    name: str
    municipality_id: int
    municipality: str
    region_id: int

    @property
    def scope(self) -> Scope:
        return Scope(self.region_id, self.municipality_id, self.organisation_id)

    @property
    def page(self) -> str:
        return page_path("organisations.organisation", organisation_id=self.organisation_id)


def headcounts_due(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools with classes that have no headcount for a counting day (20 September, 1 May)."""
    for day, grades in _counting_days(today):
        if HEADCOUNTS.step_on(day, today) is None:
            continue
        people = directory(region_id)
        for place, titles in _uncounted(day, grades, region_id).items():
            count = len(titles)
            yield Due(
                f"headcount:{day}:organisation:{place.organisation_id}",
                day,
                people.responsible(place.scope),
                place.scope,
                {
                    "school": place.name,
                    "count": f"{count} {plural(count, _('классе|классах|классах'))}",
                    "classes": names_of(titles),
                },
                place.page,
            )


def headcounts_missing(today: date, region_id: int) -> Iterator[Due]:
    """Yield the municipalities with schools that still owe headcounts after the day."""
    for day, grades in _counting_days(today):
        if HEADCOUNTS_MISSING.step_on(day, today) is not None:
            yield from _by_municipality(
                "headcount", day, list(_uncounted(day, grades, region_id)), directory(region_id)
            )


def classes_due(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools that have no class of the year that has just begun."""
    year, day = _new_year(today)
    if NEW_CLASSES.step_on(day, today) is None:
        return
    people = directory(region_id)
    for place in _schools_without_classes(year, region_id):
        about = f"classes:{year.start}:organisation:{place.organisation_id}"
        values = {"school": place.name, "year": year}
        yield Due(about, day, people.responsible(place.scope), place.scope, values, place.page)


def classes_missing(today: date, region_id: int) -> Iterator[Due]:
    """Yield the municipalities with schools that have no class of the new year after 10 September."""
    year, day = _new_year(today)
    if NEW_CLASSES_MISSING.step_on(day, today) is not None:
        places = _schools_without_classes(year, region_id)
        yield from _by_municipality("classes", day, places, directory(region_id), year=year)


def schools_without_account(today: date, region_id: int) -> Iterator[Due]:
    """Yield, once a month while lessons go on, the municipalities with schools nobody of which can be reminded."""
    day = today.replace(day=1)
    if day.month in (6, 7, 8) or NO_ACCOUNT.step_on(day, today) is None:
        return
    people = directory(region_id)
    known = people.schools_with_responsible()
    places = [place for place in _schools(region_id) if place.organisation_id not in known]
    yield from _by_municipality("account", day, places, people)


def tell_failed_jobs(region: Region) -> int:
    """Tell who started a job that failed, and the administrators; each failure once."""
    recent = clock.now() - NEWS_OF_JOBS
    failed = select(Job).where(Job.state == JobState.FAILED, Job.finished_at > recent, Job.region_id == region.id)
    jobs = {f"job:{job.id}:{job.finished_at}": job for job in db.session.scalars(failed)}
    told = select(Notice.about).where(Notice.kind == kinds.JOB_FAILED.key, Notice.about.in_(jobs))
    known = set(db.session.scalars(told)) if jobs else set()
    return sum(_tell_failed(about, job, region) for about, job in jobs.items() if about not in known)


def _tell_failed(about: str, job: Job, region: Region) -> int:
    recipients = {*directory(region.id).at(region.scope, Role.ADMINISTRATOR), *([job.actor_id] if job.actor_id else ())}
    values = {"title": job.title, "problem": job.problem}
    return tell(kinds.JOB_FAILED, recipients, values, about=about, scope=region.scope)


def _by_municipality(
    subject: str, day: date, places: Sequence[Place], people: Directory, **values: object
) -> Iterator[Due]:
    """Yield one occasion per municipality, with the list of its schools, for its coordinators."""
    by_id: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_id[place.municipality_id].append(place)
    for municipality_id, own in by_id.items():
        scope = Scope(own[0].region_id, municipality_id)
        count = len(own)
        told = {
            "municipality": own[0].municipality,
            "count": f"{count} {plural(count, _('школа|школы|школ'))}",
            "schools": names_of([place.name for place in own]),
        }
        yield Due(
            f"{subject}:{day}:municipality:{municipality_id}",
            day,
            people.at(scope, Role.COORDINATOR),
            scope,
            {**told, **values},
            page_path("organisations.index", municipality=municipality_id),
        )


def _counting_days(today: date) -> list[tuple[date, tuple[int, ...]]]:
    """Return the days of the year whose headcounts somebody counts on, each with its grades (none: all)."""
    year = AcademicYear.of(today)
    days: dict[tuple[int, int], tuple[int, ...]] = {STATISTICS: ()}
    for manifest in current_plugins().manifests.values():
        for activity in manifest.activities:
            key = (activity.headcount_month, activity.headcount_day)
            known = days.setdefault(key, activity.grades)
            days[key] = tuple(sorted({*known, *activity.grades})) if known and activity.grades else ()
    return [(year.on(*key), grades) for key, grades in days.items()]


def _new_year(today: date) -> tuple[AcademicYear, date]:
    """Return the academic year that begins around `today`: in August it is the next one."""
    year = AcademicYear(today.year if today.month >= 8 else today.year - 1)
    return year, year.on(*CLASSES_BY)


def _uncounted(day: date, grades: tuple[int, ...], region_id: int) -> dict[Place, list[str]]:
    """Return the schools of the region with the classes that have no headcount for `day`."""
    counted = exists().where(Headcount.class_id == SchoolClass.id, Headcount.on_date >= day - FRESH)
    rows = db.session.execute(
        _places(SchoolClass.grade, SchoolClass.last_grade, SchoolClass.letter)
        .join(SchoolClass, SchoolClass.organisation_id == Organisation.id)
        .where(_is_open_in(region_id), SchoolClass.year == AcademicYear.of(day).start, _of_grades(grades), ~counted)
        .order_by(Organisation.search_key, Organisation.id)
    )
    found: dict[Place, list[ClassName]] = defaultdict(list)
    for *place, grade, last_grade, letter in rows:
        found[Place(*place)].append(ClassName(grade, last_grade, letter))
    return {place: [name.title for name in sorted(names)] for place, names in found.items()}


def _schools_without_classes(year: AcademicYear, region_id: int) -> list[Place]:
    entered = exists().where(SchoolClass.organisation_id == Organisation.id, SchoolClass.year == year.start)
    return _schools(region_id, ~entered)


def _schools(region_id: int, *conditions: ColumnElement[bool]) -> list[Place]:
    """Return the open schools of the region in alphabetical order."""
    of_kind = Organisation.kind == OrganisationKind.SCHOOL
    rows = db.session.execute(
        _places().where(_is_open_in(region_id), of_kind, *conditions).order_by(Organisation.search_key, Organisation.id)
    )
    return [Place(*row) for row in rows]


def _places(*columns: Any) -> Any:  # noqa: ANN401 - the type of a SELECT names its columns one by one
    place = (Organisation.id, Organisation.name, Municipality.id, Municipality.name, Municipality.region_id)
    return select(*place, *columns).join(Municipality, Organisation.municipality_id == Municipality.id)


def _is_open_in(region_id: int) -> ColumnElement[bool]:
    return and_(Municipality.region_id == region_id, Organisation.closed_on.is_(None))


def _of_grades(grades: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition on classes; any grade of a комплект counts."""
    asked = [and_(SchoolClass.grade <= grade, SchoolClass.last_grade >= grade) for grade in grades]
    return or_(*asked) if asked else true()


HEADCOUNTS = Reminder(kinds.HEADCOUNT, headcounts_due, SCHOOL_STEPS)
HEADCOUNTS_MISSING = Reminder(kinds.HEADCOUNT_MISSING, headcounts_missing, TOWN_STEPS)
NEW_CLASSES = Reminder(kinds.NEW_CLASSES, classes_due, (-7, -2, 0))
NEW_CLASSES_MISSING = Reminder(kinds.NEW_CLASSES_MISSING, classes_missing, TOWN_STEPS)
NO_ACCOUNT = Reminder(kinds.NO_ACCOUNT, schools_without_account, (0,))
PLATFORM = (HEADCOUNTS, HEADCOUNTS_MISSING, NEW_CLASSES, NEW_CLASSES_MISSING, NO_ACCOUNT, NOT_ACCEPTED)
