"""Reads of notes: what everybody reads, what an organisation wrote, how much its schools have told in a year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.queries import LARGEST_ID, is_open, within
from orientir.organisations.search import search_stems
from orientir_calendar.models import Event, EventState, Report
from orientir_calendar.note_models import Note, NoteKind, NoteState
from orientir_calendar.waiting import ListPage, in_pages, returned, waiting

PAGE_ROWS, PAGE_PUBLIC, PAGE_SUGGESTED = 50, 20, 20
NEWEST = 30  # of a list for readers of news
MOST_EVENTS, MOST_ABOUT = 60, 10


@dataclass(frozen=True)
class WantedNotes:
    """What a list of notes is narrowed to; `place` is a municipality, "" and None mean any."""

    typed: str = ""
    place: int | None = None
    kind: str = ""
    organisation: int | None = None


@dataclass(frozen=True)
class SchoolNotes:
    """How many notes of a school's year everybody can read."""

    school: Organisation
    news: int
    publications: int
    last_on: date | None


def find_note(note_id: int) -> Note | None:
    return db.session.get(Note, note_id) if 0 < note_id <= LARGEST_ID else None


def existing_note(note_id: int) -> Note:
    """Return the note; raises MissingError."""
    note = find_note(note_id)
    if note is None:
        raise MissingError
    return note


def public_notes(region_id: int, wanted: WantedNotes) -> list[Note]:
    """Return the published notes of a region, the latest first."""
    return list(db.session.scalars(_public(region_id, wanted)))


def list_public(region_id: int, wanted: WantedNotes, *, page: int = 1, rows: int = PAGE_PUBLIC) -> ListPage[Note]:
    """Return the published notes of a region as `public_notes` does, in pages."""
    return in_pages(_public(region_id, wanted), page, rows)


def newest_notes(region_id: int, wanted: WantedNotes) -> list[Note]:
    """Return the notes that were published last, for readers of news."""
    newest = _public(region_id, wanted).order_by(None).order_by(Note.published_at.desc(), Note.id.desc())
    return list(db.session.scalars(newest.limit(NEWEST)))


def writers_in(region_id: int, wanted: WantedNotes) -> list[Organisation]:
    """Return who has published notes in the municipality asked for; of the whole region only the one asked for."""
    chosen = [Organisation.id == (wanted.organisation or 0)]
    if wanted.place is not None:
        chosen.append(Organisation.municipality_id == wanted.place)
    published = select(Note.organisation_id).where(Note.state == NoteState.PUBLISHED)
    found = select(Organisation).join(Organisation.municipality)
    found = found.where(Municipality.region_id == region_id, or_(*chosen), Organisation.id.in_(published))
    return list(db.session.scalars(found.order_by(Organisation.search_key, Organisation.id)))


def notes_of(organisation_ids: Collection[int]) -> list[Note]:
    """Return the notes of organisations, drafts too, the latest first."""
    return list(db.session.scalars(_held_by(organisation_ids)))


def list_notes(organisation_ids: Collection[int], *, page: int = 1, rows: int = PAGE_ROWS) -> ListPage[Note]:
    """Return the notes of organisations as `notes_of` does, in pages."""
    return in_pages(_held_by(organisation_ids), page, rows)


def suggested_notes(scopes: Sequence[Scope], *, page: int = 1, rows: int = PAGE_SUGGESTED) -> ListPage[Note]:
    """Return the notes that wait for a decision in the branches, the longest first."""
    return in_pages(waiting(Note, scopes).order_by(Note.changed_at, Note.id), page, rows)


def returned_notes(scopes: Sequence[Scope], rows: int) -> list[Note]:
    """Return the drafts of the branches that came back with a remark, the longest ago first."""
    return list(db.session.scalars(returned(Note, scopes).order_by(Note.changed_at, Note.id).limit(rows)))


def notes_about(event: Event) -> list[Note]:
    """Return the published notes that tell about the event, the first ones first."""
    told = select(Note).where(Note.event_id == event.id, Note.state == NoteState.PUBLISHED)
    return list(db.session.scalars(told.order_by(Note.day, Note.id).limit(MOST_ABOUT)))


def events_to_tell_of(organisation_ids: Collection[int], also: int | None) -> list[Event]:
    """Return the published events the organisations held or reported of, the latest first; `also` is one more."""
    reported = select(Report.event_id).where(Report.organisation_id.in_(organisation_ids), Report.event_id.is_not(None))
    theirs = or_(Event.organisation_id.in_(organisation_ids), Event.id.in_(reported), Event.id == (also or 0))
    found = select(Event).where(Event.state == EventState.PUBLISHED, theirs)
    found = found.order_by(Event.id != (also or 0), Event.starts_at.desc(), Event.id.desc())
    return list(db.session.scalars(found.limit(MOST_EVENTS)))


def notes_by_school(scopes: Sequence[Scope], year: AcademicYear) -> list[SchoolNotes]:
    """Return, for each open school of the branches, how many notes of the year it has published."""
    in_year = Note.day.between(year.first_day, year.last_day)
    told = (
        select(
            Note.organisation_id,
            _number_of(NoteKind.NEWS).label("news"),
            _number_of(NoteKind.PUBLICATION).label("publications"),
            func.max(Note.day).label("last_on"),
        )
        .where(Note.state == NoteState.PUBLISHED, in_year)
        .group_by(Note.organisation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Organisation, told.c.news, told.c.publications, told.c.last_on)
        .join(Organisation.municipality)
        .outerjoin(told, told.c.organisation_id == Organisation.id)
        .where(within(scopes), is_open(), Organisation.kind == OrganisationKind.SCHOOL)
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
        .options(contains_eager(Organisation.municipality))
    )
    return [SchoolNotes(school, news or 0, published or 0, last_on) for school, news, published, last_on in rows]


def _number_of(kind: NoteKind) -> ColumnElement[int]:
    return func.sum(case((Note.kind == kind, 1), else_=0))


def _public(region_id: int, wanted: WantedNotes) -> Select[Note]:
    found = select(Note).join(Note.organisation).join(Organisation.municipality)
    found = found.where(Municipality.region_id == region_id, Note.state == NoteState.PUBLISHED)
    conditions = [Note.search_key.contains(stem, autoescape=True) for stem in search_stems(wanted.typed)]
    if wanted.place is not None:
        conditions.append(Municipality.id == wanted.place)
    if wanted.organisation is not None:
        conditions.append(Organisation.id == wanted.organisation)
    if wanted.kind:
        conditions.append(Note.kind == wanted.kind)
    return found.where(*conditions).order_by(Note.day.desc(), Note.id.desc())


def _held_by(organisation_ids: Collection[int]) -> Select[Note]:
    wanted = select(Note).where(Note.organisation_id.in_(organisation_ids))
    return wanted.order_by(Note.day.desc(), Note.id.desc())
