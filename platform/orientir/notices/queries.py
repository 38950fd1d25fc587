"""Reads of notices: the bell, a person's page, the log of a region, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from orientir.accounts.models import User
from orientir.contracts import NoticeGroup, Urgency
from orientir.db import db
from orientir.i18n import _
from orientir.mail.models import MailState, OutgoingMail
from orientir.notices.kinds import title_of
from orientir.notices.models import ContactLetter, Notice, NoticePreference, NoticeRound, ReminderSwitch
from orientir.organisations.models import Organisation

CONTACTS = "contacts"  # the log of letters to responsible persons without an account
MOST_COUNTED = 99  # the bell says «99+»; counting on would cost more than it tells
PAGE_ROWS = 50

# The bell rings on every page, so its question is put together once.
WAITING = (
    select(Notice.id)
    .where(Notice.user_id == bindparam("user_id"), Notice.read_at.is_(None))
    .limit(MOST_COUNTED + 1)
    .subquery()
)
HOW_MANY_WAIT = select(func.count()).select_from(WAITING)


@dataclass(frozen=True)
class NoticePage:
    """One page of a person's notices: unread ones, then the read ones by the day they came, newest first."""

    unread: list[Notice]
    days: list[tuple[date, list[Notice]]]
    number: int
    pages: int
    total: int

    @property
    def last_id(self) -> int:
        """The newest notice the person sees here: what comes later is not marked as read by this page."""
        return max((one.id for one in self.unread), default=0)


@dataclass(frozen=True)
class LogFilter:
    """What is asked of the log; empty means any."""

    kind: str = ""
    channel: str = ""
    name: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class LogLine:
    """One notice as the log shows it: who heard of what, and how it went; never the text."""

    at: datetime
    kind: str
    who: str
    read_at: datetime | None
    way: Urgency
    mailed_at: datetime | None
    mail_state: MailState | None
    problem: str


@dataclass(frozen=True)
class LogPage:
    """One page of the log of a region."""

    lines: list[LogLine]
    number: int
    pages: int
    total: int


def unread_count(user_id: int) -> int:
    """Return how many notices wait for the person, at most one more than `MOST_COUNTED`."""
    return db.session.scalar(HOW_MANY_WAIT, {"user_id": user_id}) or 0


def latest_unread(user_id: int, count: int = 3) -> list[Notice]:
    """Return the newest unread notices, for the home page."""
    unread = select(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return list(db.session.scalars(unread.order_by(Notice.id.desc()).limit(count)))


def notice_page(user_id: int, timezone: str, number: int = 1) -> NoticePage:
    """Return one page of the person's notices; a page beyond the last is the last one. Two statements."""
    own = Notice.user_id == user_id
    total = db.session.scalar(select(func.count(Notice.id)).where(own)) or 0
    pages, number = _place(total, number)
    rows = list(
        db.session.scalars(
            select(Notice)
            .where(own)
            .order_by(Notice.read_at.is_not(None), Notice.id.desc())
            .limit(PAGE_ROWS)
            .offset((number - 1) * PAGE_ROWS)
        )
    )
    zone = ZoneInfo(timezone)
    read = [one for one in rows if one.read_at is not None]
    days = groupby(read, key=lambda one: one.created_at.astimezone(zone).date())
    return NoticePage(
        [one for one in rows if one.read_at is None],
        [(day, list(of_day)) for day, of_day in days],
        number,
        pages,
        total,
    )


def chosen_ways(user_id: int) -> dict[NoticeGroup, Urgency]:
    """Return the ways the person chose, by group."""
    rows = db.session.scalars(select(NoticePreference).where(NoticePreference.user_id == user_id))
    return {NoticeGroup(row.topic): Urgency(row.way) for row in rows if row.topic in set(NoticeGroup)}


def log_page(
    region_ids: Sequence[int], asked: LogFilter, timezone: str, number: int = 1, rows: int = PAGE_ROWS
) -> LogPage:
    """Return one page of what went in the regions, the newest first. Two statements."""
    if asked.channel == CONTACTS:
        return contact_log_page(region_ids, asked, timezone, number, rows)
    wanted = _logged(region_ids, asked, timezone)
    joined = select(func.count(Notice.id)).join(User, Notice.user_id == User.id)
    total = db.session.scalar(joined.outerjoin(OutgoingMail, Notice.mail_id == OutgoingMail.id).where(wanted)) or 0
    pages, number = _place(total, number, rows)
    found = db.session.execute(
        select(Notice, User.name, OutgoingMail.state, OutgoingMail.problem)
        .join(User, Notice.user_id == User.id)
        .outerjoin(OutgoingMail, Notice.mail_id == OutgoingMail.id)
        .where(wanted)
        .order_by(Notice.id.desc())
        .limit(rows)
        .offset((number - 1) * rows)
    )
    return LogPage([_line(*row) for row in found], number, pages, total)


def contact_log_page(
    region_ids: Sequence[int], asked: LogFilter, timezone: str, number: int, rows: int = PAGE_ROWS
) -> LogPage:
    """Return one page of the letters to responsible persons without an account; nobody's name is in the log."""
    wanted = [ContactLetter.region_id.in_(region_ids), *_dated(ContactLetter.created_at, asked, timezone)]
    if asked.kind:
        wanted.append(ContactLetter.kind == asked.kind)
    if asked.name:
        wanted.append(_is_named(asked.name, Organisation.name))
    whose = ContactLetter.organisation_id == Organisation.id
    total = db.session.scalar(select(func.count(ContactLetter.id)).join(Organisation, whose).where(*wanted)) or 0
    pages, number = _place(total, number, rows)
    found = db.session.execute(
        select(ContactLetter, Organisation.name, OutgoingMail.state, OutgoingMail.problem)
        .join(Organisation, whose)
        .outerjoin(OutgoingMail, ContactLetter.mail_id == OutgoingMail.id)
        .where(*wanted)
        .order_by(ContactLetter.id.desc())
        .limit(rows)
        .offset((number - 1) * rows)
    )
    return LogPage([_contact_line(*row) for row in found], number, pages, total)


def kinds_told(region_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Return the kinds the log of the regions knows, with their titles, in alphabetical order."""
    told = (select(table.kind).where(table.region_id.in_(region_ids)).distinct() for table in (Notice, ContactLetter))
    keys = db.session.scalars(union(*told))
    return sorted(((key, title_of(key)) for key in keys), key=lambda pair: pair[1])


def rules_off(region_id: int) -> set[str]:
    """Return the keys of the rules the region has turned off."""
    return set(db.session.scalars(select(ReminderSwitch.rule).where(ReminderSwitch.region_id == region_id)))


def last_rounds(region_id: int) -> dict[str, NoticeRound]:
    """Return the latest round of each rule, and of the daily letters, by name."""
    latest = (
        select(NoticeRound.name, func.max(NoticeRound.on_day).label("day"))
        .where(NoticeRound.region_id == region_id)
        .group_by(NoticeRound.name)
        .subquery()
    )
    same = and_(NoticeRound.name == latest.c.name, NoticeRound.on_day == latest.c.day)
    rows = db.session.scalars(select(NoticeRound).join(latest, same).where(NoticeRound.region_id == region_id))
    return {row.name: row for row in rows}


def rounds_made(region_id: int, day: date) -> set[str]:
    """Return the names of the rounds made in the region on this day."""
    made = select(NoticeRound.name).where(NoticeRound.region_id == region_id, NoticeRound.on_day == day)
    return set(db.session.scalars(made))


def _place(total: int, number: int, rows: int = PAGE_ROWS) -> tuple[int, int]:
    """Return how many pages there are and which one is meant."""
    pages = max(1, -(-total // rows))
    return pages, min(max(1, number), pages)


def _logged(region_ids: Sequence[int], asked: LogFilter, timezone: str) -> ColumnElement[bool]:
    conditions: list[Any] = [Notice.region_id.in_(region_ids)]
    if asked.kind:
        conditions.append(Notice.kind == asked.kind)
    if asked.channel in set(MailState):
        conditions.append(OutgoingMail.state == asked.channel)
    elif asked.channel == "site":
        conditions.append(Notice.mailed_at.is_(None))
    if asked.name:
        conditions.append(_is_named(asked.name, User.name, User.email))
    return and_(*conditions, *_dated(Notice.created_at, asked, timezone))


def _is_named(name: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    # PostgreSQL folds no Cyrillic in the C locale: the ways people write a name are tried instead.
    ways = {name, name.lower(), name.title()}
    return or_(*(column.contains(way, autoescape=True) for column in columns for way in ways))


def _dated(moment: InstrumentedAttribute[datetime], asked: LogFilter, timezone: str) -> list[ColumnElement[bool]]:
    zone = ZoneInfo(timezone)
    conditions = []
    if asked.first:
        conditions.append(moment >= datetime.combine(asked.first, datetime.min.time(), zone))
    if asked.last:
        conditions.append(moment <= datetime.combine(asked.last, datetime.max.time(), zone))
    return conditions


def _line(notice: Notice, who: str, mail_state: str | None, problem: str | None) -> LogLine:
    return LogLine(
        at=notice.created_at,
        kind=title_of(notice.kind),
        who=who,
        read_at=notice.read_at,
        way=Urgency(notice.way),
        mailed_at=notice.mailed_at,
        mail_state=MailState(mail_state) if mail_state else None,
        problem=problem or "",
    )


def _contact_line(letter: ContactLetter, name: str, mail_state: str | None, problem: str | None) -> LogLine:
    return LogLine(
        at=letter.created_at,
        kind=title_of(letter.kind),
        who=_("%(name)s, ответственный", name=name),
        read_at=None,
        way=Urgency.AT_ONCE,
        mailed_at=letter.created_at,
        mail_state=MailState(mail_state) if mail_state else None,
        problem=problem or "",
    )
