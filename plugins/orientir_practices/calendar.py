"""Deadlines of the contest for the regional calendar, which knows nothing of contests."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.db import db
from orientir.i18n import _
from orientir.web.links import page_path
from orientir_practices.models import Contest, Stage

A_DAY = timedelta(days=1)


def entries(first: datetime, last: datetime, filters: CalendarFilter) -> list[CalendarEntry]:
    """Return the last day of the intake, of the defence and the day of the results of contests that were announced.

    Contests are grown-ups': a calendar narrowed to a grade has none; they are the whole region's, so one narrowed to a
    municipality keeps them.
    """
    if filters.grade is not None:
        return []
    announced = select(Contest).where(Contest.stage != Stage.DRAFT)
    if filters.region_id is not None:
        announced = announced.where(Contest.region_id == filters.region_id)
    found = [entry for contest in db.session.scalars(announced) for entry in _of_contest(contest)]
    return [one for one in found if one.starts_at < last and one.ends_at > first]


def _of_contest(contest: Contest) -> list[CalendarEntry]:
    zone = ZoneInfo(contest.timezone)
    closes = contest.intake_until - A_DAY
    results = datetime.combine(contest.results_on, time.min, zone)
    defence = [contest.defence] if contest.defence else []
    return [
        _entry(contest, "intake", _("%(title)s: последний день приёма заявок", title=contest.title), closes),
        *(_entry(contest, "defence", f"{contest.title}: {one.title}", one.until - A_DAY) for one in defence),
        _entry(contest, "results", _("%(title)s: итоги", title=contest.title), results),
    ]


def _entry(contest: Contest, what: str, title: str, day: datetime) -> CalendarEntry:
    return CalendarEntry(
        uid=f"practices-{contest.id}-{what}",
        title=title,
        starts_at=day,
        ends_at=day + A_DAY,
        is_all_day=True,
        url=page_path("practices.contest", contest_id=contest.id),
        category=_("Конкурс"),
        audience=_("педагоги"),
        changed_at=contest.changed_at,
        sequence=contest.sequence,
    )
