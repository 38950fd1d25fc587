"""Reads of the tree: regions, municipalities, organisations, classes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from orientir import clock
from orientir.clock import AcademicYear
from orientir.contracts import Scope, Viewer
from orientir.db import Base, db, fold
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.histories import Contact, FormerName, FormerPlace, MunicipalityState, Succession
from orientir.organisations.models import Headcount, Municipality, Organisation, Region, SchoolClass
from orientir.organisations.search import search_words

LARGEST_ID = 2**31 - 1  # an address with a longer number is nobody's, and the drivers choke on it
PAGE_ROWS = 50
MOST_SHARERS = 5

# Asked for by nearly every page, so put together once.
FIRST_REGION = select(Region).order_by(Region.id).limit(1)
Row = TypeVar("Row", bound=Base)


class State(StrEnum):
    """Which organisations a list shows."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True)
class OrganisationPage:
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    organisations: list[Organisation]
    number: int
    pages: int
    total: int


def first_region() -> Region | None:
    """Return the region this installation serves (the one with the lowest id), or None before `orientir init`."""
    return db.session.scalar(FIRST_REGION)


def region_of(viewer: Viewer) -> Region | None:
    """Return the region a person works in, that of the first role; for everybody else the installation's first."""
    held = viewer.scopes("") if viewer.is_authenticated else ()
    return db.session.get(Region, held[0].region_id) if held else first_region()


def all_regions() -> list[Region]:
    """Return the regions of this installation, the first one first."""
    return list(db.session.scalars(select(Region).order_by(Region.id)))


def chosen_region(code: str | None) -> Region:
    """Return the region a command is about: the one with `code`, or the only one there is.

    Raises InvalidInputError that lists the regions to choose from.
    """
    known = all_regions()
    if not known:
        raise InvalidInputError(_("Регион ещё не создан. Сначала выполните orientir init."))
    wanted = [one for one in known if code in (None, one.code)]
    if len(wanted) != 1:
        listed = ", ".join(f"{one.code} ({one.name})" for one in known)
        raise InvalidInputError(_("Укажите регион: --region КОД. Есть: %(listed)s.", listed=listed))
    return wanted[0]


def find_region(code: str) -> Region | None:
    """Return the region with this code («38»), or None."""
    if not code.isprintable():  # PostgreSQL refuses a NUL even in a question
        return None
    return db.session.scalar(select(Region).where(Region.code == code))


def region_by_id(region_id: int) -> Region | None:
    """Return the region, or None."""
    return _find(Region, region_id)


def find_organisation(organisation_id: int) -> Organisation | None:
    """Return the organisation with its municipality and region, or None."""
    return _find(Organisation, organisation_id)


def find_class(class_id: int) -> SchoolClass | None:
    """Return the class with its organisation, municipality and region, or None."""
    return _find(SchoolClass, class_id)


def today_of(region: Region) -> date:
    """Return the calendar day in the region."""
    return clock.today(region.timezone)


def current_year(region: Region) -> AcademicYear:
    """Return the academic year that runs in the region today."""
    return AcademicYear.of(today_of(region))


def municipalities_in(scopes: Sequence[Scope]) -> list[Municipality]:
    """Return the municipalities that lie in one of `scopes` as a whole, in alphabetical order."""
    inside = [
        and_(Municipality.region_id == scope.region_id, _is(Municipality.id, scope.municipality_id))
        for scope in scopes
        if scope.organisation_id is None
    ]
    found = db.session.scalars(select(Municipality).where(or_(false(), *inside)))
    return sorted(found, key=lambda one: fold(one.name))


def municipalities_touched(scopes: Sequence[Scope]) -> list[Municipality]:
    """Return the municipalities with an organisation in one of `scopes`, in alphabetical order."""
    touched = select(Organisation.municipality_id).join(Organisation.municipality).where(within(scopes))
    found = db.session.scalars(select(Municipality).where(Municipality.id.in_(touched)))
    return sorted(found, key=lambda one: fold(one.name))


def list_organisations(
    scopes: Sequence[Scope],
    *,
    municipality_id: int | None = None,
    kind: str = "",
    typed: str = "",
    state: State = State.ALL,
    today: date | None = None,
    is_unanswered: bool = False,
    page: int = 1,
    rows: int = PAGE_ROWS,
) -> OrganisationPage:
    """Return the organisations of `scopes` by municipality and name; a page beyond the last is the last one.

    `typed` finds names of today and of the past in any order of words, and ИНН; `state` is judged on `today`;
    `is_unanswered` keeps those nobody answers for.
    """
    wanted = and_(
        within(scopes),
        _is(Organisation.municipality_id, municipality_id),
        _is(Organisation.kind, kind or None),
        _named(search_words(typed)),
        _in_state(state, today),
        Organisation.id.not_in(select(Contact.organisation_id)) if is_unanswered else true(),
    )
    counted = select(func.count(Organisation.id)).join(Organisation.municipality).where(wanted)
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    found = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(wanted)
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
        .limit(rows)
        .offset((number - 1) * rows)
    )
    return OrganisationPage(list(db.session.scalars(found)), number, pages, total)


def former_names(organisation_ids: Collection[int]) -> dict[int, list[FormerName]]:
    """Return the names each organisation once bore, latest first."""
    wanted = select(FormerName).where(FormerName.organisation_id.in_(organisation_ids))
    return _grouped(db.session.scalars(wanted.order_by(FormerName.until.desc(), FormerName.id.desc())))


def former_places(organisation_id: int) -> list[FormerPlace]:
    """Return the municipalities the organisation once lay in, latest first."""
    wanted = select(FormerPlace).where(FormerPlace.organisation_id == organisation_id)
    return list(db.session.scalars(wanted.order_by(FormerPlace.until.desc(), FormerPlace.id.desc())))


def successions_of(organisation_id: int) -> list[Succession]:
    """Return who came before the organisation and who after it, in the order of time."""
    either = or_(Succession.predecessor_id == organisation_id, Succession.successor_id == organisation_id)
    return list(db.session.scalars(select(Succession).where(either).order_by(Succession.on_date, Succession.id)))


def merged_into(organisation_id: int) -> list[Organisation]:
    """Return the second entries of this organisation, whose classes and facts it has taken over."""
    return list(db.session.scalars(select(Organisation).where(Organisation.merged_into_id == organisation_id)))


def sharers_of_inn(organisation: Organisation) -> list[Organisation]:
    """Return the other organisations of the region with the same ИНН: branches, or a second entry of this one."""
    if not organisation.inn:
        return []
    same = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(
            Organisation.inn == organisation.inn,
            Organisation.id != organisation.id,
            Organisation.merged_into_id.is_(None),
            Municipality.region_id == organisation.municipality.region_id,
        )
        .order_by(Organisation.search_key)
        .limit(MOST_SHARERS)
    )
    return list(db.session.scalars(same))


def find_municipality(municipality_id: int) -> Municipality | None:
    """Return the municipality with its region, or None."""
    return _find(Municipality, municipality_id)


def municipality_states(municipality_id: int) -> list[MunicipalityState]:
    """Return name, kind and ОКТМО of a municipality from day to day, latest first; the unknown past comes last."""
    found = db.session.scalars(select(MunicipalityState).where(MunicipalityState.municipality_id == municipality_id))
    return sorted(found, key=lambda one: one.since or date.min, reverse=True)


def count_organisations(municipality_ids: Collection[int], today: date) -> dict[int, dict[str, int]]:
    """Return how many open organisations of each kind a municipality has."""
    counted = (
        select(Organisation.municipality_id, Organisation.kind, func.count())
        .where(Organisation.municipality_id.in_(municipality_ids), _in_state(State.OPEN, today))
        .group_by(Organisation.municipality_id, Organisation.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for municipality_id, kind, count in db.session.execute(counted):
        found.setdefault(municipality_id, {})[kind] = count
    return found


def count_classes(organisations: Sequence[Organisation], year: int) -> dict[int, int]:
    """Return how many classes each organisation has in the academic year; those without any are left out."""
    ids = [organisation.id for organisation in organisations]
    counted = (
        select(SchoolClass.organisation_id, func.count())
        .where(SchoolClass.organisation_id.in_(ids), SchoolClass.year == year)
        .group_by(SchoolClass.organisation_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def class_years(organisation_id: int) -> list[int]:
    """Return the academic years the organisation has classes in, latest first."""
    years = select(SchoolClass.year).where(SchoolClass.organisation_id == organisation_id).distinct()
    return sorted(db.session.scalars(years), reverse=True)


def classes_of(organisation_id: int, year: int) -> list[SchoolClass]:
    """Return the classes of an academic year as a school lists them, each with its headcounts."""
    wanted = (
        select(SchoolClass)
        .where(SchoolClass.organisation_id == organisation_id, SchoolClass.year == year)
        .options(selectinload(SchoolClass.headcounts))
    )
    return sorted(db.session.scalars(wanted), key=lambda one: one.class_name)


def headcounts_of(class_id: int) -> list[Headcount]:
    """Return the dated numbers of people of a class, latest first."""
    wanted = select(Headcount).where(Headcount.class_id == class_id).order_by(Headcount.on_date.desc())
    return list(db.session.scalars(wanted))


def _grouped(rows: Iterable[FormerName]) -> dict[int, list[FormerName]]:
    found: dict[int, list[FormerName]] = {}
    for row in rows:
        found.setdefault(row.organisation_id, []).append(row)
    return found


def _named(words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a name of today, or one and the same name of the past, has all words; or the ИНН."""
    if not words:
        return true()
    past = select(FormerName.organisation_id).where(
        *[FormerName.search_key.contains(word, autoescape=True) for word in words]
    )
    present = and_(
        *[or_(Organisation.search_key.contains(word, autoescape=True), Organisation.inn == word) for word in words]
    )
    return or_(present, Organisation.id.in_(past))


def is_open(today: date | None = None) -> ColumnElement[bool]:
    """Return the condition that an organisation is open: one that is to close later works, and owes, until then.

    Without a day it is asked by Greenwich: a closing is seen some hours late, but for all regions at once.
    """
    return or_(Organisation.closed_on.is_(None), Organisation.closed_on > (today or clock.now().date()))


def _in_state(state: State, today: date | None) -> ColumnElement[bool]:
    """Return the condition on a list; an organisation that is to close later is open until then."""
    is_over = true() if today is None else Organisation.closed_on <= today
    is_closed = and_(Organisation.closed_on.is_not(None), is_over)
    return {State.ALL: true(), State.CLOSED: is_closed, State.OPEN: not_(is_closed)}[state]


def _find(model: type[Row], identity: int) -> Row | None:
    return db.session.get(model, identity) if 0 < identity <= LARGEST_ID else None


def within(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    """Return the condition on organisations, joined with their municipality, that keeps a list to `scopes`."""
    branches = [
        and_(
            Municipality.region_id == scope.region_id,
            _is(Organisation.municipality_id, scope.municipality_id),
            _is(Organisation.id, scope.organisation_id),
        )
        for scope in scopes
    ]
    return or_(false(), *branches)


def _is(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[bool]:
    """Return «column = value», or no condition at all where nothing was asked."""
    return column == value if value is not None else column.is_not(None)
