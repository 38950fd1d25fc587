"""The bank of practices: what authors agreed to publish, found by everybody, repeated by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.models import Organisation
from orientir.organisations.queries import LARGEST_ID
from orientir.organisations.search import search_key, search_stems
from orientir_practices import consents
from orientir_practices.models import Contest, Entry, EntryState, Nomination, Practice, Repeat, Stage

ROWS = 20
LONGEST_WORDS, LONGEST_KEY = 500, 4000
SEARCHED = ("title", "annotation", "problem", "goal", "steps", "results")


@dataclass(frozen=True)
class Wanted:
    """What the bank is narrowed to; "" and None mean any."""

    typed: str = ""
    municipality: int | None = None
    nomination: str = ""
    for_ovz: bool = False


@dataclass(frozen=True)
class BankPage:
    """One page of the bank: `number` of `pages`; `total` counts all."""

    practices: list[Practice]
    number: int
    pages: int
    total: int


def find_practice(entry_id: int) -> Practice | None:
    return db.session.get(Practice, entry_id) if 0 < entry_id <= LARGEST_ID else None


def existing_practice(entry_id: int) -> Practice:
    """Return a practice of the bank; raises MissingError, also for one whose authors took their consent back."""
    practice = find_practice(entry_id)
    if practice is None:
        raise MissingError
    return practice


def publish_if_agreed(entry: Entry) -> None:
    """Put a practice into the bank once results are public, it was accepted and its authors agree; again is nothing."""
    publish_agreed([entry])


def publish_agreed(entries: Sequence[Entry]) -> None:
    """Do the same for many entries, in the same few statements."""
    open_ones = {
        one.id: one for one in entries if one.contest.stage == Stage.PUBLISHED and one.state == EntryState.ACCEPTED
    }
    known = set(db.session.scalars(select(Practice.entry_id).where(Practice.entry_id.in_(open_ones))))
    agreed = consents.agreed_to(consents.PUBLICATION, [*open_ones]) - known
    for entry in (open_ones[one] for one in sorted(agreed)):
        words = [str(entry.answers.get(code, "")) for code in SEARCHED]
        key = _key(*words, entry.organisation.name)
        db.session.add(Practice(entry=entry, published_at=clock.now(), search_key=key))
    db.session.flush()


def withdraw_consent(entry: Entry, kind: str, *, actor: int | None) -> None:
    """Take a consent back; that to publication takes the practice out of the bank in the same moment."""
    consents.withdraw(entry, kind, actor=actor)
    practice = find_practice(entry.id)
    if kind == consents.PUBLICATION and practice is not None:
        db.session.delete(practice)
        db.session.flush()
        audit.write(
            "practices.bank.leave", "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope,
            title=entry.title,
        )  # fmt: skip


def search(region_id: int, wanted: Wanted, *, page: int = 1, rows: int = ROWS) -> BankPage:
    """Return the practices of a region, those most often repeated first; a page beyond the last is the last one."""
    repeats = select(func.count()).where(Repeat.entry_id == Practice.entry_id).scalar_subquery()
    found = (
        select(Practice)
        .join(Practice.entry)
        .join(Entry.contest)
        .join(Entry.organisation)
        .join(Entry.nomination)
        .where(Contest.region_id == region_id)
    )
    for stem in search_stems(wanted.typed):
        found = found.where(Practice.search_key.contains(stem, autoescape=True))
    if wanted.municipality:
        found = found.where(Organisation.municipality_id == wanted.municipality)
    if wanted.nomination:
        found = found.where(Entry.nomination.has(title=wanted.nomination))
    if wanted.for_ovz:
        found = found.where(Entry.for_ovz.is_(True))
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    ordered = found.order_by(repeats.desc(), Practice.published_at.desc(), Practice.entry_id)
    return BankPage(list(db.session.scalars(ordered.limit(rows).offset((number - 1) * rows))), number, pages, total)


def _key(*texts: str) -> str:
    """Return what a practice is found by: each text by itself, because a key of names is cut early."""
    return " ".join(search_key(text) for text in texts)[:LONGEST_KEY]


def nominations_in(region_id: int) -> list[str]:
    """Return the titles of the nominations that have practices, in alphabetical order."""
    titles = (
        select(Entry.nomination_id)
        .join(Practice, Practice.entry_id == Entry.id)
        .join(Entry.contest)
        .where(Contest.region_id == region_id)
    )
    return sorted(set(db.session.scalars(select(Nomination.title).where(Nomination.id.in_(titles)))))


def repeats_of(practice: Practice) -> list[Repeat]:
    """Return who has repeated a practice, the first ones first."""
    found = select(Repeat).where(Repeat.entry_id == practice.entry_id).order_by(Repeat.told_at)
    return list(db.session.scalars(found))


def count_repeats(entry_ids: list[int]) -> dict[int, int]:
    """Return how often each practice was repeated."""
    counted = select(Repeat.entry_id, func.count()).where(Repeat.entry_id.in_(entry_ids)).group_by(Repeat.entry_id)
    return dict(db.session.execute(counted).all())


def repeat(practice: Practice, organisation: Organisation, words: str, *, actor: int | None) -> None:
    """Say that an organisation has repeated the practice; said again, the words are replaced. One's own is none."""
    if organisation.id == practice.entry.organisation_id:
        raise MissingError
    known = db.session.get(Repeat, {"entry_id": practice.entry_id, "organisation_id": organisation.id})
    told = known or Repeat(entry_id=practice.entry_id, organisation=organisation)
    told.words, told.told_by = words.strip()[:LONGEST_WORDS], actor
    db.session.add(told)
    db.session.flush()
    audit.write(
        "practices.repeat", "practices_entry", practice.entry_id, actor=actor, scope=organisation.scope,
        title=practice.entry.title,
    )  # fmt: skip
