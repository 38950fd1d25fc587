"""Entries and winners as facts of coverage: of grown-ups who teach, in the calendar year of the contest (1.7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.contracts import Activity, Audience, Period
from orientir.coverage import services as coverage
from orientir.coverage.evidence import Entry as Fact
from orientir.coverage.evidence import LevelHome, Party, Source
from orientir.db import db
from orientir.i18n import _l
from orientir_practices.jury_models import Award
from orientir_practices.models import PLUGIN, Contest, Entry
from orientir_practices.people import authors_by_entry, authors_of

SENT, WON = "practices.sent", "practices.won"
ACTIVITIES = (
    Activity(SENT, _l("Конкурс практик: подали заявку"), Audience.TEACHERS, Period.CALENDAR_YEAR),
    Activity(WON, _l("Конкурс практик: победители и лауреаты"), Audience.TEACHERS, Period.CALENDAR_YEAR),
)
A_MOMENT = timedelta(seconds=1)  # entries are no meetings: whether their authors are different people is not known


def record_sent(entry: Entry) -> None:
    """Count the authors of an entry that was sent; again changes nothing."""
    coverage.record(_fact(SENT, entry, entry.submitted_at or clock.now(), len(authors_of(entry))))


def forget_sent(entry: Entry) -> None:
    """Take the fact of an entry back that left the contest."""
    coverage.reverse(_source(SENT, entry))


def record_winners(contest: Contest) -> None:
    """Count the authors of the entries the protocol gives a place or a title."""
    won = db.session.scalars(
        select(Entry).join(Award, Award.entry_id == Entry.id).where(Entry.contest_id == contest.id).order_by(Entry.id)
    ).all()
    now = clock.now()
    if won:
        authors = authors_by_entry(won)
        coverage.record_all([_fact(WON, entry, now, len(authors.get(entry.id, ()))) for entry in won])


def _fact(activity: str, entry: Entry, moment: datetime, authors: int) -> Fact:
    day = moment.astimezone(ZoneInfo(entry.contest.timezone)).date()
    return Fact(
        activity=activity,
        period=day.year,
        on_date=day,
        evidence=Party(max(1, authors), moment, moment + A_MOMENT),
        source=_source(activity, entry),
        home=LevelHome(entry.organisation_id),
    )


def _source(activity: str, entry: Entry) -> Source:
    return Source(PLUGIN, f"{activity.partition('.')[2]}:{entry.id}")
