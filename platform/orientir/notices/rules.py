"""The platform's own rules: what schools and municipalities owe the calendar, and work that failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from orientir import clock
from orientir.accounts.roles import Role
from orientir.clock import AcademicYear
from orientir.contracts import Due, Reminder, Scope
from orientir.db import db
from orientir.i18n import _
from orientir.jobs.models import Job, JobState
from orientir.notices import kinds
from orientir.notices.invitation_rule import NOT_ACCEPTED
from orientir.notices.models import Notice
from orientir.notices.people import Directory, directory
from orientir.notices.services import tell
from orientir.notices.wording import names_of
from orientir.organisations.models import Region
from orientir.students.counting_days import AHEAD, CountingDay, counting_days
from orientir.students.duties import Place, schools_without_account, schools_without_classes, uncounted_classes
from orientir.web.formats import counted
from orientir.web.links import page_path

CLASSES_BY = (9, 10)
SCHOOL_STEPS, TOWN_STEPS = (-AHEAD.days, -3, 0), (3, 10)
LACKS = {"headcount": "headcounts", "classes": "classes", "account": "accounts"}  # as the list of whom to call names
NEWS_OF_JOBS = timedelta(days=3)


def headcounts_due(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools with classes that have no headcount for a counting day (20 September, 1 May)."""
    for day in _days(today):
        if HEADCOUNTS.step_on(day.on, today) is None:
            continue
        people = directory(region_id)
        for place, titles in uncounted_classes(day, Scope(region_id), today).items():
            count = len(titles)
            yield Due(
                f"headcount:{day.on}:organisation:{place.organisation_id}",
                day.on,
                people.responsible(place.scope),
                place.scope,
                {
                    "school": place.name,
                    "count": counted(count, _("классе|классах|классах")),
                    "classes": names_of(titles),
                },
                _page(place),
            )


def headcounts_missing(today: date, region_id: int) -> Iterator[Due]:
    """Yield the municipalities with schools that still owe headcounts after the day."""
    for day in _days(today):
        if HEADCOUNTS_MISSING.step_on(day.on, today) is not None:
            places = list(uncounted_classes(day, Scope(region_id), today))
            yield from _by_municipality("headcount", day.on, places, directory(region_id))


def classes_due(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools that have no class of the year that has just begun."""
    year, day = _new_year(today)
    if NEW_CLASSES.step_on(day, today) is None:
        return
    people = directory(region_id)
    for place in schools_without_classes(Scope(region_id), year, today):
        about = f"classes:{year.start}:organisation:{place.organisation_id}"
        values = {"school": place.name, "year": year}
        yield Due(about, day, people.responsible(place.scope), place.scope, values, _page(place))


def classes_missing(today: date, region_id: int) -> Iterator[Due]:
    """Yield the municipalities with schools that have no class of the new year after 10 September."""
    year, day = _new_year(today)
    if NEW_CLASSES_MISSING.step_on(day, today) is not None:
        places = schools_without_classes(Scope(region_id), year, today)
        yield from _by_municipality("classes", day, places, directory(region_id), year=year)


def accounts_missing(today: date, region_id: int) -> Iterator[Due]:
    """Yield, once a month while lessons go on, the municipalities with schools nobody of which can be reminded."""
    day = today.replace(day=1)
    if day.month in (6, 7, 8) or NO_ACCOUNT.step_on(day, today) is None:
        return
    places = schools_without_account(Scope(region_id), today)
    yield from _by_municipality("account", day, places, directory(region_id))


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
            "count": counted(count, _("школа|школы|школ")),
            "schools": names_of([place.name for place in own]),
        }
        yield Due(
            f"{subject}:{day}:municipality:{municipality_id}",
            day,
            people.at(scope, Role.COORDINATOR),
            scope,
            {**told, **values},
            page_path("calls.index", municipality=municipality_id, lack=LACKS[subject]),
        )


def _days(today: date) -> list[CountingDay]:
    return counting_days(AcademicYear.of(today))


def _new_year(today: date) -> tuple[AcademicYear, date]:
    """Return the academic year in hand and the day its classes must stand by."""
    year = AcademicYear.of(today)
    return year, year.on(*CLASSES_BY)


def _page(place: Place) -> str:
    return page_path("organisations.organisation", organisation_id=place.organisation_id)


HEADCOUNTS = Reminder(kinds.HEADCOUNT, headcounts_due, SCHOOL_STEPS)
HEADCOUNTS_MISSING = Reminder(kinds.HEADCOUNT_MISSING, headcounts_missing, TOWN_STEPS)
NEW_CLASSES = Reminder(kinds.NEW_CLASSES, classes_due, (-7, -2, 0))
NEW_CLASSES_MISSING = Reminder(kinds.NEW_CLASSES_MISSING, classes_missing, TOWN_STEPS)
NO_ACCOUNT = Reminder(kinds.NO_ACCOUNT, accounts_missing, (0,))
PLATFORM = (HEADCOUNTS, HEADCOUNTS_MISSING, NEW_CLASSES, NEW_CLASSES_MISSING, NO_ACCOUNT, NOT_ACCEPTED)
