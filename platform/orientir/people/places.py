"""Branches in words, and the branches somebody may choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from orientir.accounts.delegation import Held, Rules
from orientir.accounts.queries import LARGEST_ID
from orientir.accounts.roles import object_titles
from orientir.contracts import Scope
from orientir.db import db, fold
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, Region, titled
from orientir.organisations.queries import is_open
from orientir.organisations.search import search_words

MOST_CHOICES = 60

ORGANISATIONS = select(Organisation.id, Organisation.name, Municipality.name.label("town"), Municipality.kind).join(
    Organisation.municipality
)
TOWNS = select(Municipality.id, Municipality.name, Municipality.kind)
REGIONS = select(Region.id, Region.name)


@dataclass(frozen=True)
class Place:
    """A branch with its name; `key` («o12», «m3», «r1») is how a form sends it."""

    key: str
    title: str
    scope: Scope


def name_places(scopes: Iterable[Scope]) -> Mapping[str, str]:
    """Return the names of branches by `Scope.branch`, in three questions however many there are.

    An object of a plugin («contest:12») is called what its plugin says, else by its region.
    """
    wanted = set(scopes)
    organisations = {
        one.id: f"{one.name}, {titled(one.town, one.kind)}"
        for one in _among(ORGANISATIONS, Organisation.id, {scope.organisation_id for scope in wanted})
    }
    municipalities = {
        one.id: titled(one.name, one.kind)
        for one in _among(TOWNS, Municipality.id, {s.municipality_id for s in wanted if s.organisation_id is None})
    }
    regions = {one.id: one.name for one in _among(REGIONS, Region.id, {scope.region_id for scope in wanted})}
    objects = object_titles(scope.object_key for scope in wanted if scope.object_key)
    names = {}
    for scope in wanted:
        if scope.organisation_id in organisations:
            names[scope.branch] = organisations[scope.organisation_id]
        elif scope.municipality_id in municipalities and scope.organisation_id is None:
            names[scope.branch] = municipalities[scope.municipality_id]
        else:
            names[scope.branch] = str(objects.get(scope.object_key) or regions.get(scope.region_id, ""))
    return names


def choose_places(
    giver: Sequence[Held], rules: Rules, *, typed: str = "", organisation_id: int | None = None
) -> list[Place]:
    """Return the branches in which the giver may give any role at all: region, municipalities, then organisations.

    There are too many organisations in a region to list, so they are looked for by name; a short list needs none.
    """
    scopes = [held.scope for held in giver if rules.gives.get(held.role) and not held.scope.object_key]
    wide = [scope for scope in scopes if scope.organisation_id is None]
    whole = {scope.region_id for scope in wide if scope.municipality_id is None}
    regions = list(db.session.scalars(select(Region).where(Region.id.in_(whole)))) if whole else []
    places = [Place(f"r{one.id}", _("%(name)s (весь регион)", name=one.name), one.scope) for one in regions]
    if places:
        found = db.session.scalars(select(Municipality).where(Municipality.region_id.in_([one.id for one in regions])))
        towns = sorted(found, key=lambda one: fold(one.name))
        places += [Place(f"m{one.id}", one.title, one.scope) for one in towns if one.closed_on is None]
    return places + _organisations(scopes, typed, organisation_id)


def _organisations(scopes: Sequence[Scope], typed: str, organisation_id: int | None) -> list[Place]:
    branches = [
        and_(
            Municipality.region_id == scope.region_id,
            *([Organisation.municipality_id == scope.municipality_id] if scope.municipality_id else []),
            *([Organisation.id == scope.organisation_id] if scope.organisation_id else []),
        )
        for scope in scopes
    ]
    wanted = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(or_(false(), *branches), is_open())
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
        .limit(MOST_CHOICES)
    )
    if organisation_id is not None and 0 < organisation_id <= LARGEST_ID:
        wanted = wanted.where(Organisation.id == organisation_id)
    for word in search_words(typed):
        wanted = wanted.where(Organisation.search_key.contains(word, autoescape=True))
    found = db.session.scalars(wanted)
    return [Place(f"o{one.id}", f"{one.name}, {one.municipality.title}", one.scope) for one in found]


def _among(
    rows: Select[*tuple[Any, ...]], key: InstrumentedAttribute[int], ids: set[int | None]
) -> Iterable[Row[*tuple[Any, ...]]]:
    known = {identity for identity in ids if identity is not None}
    return db.session.execute(rows.where(key.in_(known))) if known else ()
