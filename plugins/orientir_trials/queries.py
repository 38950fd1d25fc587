"""Reads of trials: the register with its conditions, the cards of an organiser, what waits for the operator."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select, true

from orientir import clock
from orientir.bookings.models import Slot, SlotState
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.search import search_stems
from orientir_trials.models import PLUGIN, Season, Trial, TrialState

PAGE_ROWS = 20
ONLINE = "online"


@dataclass(frozen=True)
class Wanted:
    """The conditions of the register; `place` is the id of a municipality, «online», or "" for the whole region."""

    typed: str = ""
    place: str = ""
    field: str = ""
    grade: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    steps: tuple[int, ...] = ()
    conditions: tuple[str, ...] = ()
    has_free: bool = False


@dataclass(frozen=True)
class Offer:
    """One date of a card in the register."""

    slot: Slot
    trial: Trial


@dataclass(frozen=True)
class RegisterPage:
    offers: list[Offer]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class CardPage:
    trials: list[Trial]
    number: int
    pages: int
    total: int


def register(region: Region, wanted: Wanted, *, page: int = 1, rows: int = PAGE_ROWS) -> RegisterPage:
    """Return the dates still to come that match, soonest first; a page beyond the last is the last one."""
    found = _offers().where(_is_offered(region), *_conditions(region, wanted))
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    return RegisterPage(_read(found.limit(rows).offset((number - 1) * rows)), number, pages, total)


def without(wanted: Wanted, name: str) -> Wanted:
    """Return the conditions but for one."""
    return replace(wanted, **{name: getattr(Wanted(), name)})


def dates_of(trial: Trial) -> list[Slot]:
    """Return all dates of a card in order, cancelled ones too."""
    return list(
        db.session.scalars(
            select(Slot).where(Slot.owner == PLUGIN, Slot.owner_id == trial.id).order_by(Slot.starts_at, Slot.id)
        )
    )


def find_trial(trial_id: int) -> Trial | None:
    return db.session.get(Trial, trial_id)


def existing_trial(trial_id: int) -> Trial:
    """Return the card; raises MissingError."""
    trial = find_trial(trial_id)
    if trial is None:
        raise MissingError
    return trial


def seasons_in(region_id: int) -> list[Season]:
    """Return the seasons of a region, the latest first."""
    return list(
        db.session.scalars(select(Season).where(Season.region_id == region_id).order_by(Season.first_day.desc()))
    )


def find_season(season_id: int) -> Season | None:
    return db.session.get(Season, season_id)


def existing_season(season_id: int) -> Season:
    """Return the season; raises MissingError."""
    season = find_season(season_id)
    if season is None:
        raise MissingError
    return season


def open_seasons(region: Region) -> list[Season]:
    """Return the seasons that are not over, the nearest first."""
    running = Season.last_day >= clock.today(region.timezone)
    return list(
        db.session.scalars(select(Season).where(Season.region_id == region.id, running).order_by(Season.first_day))
    )


def cards_of(organisation_ids: Collection[int]) -> list[Trial]:
    """Return the cards of organisations, the latest season first."""
    return list(db.session.scalars(_cards(organisation_ids)))


def list_cards(organisation_ids: Collection[int], *, page: int = 1, rows: int = PAGE_ROWS) -> CardPage:
    """Return the cards of organisations as `cards_of` does, in pages; a page beyond the last is the last one."""
    found = _cards(organisation_ids)
    total = db.session.scalar(found.with_only_columns(func.count(Trial.id)).order_by(None)) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    return CardPage(list(db.session.scalars(found.limit(rows).offset((number - 1) * rows))), number, pages, total)


def date_counts(trial_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Return for each card how many dates are still to come, the places of these and how many are taken."""
    rows = db.session.execute(
        select(Slot.owner_id, func.count(), func.sum(Slot.capacity), func.sum(Slot.taken))
        .where(Slot.owner == PLUGIN, Slot.owner_id.in_(trial_ids), Slot.starts_at > clock.now(), _is_standing())
        .group_by(Slot.owner_id)
    )
    return {row[0]: (row[1], int(row[2] or 0), int(row[3] or 0)) for row in rows}


def suggested_in(scopes: Sequence[Scope]) -> list[Trial]:
    """Return the cards that wait for a decision in the regions of `scopes`, the oldest first."""
    regions = {scope.region_id for scope in scopes}
    return list(
        db.session.scalars(
            select(Trial)
            .join(Trial.season)
            .where(Season.region_id.in_(regions), Trial.state == TrialState.SUGGESTED)
            .order_by(Trial.id)
        )
    )


def is_trusted(organisation_id: int) -> bool:
    """Tell whether an earlier card of the organisation was approved: then it publishes by itself (domain.md D.5)."""
    known = select(Trial.id).where(Trial.organisation_id == organisation_id, Trial.approved_on.is_not(None)).limit(1)
    return db.session.scalar(known) is not None


def municipalities_with_trials(region: Region) -> list[Municipality]:
    """Return the municipalities where something is offered, by name."""
    offered = _offers().with_only_columns(Organisation.municipality_id).where(_is_offered(region)).order_by(None)
    return list(
        db.session.scalars(select(Municipality).where(Municipality.id.in_(offered)).order_by(Municipality.name))
    )


def _cards(organisation_ids: Collection[int]) -> Select[Trial]:
    return (
        select(Trial)
        .join(Trial.season)
        .where(Trial.organisation_id.in_(organisation_ids))
        .order_by(Season.first_day.desc(), Trial.search_key, Trial.id)
    )


def _offers() -> Select[Slot, Trial]:
    return (
        select(Slot, Trial)
        .join(Trial, and_(Slot.owner == PLUGIN, Slot.owner_id == Trial.id))
        .join(Trial.season)
        .join(Organisation, Organisation.id == Trial.organisation_id)
        .order_by(Slot.starts_at, Slot.id)
    )


def _is_offered(region: Region) -> ColumnElement[bool]:
    return and_(
        Season.region_id == region.id,
        Trial.state == TrialState.APPROVED,
        Slot.state == SlotState.PUBLISHED,
        Slot.starts_at > clock.now(),
    )


def _is_standing() -> ColumnElement[bool]:
    return Slot.state.in_((SlotState.DRAFT, SlotState.PUBLISHED))


def _conditions(region: Region, wanted: Wanted) -> list[ColumnElement[bool]]:
    zone = ZoneInfo(region.timezone)
    at_place = (
        true()
        if not wanted.place
        else Trial.is_online.is_(True)
        if wanted.place == ONLINE
        else and_(Organisation.municipality_id == _number(wanted.place), Trial.is_online.is_(False))
    )
    first = datetime.combine(wanted.first_day, time(), zone) if wanted.first_day else None
    last = datetime.combine(wanted.last_day, time(), zone) + timedelta(1) if wanted.last_day else None
    return [
        at_place,
        *[Trial.search_key.contains(stem, autoescape=True) for stem in search_stems(wanted.typed)],
        Trial.field == wanted.field if wanted.field else true(),
        and_(Slot.first_grade <= wanted.grade, Slot.last_grade >= wanted.grade) if wanted.grade else true(),
        Slot.starts_at >= first if first else true(),
        Slot.starts_at < last if last else true(),
        or_(*[Trial.step == step for step in wanted.steps]) if wanted.steps else true(),
        and_(Slot.taken < Slot.capacity, Slot.closes_at > clock.now()) if wanted.has_free else true(),
        *[cast(Trial.conditions, String).contains(f'"{key}"', autoescape=True) for key in wanted.conditions],
    ]


def _number(place: str) -> int:
    return int(place) if place.isascii() and place.isdigit() and len(place) < 10 else 0


def _read(found: Select[Slot, Trial]) -> list[Offer]:
    return [Offer(slot, trial) for slot, trial in db.session.execute(found)]
