"""Branches in words, and the branches somebody may choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import and_, false, or_, select

from orientir.accounts.delegation import Held, Rules
from orientir.accounts.queries import LARGEST_ID
from orientir.contracts import Scope
from orientir.db import db, fold
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.search import search_words

MOST_CHOICES = 60

Row = TypeVar("Row", Organisation, Municipality, Region)


@dataclass(frozen=True)
class Place:
    """A branch with its name; `key` («o12», «m3», «r1») is how a form sends it."""

    key: str
    title: str
    scope: Scope


def name_places(scopes: Iterable[Scope]) -> Mapping[str, str]:
    """Return the names of branches by `Scope.branch`, in three questions however many there are."""
    wanted = set(scopes)
    organisations = _by_id(Organisation, {scope.organisation_id for scope in wanted})
    municipalities = _by_id(Municipality, {s.municipality_id for s in wanted if s.organisation_id is None})
    regions = _by_id(Region, {scope.region_id for scope in wanted})
    names = {}
    for scope in wanted:
        if scope.organisation_id in organisations:
            one = organisations[scope.organisation_id]
            names[scope.branch] = f"{one.name}, {one.municipality.title}"
        elif scope.municipality_id in municipalities and scope.organisation_id is None:
            names[scope.branch] = municipalities[scope.municipality_id].title
        else:
            names[scope.branch] = regions[scope.region_id].name if scope.region_id in regions else ""
    return names


def choose_places(
    giver: Sequence[Held], rules: Rules, *, typed: str = "", organisation_id: int | None = None
) -> list[Place]:
    """Return the branches in which the giver may give any role at all: region, municipalities, then organisations.

    There are too many organisations in a region to list, so they are looked for by name; a short list needs none.
    """
    scopes = [held.scope for held in giver if rules.gives.get(held.role) and not held.scope.object_key]
    wide = [scope for scope in scopes if scope.organisation_id is None]
    regions = _by_id(Region, {scope.region_id for scope in wide if scope.municipality_id is None}).values()
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
        .where(or_(false(), *branches), Organisation.closed_on.is_(None))
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
        .limit(MOST_CHOICES)
    )
    if organisation_id is not None and 0 < organisation_id <= LARGEST_ID:
        wanted = wanted.where(Organisation.id == organisation_id)
    for word in search_words(typed):
        wanted = wanted.where(Organisation.search_key.contains(word, autoescape=True))
    found = db.session.scalars(wanted)
    return [Place(f"o{one.id}", f"{one.name}, {one.municipality.title}", one.scope) for one in found]


def _by_id(model: type[Row], ids: set[int | None]) -> dict[int | None, Row]:
    known = {identity for identity in ids if identity is not None}
    if not known:
        return {}
    return {one.id: one for one in db.session.scalars(select(model).where(model.id.in_(known)))}
