"""Reads of the tree: regions, municipalities, organisations, classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from orientir import clock
from orientir.clock import AcademicYear
from orientir.contracts import Scope, Viewer
from orientir.db import Base, db, fold
from orientir.organisations.models import Headcount, Municipality, Organisation, Region, SchoolClass
from orientir.organisations.search import search_words

LARGEST_ID = 2**31 - 1  # an address with a longer number is nobody's, and the drivers choke on it
PAGE_ROWS = 50

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class OrganisationPage:
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    organisations: list[Organisation]
    number: int
    pages: int
    total: int


def first_region() -> Region | None:
    """Return the region this installation serves (the one with the lowest id), or None before `orientir init`."""
    return db.session.scalar(select(Region).order_by(Region.id).limit(1))


def region_of(viewer: Viewer) -> Region | None:
    """Return the region a person works in, that of the first role; for everybody else the installation's first."""
    held = viewer.scopes("") if viewer.is_authenticated else ()
    return db.session.get(Region, held[0].region_id) if held else first_region()


def find_region(code: str) -> Region | None:
    """Return the region with this code («38»), or None."""
    return db.session.scalar(select(Region).where(Region.code == code))


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
    touched = select(Organisation.municipality_id).join(Organisation.municipality).where(_within(scopes))
    found = db.session.scalars(select(Municipality).where(Municipality.id.in_(touched)))
    return sorted(found, key=lambda one: fold(one.name))


def list_organisations(
    scopes: Sequence[Scope],
    *,
    municipality_id: int | None = None,
    kind: str = "",
    typed: str = "",
    page: int = 1,
    rows: int = PAGE_ROWS,
) -> OrganisationPage:
    """Return the organisations of `scopes` by municipality and name; a page beyond the last is the last one."""
    wanted = and_(
        _within(scopes),
        _is(Organisation.municipality_id, municipality_id),
        _is(Organisation.kind, kind or None),
        *(Organisation.search_key.contains(word, autoescape=True) for word in search_words(typed)),
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


def _find(model: type[Row], identity: int) -> Row | None:
    return db.session.get(model, identity) if 0 < identity <= LARGEST_ID else None


def _within(scopes: Sequence[Scope]) -> ColumnElement[bool]:
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
