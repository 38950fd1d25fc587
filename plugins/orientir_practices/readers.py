"""Entries and experts as the distribution sees them: where everybody works, what stands between whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from orientir.accounts.models import Grant
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.search import search_key
from orientir_practices.distribution import EntryToRead, Reader, ban_of
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.people import authors_by_entry
from orientir_practices.rounds import current
from orientir_practices.shortages import BAN_WORDS, Ban

FREE = (None, Ban.FELL_OUT)  # what was taken from somebody may be given back to them, by hand
STANDING = (SheetState.ASSIGNED, SheetState.OPEN, SheetState.SENT)


def readers_of(jurors: Sequence[Juror]) -> list[Reader]:
    """Return experts with all that ties them: what they said, the roles they hold, entries they gave back."""
    ids = [juror.id for juror in jurors]
    held, declined = _held_by([juror.user_id for juror in jurors]), _lost_by(ids, SheetState.DECLINED)
    lost = _lost_by(ids, SheetState.WITHDRAWN)
    return [
        Reader(
            id=juror.id,
            user_id=juror.user_id,
            name=juror.user.name,
            organisations=frozenset(
                _known(juror.organisation_id, *(one.organisation_id for one in held[juror.user_id]))
            ),
            municipalities=frozenset(
                _known(juror.municipality_id, *(one.municipality_id for one in held[juror.user_id]))
            ),
            conflicts=frozenset(declined[juror.id]),
            fell_out=frozenset(lost[juror.id]),
        )
        for juror in jurors
    ]


def readers_among(contest: Contest, users: Collection[int]) -> list[Reader]:
    """Return accounts with what ties them to entries, experts or not; where they live is left out."""
    known = select(Juror).where(Juror.contest_id == contest.id, Juror.user_id.in_(users))
    jurors = {juror.user_id: juror for juror in db.session.scalars(known)}
    held, declined = _held_by(list(users)), _lost_by([juror.id for juror in jurors.values()], SheetState.DECLINED)
    found = []
    for user_id in users:
        juror = jurors.get(user_id)
        said = juror.organisation_id if juror else None
        found.append(
            Reader(
                id=juror.id if juror else 0,
                user_id=user_id,
                organisations=frozenset(_known(said, *(one.organisation_id for one in held[user_id]))),
                conflicts=frozenset(declined[juror.id] if juror else ()),
            )
        )
    return found


def entries_to_read(contest: Contest, only: Entry | None = None) -> list[EntryToRead]:
    """Return the accepted entries of a contest with the experts who stay with them, or one entry whatever its state.

    The experts are those of the round in hand.
    """
    wanted = select(Entry).where(Entry.contest_id == contest.id, Entry.state == EntryState.ACCEPTED)
    entries = [only] if only else list(db.session.scalars(wanted.order_by(Entry.number)))
    authors, assigned = authors_by_entry(entries), _assigned_to([entry.id for entry in entries], current(contest))
    partners = _partners_of(contest, entries)
    return [
        EntryToRead(
            id=entry.id,
            number=entry.number or 0,
            organisation_id=entry.organisation_id,
            municipality_id=entry.organisation.municipality_id,
            nomination_id=entry.nomination_id,
            authors=frozenset(author.id for author in authors.get(entry.id, ())),
            partners=partners.get(entry.id, frozenset()),
            assigned=frozenset(assigned.get(entry.id, ())),
        )
        for entry in entries
    ]


def forbidden_reason(entry: Entry, juror: Juror) -> str:
    """Return why this expert may not read this entry, «» where nothing is known against it (domain.md C.3)."""
    ban = ban_of(entries_to_read(entry.contest, entry)[0], readers_of([juror])[0])
    return "" if ban in FREE else str(BAN_WORDS[ban]).partition("|")[0]


def _partners_of(contest: Contest, entries: Sequence[Entry]) -> dict[int, frozenset[int]]:
    """Return the organisations of the region an entry names as its partners, where it calls them by their name."""
    named = {
        entry.id: {search_key(str(one.get("text", ""))) for one in entry.answers.get("partners", ())}
        for entry in entries
    }
    if not any(named.values()):
        return {}
    region = select(Organisation.id, Organisation.name, Organisation.full_name).join(Organisation.municipality)
    by_name: dict[str, int] = {}
    for number, *names in db.session.execute(region.where(Municipality.region_id == contest.region_id)):
        by_name |= {search_key(name): number for name in names if name}
    return {entry_id: frozenset(by_name[key] for key in keys if key in by_name) for entry_id, keys in named.items()}


def _held_by(users: Sequence[int]) -> Mapping[int, list[Scope]]:
    found: dict[int, list[Scope]] = defaultdict(list)
    for grant in db.session.scalars(select(Grant).where(Grant.user_id.in_(users), Grant.object_key == "")):
        found[grant.user_id].append(grant.scope)
    return found


def _lost_by(jurors: Sequence[int], state: SheetState) -> Mapping[int, list[int]]:
    """Return by juror the entries they gave back (`DECLINED`) or that were taken from them (`WITHDRAWN`)."""
    found: dict[int, list[int]] = defaultdict(list)
    if not jurors:
        return found
    rows = select(Sheet.juror_id, Sheet.entry_id).where(Sheet.juror_id.in_(jurors), Sheet.state == state)
    for juror_id, entry_id in db.session.execute(rows):
        found[juror_id].append(entry_id)
    return found


def _assigned_to(entries: Sequence[int], number: int) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = select(Sheet.entry_id, Sheet.juror_id).where(Sheet.entry_id.in_(entries), Sheet.state.in_(STANDING))
    for entry_id, juror_id in db.session.execute(rows.where(Sheet.round == number)):
        found[entry_id].append(juror_id)
    return found


def _known(*numbers: int | None) -> list[int]:
    return [number for number in numbers if number is not None]
