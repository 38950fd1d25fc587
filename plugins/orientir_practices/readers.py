"""Entries and experts as the distribution sees them: where everybody works, what stands between whom."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, bindparam, cast, or_, select

from orientir.accounts.models import Grant
from orientir.contracts import Scope
from orientir.db import db, table_of
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.search import search_key
from orientir.prepared import Asking
from orientir_practices.distribution import EntryToRead, Reader, ban_of
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.people import authors_by_entry
from orientir_practices.rounds import current
from orientir_practices.shortages import BAN_WORDS, Ban
from orientir_practices.told import in_one_text, rows_in

FREE = (None, Ban.FELL_OUT)  # what was taken from somebody may be given back to them, by hand
STANDING = (SheetState.ASSIGNED, SheetState.OPEN, SheetState.SENT)
KEPT = 8  # contests of a process
ENTRY = table_of(Entry).c


class Named(NamedTuple):
    """An entry, and the search keys of what it calls its partners."""

    id: int
    number: int
    organisation_id: int
    nomination_id: int
    partners: frozenset[str]


def _entries_named(engine: str) -> Select[Any]:
    """Return what asks for the accepted entries of a contest, or for one whatever its state."""
    wanted = or_(and_(bindparam("only") == 0, ENTRY.state == EntryState.ACCEPTED), ENTRY.id == bindparam("only"))
    partners = cast(Entry.answers["partners"], Text)
    rows = select(ENTRY.id, ENTRY.number, ENTRY.organisation_id, ENTRY.nomination_id, partners)
    of_contest = rows.where(ENTRY.contest_id == bindparam("contest_id"), wanted).order_by(ENTRY.number)
    return select().add_columns(in_one_text(engine, of_contest))


NAMED = Asking(str, _entries_named)


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
    known = select(Juror.id, Juror.user_id, Juror.organisation_id)
    found_jurors = db.session.execute(known.where(Juror.contest_id == contest.id, Juror.user_id.in_(users)))
    jurors = {juror.user_id: juror for juror in found_jurors}
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
    partners = _partners_of(contest, {entry.id: _keys_of(entry.answers.get("partners")) for entry in entries})
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


def entries_named(contest: Contest, only: Entry | None = None) -> Sequence[Named]:
    """Return the accepted entries of a contest by number, or one whatever its state, without the people about them."""
    db.session.flush()
    return _taken_apart(NAMED.made(contest_id=contest.id, only=only.id if only else 0))


@lru_cache(maxsize=KEPT)
def _taken_apart(told: str) -> Sequence[Named]:
    """Return the entries of rows told in one text (decision 28); most say the same as when they were last asked."""
    return [Named._make((*row, _keys_of(json.loads(partners or "null")))) for *row, partners in rows_in(told)]


def partners_among(
    contest: Contest, entries: Iterable[Named], organisations: Collection[int]
) -> Mapping[int, frozenset[int]]:
    """Return by entry the organisations it names as partners, of those entries that name some of `organisations`."""
    known = select(Organisation.name, Organisation.full_name).where(Organisation.id.in_(organisations))
    keys = {search_key(name) for names in db.session.execute(known) for name in names if name}
    return _partners_of(contest, {one.id: one.partners for one in entries if not one.partners.isdisjoint(keys)})


def forbidden_reason(entry: Entry, juror: Juror) -> str:
    """Return why this expert may not read this entry, «» where nothing is known against it (domain.md C.3)."""
    ban = ban_of(entries_to_read(entry.contest, entry)[0], readers_of([juror])[0])
    return "" if ban in FREE else str(BAN_WORDS[ban]).partition("|")[0]


def _keys_of(partners: Sequence[Mapping[str, Any]] | None) -> frozenset[str]:
    return frozenset(search_key(str(one.get("text", ""))) for one in partners or ())


def _partners_of(contest: Contest, named: Mapping[int, frozenset[str]]) -> dict[int, frozenset[int]]:
    """Return the organisations of the region an entry names as its partners, where it calls them by their name."""
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
