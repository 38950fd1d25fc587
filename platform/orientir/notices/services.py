"""Verbs on notices: tell, read, choose the way, turn a rule off, forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import CursorResult, and_, delete, or_, select, update

from orientir import clock
from orientir.accounts.models import User
from orientir.audit import services as audit
from orientir.contracts import NoticeGroup, NoticeKind, Scope, Urgency
from orientir.db import db, insert_into
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.notices.mailing import mail_at_once
from orientir.notices.models import ABOUT_LIMIT, URL_LIMIT, ContactLetter, Notice, NoticePreference, ReminderSwitch
from orientir.notices.wording import words_of
from orientir.organisations.models import Region
from orientir.settings.queries import value

KEEP_SETTING = "notices_keep_days"
UNREAD_DAYS = 400  # what nobody opened in a year is old news too
ROWS = 500  # a statement; SQLite counts its parameters


@dataclass(frozen=True)
class Occasion:
    """What somebody is told about, as `tell` takes it."""

    about: str
    recipients: Iterable[int]
    values: Mapping[str, object]
    url: str = ""


def tell(
    kind: NoticeKind,
    recipients: Iterable[int],
    values: Mapping[str, object],
    *,
    about: str,
    scope: Scope,
    url: str = "",
    actor: int | None = None,
) -> int:
    """Tell each of `recipients` (accounts) once about the occasion `about`, and return how many hear of it now.

    In the caller's transaction: the notices, and the letters that go at once. The same occasion again changes nothing,
    also when two tell it at the same moment. Accounts that are closed or unknown are left out. `url` is a page of this
    site. Raises ValueError for an occasion without a name and for an address elsewhere.
    """
    return tell_each(kind, [Occasion(about, recipients, values, url)], scope=scope, actor=actor)


def tell_each(kind: NoticeKind, occasions: Sequence[Occasion], *, scope: Scope, actor: int | None = None) -> int:
    """Tell the people of several occasions of one kind, as `tell` does, and return how many notices are new.

    However many there are, they take the same few statements.
    """
    for one in occasions:
        _check(one.about, one.url)
    recipients = [[*one.recipients] for one in occasions]
    people = _open_accounts(chain.from_iterable(recipients))
    if not people:
        return 0
    region, ways, now = db.session.get_one(Region, scope.region_id), _ways(kind, people), clock.now()
    rows: list[dict[str, Any]] = []
    for one, told_to in zip(occasions, recipients, strict=True):
        words = words_of(kind, one.values)
        common: dict[str, Any] = {
            "kind": kind.key,
            "about": one.about,
            "topic": kind.group,
            "region_id": region.id,
            "subject": words.subject,
            "text": words.text,
            "url": one.url,
            "actor_id": actor,
            "created_at": now,
        }
        rows += ({**common, "user_id": person, "way": ways[person]} for person in {*told_to} & {*people})
    rows.sort(key=lambda row: (row["user_id"], row["about"]))  # two tellers never lock each other out
    told = [notice for start in range(0, len(rows), ROWS) for notice in _insert(rows[start : start + ROWS])]
    mail_at_once(kind, region, told)
    return len(told)


def read(notice_id: int, *, actor: int | None) -> Notice:
    """Mark one notice of the actor as read and return it; another's is none at all: raises MissingError."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.user_id != actor:
        raise MissingError(_("Этого уведомления нет: возможно, оно уже удалено."))
    notice.read_at = notice.read_at or clock.now()
    db.session.flush()
    return notice


def read_all(*, upto: int, actor: int | None) -> int:
    """Mark what the actor has seen (notices up to the number `upto`) as read, and return how many were unread."""
    seen = update(Notice).where(Notice.user_id == actor, Notice.read_at.is_(None), Notice.id <= upto)
    done = db.session.execute(seen.values(read_at=clock.now()))
    return done.rowcount if isinstance(done, CursorResult) else 0


def choose_ways(ways: Mapping[NoticeGroup, Urgency | None], *, actor: int) -> None:
    """Write down how the actor wants to hear of each group; None is the way each kind goes by itself.

    What waits for the next daily letter follows the new choice. Security has no choice.
    """
    for group, way in ways.items():
        if group is NoticeGroup.SECURITY:
            continue
        own = and_(NoticePreference.user_id == actor, NoticePreference.topic == group)
        db.session.execute(delete(NoticePreference).where(own))
        if way is not None:
            db.session.add(NoticePreference(user_id=actor, topic=group, way=way))
        if way is Urgency.SITE:
            waiting = and_(Notice.user_id == actor, Notice.topic == group, Notice.mailed_at.is_(None))
            db.session.execute(update(Notice).where(waiting).values(way=Urgency.SITE))
    db.session.flush()


def switch_rule(region: Region, rule: str, *, on: bool, actor: int | None) -> None:
    """Turn a rule of reminders on or off in the region; what it is already is no change."""
    own = (region.id, rule)
    found = db.session.get(ReminderSwitch, own)
    if on == (found is None):
        return
    if found is not None:
        db.session.delete(found)
    else:
        row = {"region_id": region.id, "rule": rule, "off_since": clock.now()}
        db.session.execute(insert_into(ReminderSwitch).values(row).on_conflict_do_nothing())
    db.session.flush()
    audit.write("notices.rule", "region", region.id, actor=actor, scope=region.scope, rule=rule, on=on)


def purge_notices(today: date) -> int:
    """Forget read notices after the region's time and unread ones after a year; return how many went.

    The shortest time is longer than any step of a reminder is told, so nothing forgotten is ever told again.
    """
    gone = 0
    midnight = datetime.combine(today, time(), UTC)
    for region_id in db.session.scalars(select(Region.id)).all():
        read_before = midnight - timedelta(days=int(value(region_id, KEEP_SETTING)))
        old = or_(Notice.read_at < read_before, Notice.created_at < midnight - timedelta(days=UNREAD_DAYS))
        done = db.session.execute(delete(Notice).where(Notice.region_id == region_id, old))
        gone += done.rowcount if isinstance(done, CursorResult) else 0
    letters = delete(ContactLetter).where(ContactLetter.created_at < midnight - timedelta(days=UNREAD_DAYS))
    done = db.session.execute(letters)
    return gone + (done.rowcount if isinstance(done, CursorResult) else 0)


def _check(about: str, url: str) -> None:
    if not 0 < len(about) <= ABOUT_LIMIT:
        raise ValueError(f"an occasion needs a name of 1 to {ABOUT_LIMIT} signs: «{about[:40]}»")
    if url and (not url.startswith("/") or url.startswith("//") or len(url) > URL_LIMIT):
        raise ValueError(f"notices lead to pages of this site only: «{url[:80]}»")


def _open_accounts(recipients: Iterable[int]) -> list[int]:
    """Return the accounts among `recipients` that are open, in one order: two tellers never lock each other out."""
    wanted = sorted(set(recipients))
    found: list[int] = []
    for start in range(0, len(wanted), ROWS):
        part = wanted[start : start + ROWS]
        known = select(User.id).where(User.id.in_(part), User.disabled_at.is_(None)).order_by(User.id)
        found += db.session.scalars(known)
    return found


def _ways(kind: NoticeKind, people: Sequence[int]) -> dict[int, Urgency]:
    """Return how the notice goes to each: security at once, what is for the site alone stays there, else as chosen."""
    if kind.always:
        return dict.fromkeys(people, Urgency.AT_ONCE)
    ways = dict.fromkeys(people, kind.urgency)
    if kind.urgency is not Urgency.SITE:
        chosen = select(NoticePreference.user_id, NoticePreference.way).where(NoticePreference.topic == kind.group)
        for start in range(0, len(people), ROWS):
            part = chosen.where(NoticePreference.user_id.in_(people[start : start + ROWS]))
            ways.update({user_id: Urgency(way) for user_id, way in db.session.execute(part)})
    return ways


def _insert(rows: list[dict[str, Any]]) -> list[Notice]:
    """Add what is not told yet; of two who tell the same at once the second finds it told."""
    added = insert_into(Notice).values(rows).on_conflict_do_nothing(index_elements=["user_id", "kind", "about"])
    ids = list(db.session.scalars(added.returning(Notice.id)))
    return list(db.session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id))) if ids else []
