"""Reads: contests of a region, entries of somebody, of an organisation, of a contest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from orientir.accounts.models import Grant
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import LARGEST_ID, within
from orientir.organisations.search import search_words
from orientir_practices.jury_models import Finalist, Juror, Sheet, SheetState
from orientir_practices.models import CONTEST, ENTRY, Contest, Entry, EntryState, Nomination, Stage
from orientir_practices.rights import AUTHOR
from orientir_practices.rounds import FIRST, current

ROWS = 50
SENT_STATES = (EntryState.SUBMITTED, EntryState.RETURNED, EntryState.ACCEPTED, EntryState.REJECTED)


@dataclass(frozen=True)
class EntryPage:
    """One page of a list: `number` of `pages`; `total` counts all of them."""

    entries: list[Entry]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Queue:
    """What a secretary's list is narrowed to; "" and None mean any."""

    state: str = ""
    nomination: int | None = None
    typed: str = ""


def find_contest(contest_id: int) -> Contest | None:
    return db.session.get(Contest, contest_id) if 0 < contest_id <= LARGEST_ID else None


def existing_contest(contest_id: int) -> Contest:
    """Return the contest; raises MissingError."""
    contest = find_contest(contest_id)
    if contest is None:
        raise MissingError
    return contest


def find_entry(entry_id: int) -> Entry | None:
    return db.session.get(Entry, entry_id) if 0 < entry_id <= LARGEST_ID else None


def existing_entry(entry_id: int, contest: Contest | None = None) -> Entry:
    """Return the entry, of `contest` where one is named; raises MissingError."""
    entry = find_entry(entry_id)
    if entry is None or (contest is not None and entry.contest_id != contest.id):
        raise MissingError
    return entry


def find_juror(juror_id: int) -> Juror | None:
    return db.session.get(Juror, juror_id) if 0 < juror_id <= LARGEST_ID else None


def find_sheet(sheet_id: int) -> Sheet | None:
    return db.session.get(Sheet, sheet_id) if 0 < sheet_id <= LARGEST_ID else None


def existing_sheet(sheet_id: int) -> Sheet:
    """Return the sheet; raises MissingError."""
    sheet = find_sheet(sheet_id)
    if sheet is None:
        raise MissingError
    return sheet


def existing_nomination(nomination_id: int, contest: Contest) -> Nomination:
    """Return a nomination of the contest; raises MissingError."""
    found = next((one for one in contest.nominations if one.id == nomination_id), None)
    if found is None:
        raise MissingError
    return found


def contests_of(region_id: int, *, public: bool = True) -> list[Contest]:
    """Return the contests of a region, the newest first; `public` leaves those in preparation out."""
    wanted = select(Contest).where(Contest.region_id == region_id).order_by(Contest.year.desc(), Contest.id.desc())
    return list(db.session.scalars(wanted.where(Contest.stage != Stage.DRAFT) if public else wanted))


def contests_at(scopes: Sequence[Scope], region_id: int | None = None) -> list[Contest]:
    """Return the contests somebody holds a right in: all of a region, or those named by an object; newest first."""
    ids = [_number(scope.object_key, CONTEST) for scope in scopes if scope.object_key.startswith(f"{CONTEST}:")]
    regions = [scope.region_id for scope in scopes if not scope.object_key and scope.municipality_id is None
               and scope.organisation_id is None]  # fmt: skip
    if not ids and not regions:
        return []
    held = select(Contest).where(or_(Contest.id.in_(ids), Contest.region_id.in_(regions)))
    if region_id is not None:
        held = held.where(Contest.region_id == region_id)
    return list(db.session.scalars(held.order_by(Contest.year.desc(), Contest.id.desc())))


def entries_of(user_id: int) -> list[Entry]:
    """Return the entries somebody is an author of, the newest first."""
    keys = db.session.scalars(select(Grant.object_key).where(Grant.user_id == user_id, Grant.role == AUTHOR)).all()
    ids = [_number(key, ENTRY) for key in keys]
    return list(db.session.scalars(select(Entry).where(Entry.id.in_(ids)).order_by(Entry.id.desc())))


def entries_in(scopes: Sequence[Scope]) -> list[Entry]:
    """Return the entries of the organisations of the branches, the newest first, without drafts that are not theirs."""
    found = select(Entry).join(Entry.organisation).join(Organisation.municipality).where(within(scopes))
    return list(db.session.scalars(found.order_by(Entry.id.desc()).limit(ROWS)))


def queue_of(contest: Contest, wanted: Queue, *, page: int = 1, rows: int = ROWS) -> EntryPage:
    """Return the entries of a contest in the order they were sent, drafts last; a page beyond the last is the last."""
    found = select(Entry).where(Entry.contest_id == contest.id)
    if wanted.state:
        found = found.where(Entry.state == wanted.state)
    if wanted.nomination:
        found = found.where(Entry.nomination_id == wanted.nomination)
    for word in search_words(wanted.typed):
        found = found.where(Entry.search_key.contains(word, autoescape=True))
    return _in_pages(found.order_by(Entry.number.is_(None), Entry.number, Entry.id), page, rows)


def count_by_state(contest: Contest) -> dict[str, int]:
    """Return how many entries of the contest are in each state."""
    grouped = select(Entry.state, func.count(Entry.id)).where(Entry.contest_id == contest.id).group_by(Entry.state)
    return dict(db.session.execute(grouped).all())


def accepted_in(contest: Contest) -> list[Entry]:
    """Return the entries the experts read, by number."""
    found = select(Entry).where(Entry.contest_id == contest.id, Entry.state == EntryState.ACCEPTED)
    return list(db.session.scalars(found.order_by(Entry.number)))


def read_in(contest: Contest, number: int) -> list[Entry]:
    """Return the entries the experts of a round have before them, by number: at the defence those of the short list."""
    found = select(Entry).where(Entry.contest_id == contest.id, Entry.state == EntryState.ACCEPTED)
    if number != FIRST:
        found = found.join(Finalist, Finalist.entry_id == Entry.id).where(Finalist.is_in)
    return list(db.session.scalars(found.order_by(Entry.number)))


def is_read_in(entry: Entry, number: int) -> bool:
    """Tell whether an accepted entry is one of those the experts of a round have before them."""
    if number == FIRST:
        return entry.state == EntryState.ACCEPTED
    finalist = db.session.get(Finalist, entry.id)
    return finalist is not None and finalist.is_in


def sheets_of(juror: Juror) -> list[Sheet]:
    """Return what an expert has to read in the round in hand and what they sent before.

    Unsent ones come first, each in the order of the entries.
    """
    found = select(Sheet).join(Sheet.entry).where(Sheet.juror_id == juror.id, Sheet.state != SheetState.WITHDRAWN)
    of_now = or_(Sheet.round == current(juror.contest), Sheet.state == SheetState.SENT)
    ordered = found.where(of_now).order_by(Sheet.state == SheetState.SENT, Sheet.round.desc(), Entry.number)
    return list(db.session.scalars(ordered))


def sheets_in(contest: Contest, number: int) -> list[Sheet]:
    """Return all sheets of a round but those given to others, by entry and expert."""
    found = select(Sheet).join(Sheet.entry).where(Entry.contest_id == contest.id, Sheet.round == number)
    alive = found.where(Sheet.state != SheetState.WITHDRAWN)
    return list(db.session.scalars(alive.order_by(Entry.number, Sheet.expert)))


def sheets_about(entry: Entry) -> list[Sheet]:
    """Return the sheets about an entry, by round and expert."""
    found = select(Sheet).where(Sheet.entry_id == entry.id, Sheet.state != SheetState.WITHDRAWN)
    return list(db.session.scalars(found.order_by(Sheet.round, Sheet.expert)))


def own_organisations(scopes: Sequence[Scope]) -> list[Organisation]:
    """Return the organisations somebody may begin entries for: those they hold a role in."""
    own = [scope for scope in scopes if scope.organisation_id is not None]
    found = select(Organisation).join(Organisation.municipality).where(within(own))
    return list(db.session.scalars(found.order_by(Municipality.name, Organisation.search_key))) if own else []


def _in_pages(wanted: Select[Entry], page: int, rows: int) -> EntryPage:
    total = db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    found = db.session.scalars(wanted.limit(rows).offset((number - 1) * rows))
    return EntryPage(list(found), number, pages, total)


def _number(key: str, kind: str) -> int:
    number = key.removeprefix(f"{kind}:")
    return int(number) if number.isdecimal() else 0
