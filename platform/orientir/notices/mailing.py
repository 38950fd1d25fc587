"""When letters may leave, and the two kinds there are: one notice at once, a day's notices together.

Both take a notice before they write its letter: whoever comes second finds nothing left to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, update

from orientir import clock
from orientir.accounts.models import User
from orientir.contracts import NoticeKind, Urgency
from orientir.db import db
from orientir.i18n import _, plural
from orientir.mail import services as mail
from orientir.notices.kinds import title_of
from orientir.notices.mail_off import Reader, off_url
from orientir.notices.models import Notice
from orientir.notices.wording import digest_letter, letter
from orientir.organisations.models import Region
from orientir.settings.queries import value

DIGEST = "notices.digest"
HOUR_SETTING = "notices_hour"
MORNING, EVENING = 8, 21  # outside nobody is written to, by the region's clock


def is_day(region: Region, now: datetime) -> bool:
    """Tell whether letters may leave in the region at this moment."""
    return MORNING <= _local(region, now).hour < EVENING


def is_round_time(region: Region, now: datetime) -> bool:
    """Tell whether the hour of the daily letters has come; one that was missed is made up for until the evening."""
    return int(value(region.id, HOUR_SETTING)) <= _local(region, now).hour < EVENING


def mail_at_once(kind: NoticeKind, region: Region, notices: Sequence[Notice]) -> int:
    """Write the letters of new notices that go at once; at night they wait for the daily letter. Return how many."""
    now = clock.now()
    urgent = [one for one in notices if one.way == Urgency.AT_ONCE]
    if not urgent or not (kind.always or is_day(region, now)):
        return 0
    addresses = _addresses(one.user_id for one in urgent)
    drafts = [
        mail.Draft(
            addresses[notice.user_id], notice.subject, letter(notice, may_choose=not kind.always), notice.user_id,
            off_url="" if kind.always else _off_url([notice]),
        )
        for notice in urgent
    ]  # fmt: skip
    for notice, written in zip(urgent, mail.post_all(drafts, kind=kind.key, region_id=region.id), strict=True):
        notice.mail_id, notice.mailed_at = written.id, now
    db.session.flush()
    return len(urgent)


def people_waiting(region: Region) -> list[int]:
    """Return who has unread notices that no letter has told of yet."""
    wanted = (
        select(Notice.user_id).join(User, Notice.user_id == User.id).where(_waiting(region), User.disabled_at.is_(None))
    )
    return list(db.session.scalars(wanted.distinct().order_by(Notice.user_id)))


def mail_digests(region: Region, people: Sequence[int]) -> int:
    """Write one letter to each of `people` about all that waits for them, and return how many were written."""
    now = clock.now()
    taken = (
        update(Notice)
        .where(Notice.user_id.in_(people), _waiting(region))
        .values(mailed_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(db.session.scalars(taken))
    if not ids:
        return 0
    rows = db.session.scalars(
        select(Notice)
        .where(Notice.id.in_(ids))
        .order_by(Notice.user_id, Notice.kind, Notice.id)
        .execution_options(populate_existing=True)
    )
    addresses = _addresses(people)
    written = 0
    for user_id, group in groupby(rows, key=lambda one: one.user_id):
        if user_id in addresses:
            _post_digest(addresses[user_id], list(group), now)
            written += 1
    return written


def _post_digest(address: str, notices: list[Notice], now: datetime) -> None:
    by_title = [(title_of(kind), list(group)) for kind, group in groupby(notices, key=lambda one: one.kind)]
    count = len(notices)
    words = plural(count, _("новое уведомление|новых уведомления|новых уведомлений"))
    subject = notices[0].subject if count == 1 else _("Ориентир: %(count)s %(words)s", count=count, words=words)
    _post(address, subject, digest_letter(by_title), DIGEST, notices, now)


def _off_url(notices: Sequence[Notice]) -> str:
    return off_url(Reader.of_account(notices[0].user_id, (one.topic for one in notices)))


def _post(address: str, subject: str, text: str, kind: str, notices: Sequence[Notice], now: datetime) -> None:
    """Write the letter of `notices`; a mail program may turn off what they are about."""
    first = notices[0]
    written = mail.post(
        address, subject, text, kind=kind, region_id=first.region_id, user_id=first.user_id, off_url=_off_url(notices)
    )
    for notice in notices:
        notice.mail_id, notice.mailed_at = written.id, now
    db.session.flush()


def _waiting(region: Region) -> ColumnElement[bool]:
    unheard = and_(Notice.mailed_at.is_(None), Notice.read_at.is_(None))
    return and_(Notice.region_id == region.id, unheard, Notice.way != Urgency.SITE)


def _addresses(people: Iterable[int]) -> dict[int, str]:
    """Return the addresses of accounts that are open; no other address is known here, and students have none."""
    rows = db.session.execute(select(User.id, User.email).where(User.id.in_(list(people)), User.disabled_at.is_(None)))
    return {row.id: row.email for row in rows}


def _local(region: Region, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(region.timezone))
