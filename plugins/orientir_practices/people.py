"""Who holds which role in a contest or an entry: grants are the one place that says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from orientir.accounts.models import Grant, User
from orientir.contracts import ObjectRole
from orientir.db import db
from orientir.i18n import _, _l
from orientir.people.models import Invitation
from orientir_practices.models import CONTEST, ENTRY, Contest, Entry
from orientir_practices.rights import (
    AUTHOR,
    CHAIR,
    JUROR,
    MANAGE,
    PRESIDE,
    RUN,
    SCORE,
    SECRETARY,
    VIEW,
    WRITE,
)


def _contest_titles(numbers: Collection[int]) -> dict[int, str]:
    found = select(Contest.id, Contest.title).where(Contest.id.in_(numbers))
    return dict(db.session.execute(found).all())


def _entry_titles(numbers: Collection[int]) -> dict[int, str]:
    found = select(Entry.id, Entry.title).where(Entry.id.in_(numbers))
    return {
        number: _("заявка «%(title)s»", title=title or _("без названия")) for number, title in db.session.execute(found)
    }


ROLES = (
    ObjectRole(SECRETARY, _l("секретарь конкурса"), CONTEST, (RUN, VIEW), given_by=MANAGE, named=_contest_titles),
    ObjectRole(CHAIR, _l("председатель жюри"), CONTEST, (PRESIDE, VIEW), given_by=MANAGE, named=_contest_titles),
    ObjectRole(JUROR, _l("эксперт конкурса"), CONTEST, (SCORE,), given_by=RUN, named=_contest_titles),
    ObjectRole(AUTHOR, _l("автор заявки"), ENTRY, (WRITE,), given_by=WRITE, named=_entry_titles),
)


def holders(contest: Contest, *roles: str) -> list[tuple[User, str]]:
    """Return the open accounts with one of `roles` in the contest, by name, each with the role."""
    held = (
        select(User, Grant.role)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.object_key == contest.scope.object_key, Grant.role.in_(roles), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [(user, role) for user, role in db.session.execute(held)]


def authors_of(entry: Entry) -> list[User]:
    """Return the authors of an entry, the first one first."""
    return authors_by_entry([entry]).get(entry.id, [])


def authors_by_entry(entries: Sequence[Entry]) -> dict[int, list[User]]:
    """Return the authors of entries by the entry's id, in one statement."""
    keys = {entry.scope.object_key: entry.id for entry in entries}
    held = (
        select(Grant.object_key, User)
        .join(User, Grant.user_id == User.id)
        .where(Grant.object_key.in_(keys), Grant.role == AUTHOR)
        .order_by(Grant.id)
    )
    found: dict[int, list[User]] = {}
    for key, user in db.session.execute(held):
        found.setdefault(keys[key], []).append(user)
    return found


def written_by(users: Collection[int]) -> dict[int, set[int]]:
    """Return the ids of the entries, of any contest, by account; of those alone who are an author of some."""
    held = select(Grant.user_id, Grant.object_key).where(Grant.user_id.in_(users), Grant.role == AUTHOR)
    found: dict[int, set[int]] = {}
    for user_id, key in db.session.execute(held):
        found.setdefault(user_id, set()).add(int(key.removeprefix(f"{ENTRY}:")))
    return found


def invited(contest: Contest) -> list[Invitation]:
    """Return the invitations to the contest nobody has opened yet, by address."""
    open_ones = select(Invitation).where(
        Invitation.object_key == contest.scope.object_key,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(open_ones.order_by(Invitation.email)))
