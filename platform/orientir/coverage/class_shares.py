"""Participation of one class in everything that counts it, for the class's own page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from orientir.contracts import Activity, Audience
from orientir.coverage.activities import activities, base_year, period_title, takes_grades
from orientir.coverage.queries import share_of
from orientir.coverage.shares import Share
from orientir.i18n import LazyText
from orientir.organisations.models import SchoolClass


@dataclass(frozen=True)
class ClassShare:
    title: LazyText | str
    period: str
    share: Share
    url: str


def class_shares(school_class: SchoolClass) -> list[ClassShare]:
    """Return the share of the class in each activity of students that counts its grade; two statements for each."""
    return [
        _share(activity, period, school_class)
        for activity in activities().values()
        if activity.audience is Audience.STUDENTS
        if takes_grades(activity, school_class.grade, school_class.last_grade)
        for period in (school_class.year, school_class.year + 1)
        if base_year(activity, period) == school_class.year
    ]


def _share(activity: Activity, period: int, school_class: SchoolClass) -> ClassShare:
    url = url_for(
        "coverage.organisation", activity=activity.key, organisation_id=school_class.organisation_id, year=period
    )
    share = share_of(activity.key, period, school_class.scope, class_id=school_class.id)
    return ClassShare(activity.title, period_title(activity, period), share, url)
