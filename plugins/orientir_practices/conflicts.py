"""Who runs a contest and is tied to an entry of it: what concerns that entry is decided by somebody else.

A secretary keeps their hands off the entry itself, a chair off its whole nomination: to lower a rival is to raise one's
own (domain.md C.3). The ties are those that keep an expert from reading, but for the municipality: a region's chair
lives somewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from orientir.errors import ConflictError
from orientir.i18n import LazyText, _, _l
from orientir_practices.distribution import NOBODY, EntryToRead, ban_of
from orientir_practices.models import Contest, Entry
from orientir_practices.people import written_by
from orientir_practices.readers import entries_named, partners_among, readers_among
from orientir_practices.shortages import Ban

TIES: Mapping[Ban, LazyText] = {
    Ban.AUTHOR: _l("автор"),
    Ban.ORGANISATION: _l("из организации, которая её подала"),
    Ban.PARTNER: _l("из организации-партнёра"),
    Ban.CONFLICT: _l("конфликт интересов, о котором сказано самим экспертом"),
}


def ties_among(contest: Contest, users: Collection[int], only: Entry | None = None) -> dict[int, dict[int, str]]:
    """Return, by account and by entry, what ties people to accepted entries of a contest (or to `only`), in words."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    written = written_by(users)
    readers = [
        one for one in readers_among(contest, users) if one.organisations or one.conflicts or one.user_id in written
    ]
    entries = entries_named(contest, only) if readers else []  # most who run a contest are tied to nothing
    homes = frozenset(home for reader in readers for home in reader.organisations)
    partners = partners_among(contest, entries, homes) if homes else {}
    for entry in entries:
        authors = frozenset(user for user, own in written.items() if entry.id in own)
        known = EntryToRead(entry.id, entry.number or 0, entry.organisation_id, None, entry.nomination_id, authors,
                            partners.get(entry.id, NOBODY))  # fmt: skip
        for reader in readers:
            ban = ban_of(known, reader)
            if ban is not None and ban in TIES:
                found[reader.user_id][entry.id] = str(TIES[ban])
    return found


def ties_of(contest: Contest, user_id: int | None) -> dict[int, str]:
    """Return what ties one account to accepted entries of a contest, by entry, in words."""
    return ties_among(contest, [user_id]).get(user_id, {}) if user_id else {}


def tie_to(entry: Entry, user_id: int | None) -> str:
    """Return what ties an account to an entry, in words; «» for nothing and for nobody."""
    return ties_among(entry.contest, [user_id], entry).get(user_id, {}).get(entry.id, "") if user_id else ""


def closed_nominations(contest: Contest, user_id: int | None) -> dict[int, str]:
    """Return the nominations this account may not decide in, each with the reason: «заявка № 4: автор»."""
    ties = ties_of(contest, user_id)
    return {
        one.nomination_id: _("заявка № %(number)s: %(tie)s", number=one.number, tie=ties[one.id])
        for one in reversed(entries_named(contest) if ties else [])
        if one.id in ties
    }


def refuse_tied(entry: Entry, actor: int | None) -> None:
    """Raise ConflictError where whoever runs the contest is tied to the entry."""
    if tie := tie_to(entry, actor):
        raise ConflictError(
            _("Решение по этой заявке примет другой секретарь или оператор: вы с ней связаны (%(tie)s).", tie=tie)
        )


def refuse_presiding(contest: Contest, nominations: Collection[int], actor: int | None) -> None:
    """Raise ConflictError where a chair is tied to an entry in one of `nominations`."""
    closed = closed_nominations(contest, actor)
    for nomination in contest.nominations:
        if nomination.id in nominations and nomination.id in closed:
            raise ConflictError(
                _("В номинации «%(title)s» решает другой председатель: вы связаны с ней (%(tie)s). Его назначает "
                  "оператор.", title=nomination.title, tie=closed[nomination.id])
            )  # fmt: skip
