"""Reads of events: those of a window, of an organisation, those that wait for a decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, or_, select, true
from sqlalchemy.orm.attributes import set_committed_value

from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.files.models import StoredFile
from orientir.files.queries import files_of_many
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import LARGEST_ID
from orientir.organisations.search import search_stems, search_words
from orientir_calendar.models import OBJECT, Event, EventException, EventState
from orientir_calendar.waiting import ListPage, in_pages, returned, waiting

PAGE_ROWS, PAGE_SUGGESTED = 50, 20
MOST_DOUBLES = 3
A_DAY = timedelta(days=1)
FARTHEST = timedelta(days=32)  # a day of a series is moved by a month at most, and days are those of some zone


@dataclass(frozen=True)
class Wanted:
    """What a calendar is narrowed to; `place` is a municipality, "" and None mean any."""

    typed: str = ""
    place: int | None = None
    grade: int | None = None
    kind: str = ""
    audience: str = ""


def public_events(
    region_id: int | None, first: datetime, last: datetime, wanted: Wanted, cancelled_since: datetime | None = None
) -> list[Event]:
    """Return the published events of a region (None: of all) that may touch [first, last), the earliest first.

    Of the cancelled ones those since `cancelled_since`, which were announced before. A repeated event is returned where
    its series touches the window; `repeats.meetings` tells its days.
    """
    touches = or_(
        and_(Event.frequency == "", Event.starts_at < last, Event.ends_at > first),
        and_(Event.frequency != "", Event.starts_at < last + FARTHEST, Event.until >= (first - FARTHEST).date()),
    )
    shown: ColumnElement[bool] = Event.state == EventState.PUBLISHED
    if cancelled_since is not None:
        was_public = and_(Event.published_at.is_not(None), Event.cancelled_at >= cancelled_since)
        shown = or_(shown, was_public)
    of_region = Municipality.region_id == region_id if region_id is not None else true()
    found = db.session.scalars(
        select(Event)
        .join(Event.organisation)
        .join(Organisation.municipality)
        .where(of_region, shown, touches, *_conditions(wanted))
        .order_by(Event.starts_at, Event.id)
    ).all()
    _read_exceptions(found)
    return list(found)


def _read_exceptions(events: Sequence[Event]) -> None:
    """Read the days that differ of all repeated events at once; where none repeats this costs nothing."""
    known: dict[int, list[EventException]] = {event.id: [] for event in events if event.frequency}
    if known:
        wanted = select(EventException).where(EventException.event_id.in_(known)).order_by(EventException.original)
        for one in db.session.scalars(wanted):
            known[one.event_id].append(one)
    for event in events:  # what is once has none, and must not be asked for them one by one
        set_committed_value(event, "exceptions", known.get(event.id, []))


def papers_of(events: Sequence[Event]) -> dict[int, list[StoredFile]]:
    """Return the papers of each event that all may see, by its number, by one statement for all."""
    found = files_of_many(OBJECT, [event.id for event in events])
    for event in events:
        if held := event.held_papers:
            found[event.id] = [file for file in found[event.id] if file.id not in held]
    return found


def find_event(event_id: int) -> Event | None:
    return db.session.get(Event, event_id) if 0 < event_id <= LARGEST_ID else None


def existing_event(event_id: int) -> Event:
    """Return the event; raises MissingError."""
    event = find_event(event_id)
    if event is None:
        raise MissingError
    return event


def events_of(organisation_ids: Collection[int]) -> list[Event]:
    """Return the events of organisations, the latest first."""
    return list(db.session.scalars(_held_by(organisation_ids)))


def announced_by(organisation_ids: Collection[int]) -> list[Event]:
    """Return the events of organisations that everybody may see, cancelled ones too, the latest first."""
    found = [event for event in db.session.scalars(_held_by(organisation_ids)) if event.is_public]
    _read_exceptions(found)
    return found


def list_events(organisation_ids: Collection[int], *, page: int = 1, rows: int = PAGE_ROWS) -> ListPage[Event]:
    """Return the events of organisations as `events_of` does, in pages; a page beyond the last is the last one."""
    return in_pages(_held_by(organisation_ids), page, rows)


def suggested_in(scopes: Sequence[Scope], *, page: int = 1, rows: int = PAGE_SUGGESTED) -> ListPage[Event]:
    """Return the events that wait for a decision in the branches, the nearest first."""
    return in_pages(waiting(Event, scopes).order_by(Event.starts_at, Event.id), page, rows)


def returned_in(scopes: Sequence[Scope], rows: int) -> list[Event]:
    """Return the drafts of the branches that came back with a remark, the nearest first."""
    return list(db.session.scalars(returned(Event, scopes).order_by(Event.starts_at, Event.id).limit(rows)))


def likely_doubles(events: Sequence[Event]) -> dict[int, list[Event]]:
    """Return, for each event, others of its region on its days whose title holds the same first words.

    A moderator looks at them, nobody else decides. One statement for all.
    """
    # Days and words are looked at by the database: of thousands of events it hands over a few.
    near = or_(false(), *map(_is_near, events))
    others = db.session.scalars(select(Event).where(near).order_by(Event.id)).all()
    return {event.id: [one for one in others if _may_be(one, event)][:MOST_DOUBLES] for event in events}


def _is_near(event: Event) -> ColumnElement[bool]:
    announced = Event.state.in_((EventState.SUGGESTED, EventState.PUBLISHED))
    words = [Event.search_key.contains(word, autoescape=True) for word in search_words(event.title)[:3]]
    days = (Event.starts_at < event.ends_at + A_DAY, Event.ends_at > event.starts_at - A_DAY)
    return and_(announced, Event.id != event.id, *days, *words)


def _may_be(one: Event, event: Event) -> bool:
    words = search_words(event.title)[:3]
    same_days = one.first_day <= event.last_day and one.last_day >= event.first_day
    same_region = one.organisation.municipality.region_id == event.organisation.municipality.region_id
    return one.id != event.id and same_days and same_region and all(word in one.search_key for word in words)


def _held_by(organisation_ids: Collection[int]) -> Select[Event]:
    wanted = select(Event).where(Event.organisation_id.in_(organisation_ids))
    return wanted.order_by(Event.starts_at.desc(), Event.id.desc())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [Event.search_key.contains(stem, autoescape=True) for stem in search_stems(wanted.typed)]
    if wanted.place is not None:
        found.append(Municipality.id == wanted.place)
    if wanted.grade is not None:
        of_students = cast(Event.audiences, String).contains('"students"')
        found += [Event.first_grade <= wanted.grade, Event.last_grade >= wanted.grade, of_students]
    if wanted.kind:
        found.append(Event.kind == wanted.kind)
    if wanted.audience:
        found.append(cast(Event.audiences, String).contains(f'"{wanted.audience}"', autoescape=True))
    return found
