"""Reads of reports: those of a school's year, the classes that were nowhere yet, events that wait for a report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import LARGEST_ID
from orientir.students.models import Student
from orientir_calendar.models import Event, Report
from orientir_calendar.queries import Wanted, find_event, public_events
from orientir_calendar.repeats import Meeting, meetings

LATELY = timedelta(days=31)
MOST_WAITING = 20


def find_report(report_id: int) -> Report | None:
    return db.session.get(Report, report_id) if 0 < report_id <= LARGEST_ID else None


def existing_report(report_id: int) -> Report:
    """Return the report; raises MissingError."""
    report = find_report(report_id)
    if report is None:
        raise MissingError
    return report


def reports_of(school: Organisation, year: AcademicYear) -> list[Report]:
    """Return the reports of a school in an academic year that were not taken back, the latest first."""
    zone = ZoneInfo(school.municipality.region.timezone)
    first, after = (datetime.combine(AcademicYear(one).first_day, time(), zone) for one in (year.start, year.start + 1))
    wanted = select(Report).where(
        Report.organisation_id == school.id,
        Report.taken_back.is_(False),
        Report.starts_at >= first,
        Report.starts_at < after,
    )
    return list(db.session.scalars(wanted.order_by(Report.starts_at.desc(), Report.id.desc())))


def nowhere_yet(classes: Sequence[SchoolClass], reports: Sequence[Report]) -> list[SchoolClass]:
    """Return the classes no report speaks of."""
    told = {line.class_id for report in reports for line in report.lines}
    return [one for one in classes if one.id not in told]


def waiting_events(school: Organisation, reports: Collection[Report]) -> list[Meeting]:
    """Return what went by lately in the school's municipality and has no report of the school, the latest first."""
    now = clock.now()
    reported = {(one.event_id, one.starts_at.date()) for one in reports}
    place = school.municipality
    found = [
        meeting
        for event in public_events(place.region_id, now - LATELY, now, Wanted(place=place.id))
        for meeting in meetings(event, now - LATELY, now)
        if meeting.ends_at <= now and (event.id, meeting.starts_at.date()) not in reported
    ]
    return sorted(found, key=lambda one: one.starts_at, reverse=True)[:MOST_WAITING]


def seats_by_number(class_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """Return the ids of seats by their number, by class."""
    rows = db.session.execute(
        select(Student.class_id, Student.number, Student.id).where(Student.class_id.in_(class_ids))
    )
    found: dict[int, dict[int, int]] = {}
    for class_id, number, student_id in rows:
        found.setdefault(class_id, {})[number] = student_id
    return found


def reported_event(event_id: int) -> Event | None:
    """Return a public event a report may be about."""
    event = find_event(event_id)
    return event if event is not None and event.is_public else None
