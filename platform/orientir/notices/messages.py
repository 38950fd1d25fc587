"""Messages by hand: an operator or coordinator writes to those who answer for schools of chosen places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.notices.kinds import MESSAGE
from orientir.notices.mailing import is_day
from orientir.notices.people import directory
from orientir.notices.services import tell
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region
from orientir.organisations.queries import find_organisation, is_open, municipalities_in

TOPIC_LIMIT, TEXT_LIMIT = 120, 2000
KINDS = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


@dataclass(frozen=True)
class Place:
    """Whom a message may be for: all schools of a region or municipality, or one organisation."""

    key: str
    title: str
    scope: Scope


@dataclass(frozen=True)
class Addressees:
    """Who would hear a message: people, the schools they answer for, schools where nobody does."""

    people: tuple[int, ...]
    reached: int
    silent: tuple[str, ...]
    waits: bool


def offered_places(scopes: Sequence[Scope], organisation_id: int | None = None) -> list[Place]:
    """Return where a message may go: municipalities to choose from, or the organisations of the only one.

    `organisation_id` adds one organisation, when it lies in `scopes`: the page it was opened from.
    """
    municipalities = municipalities_in(scopes)
    asked = find_organisation(organisation_id) if organisation_id else None
    one = [asked] if asked and any(scope.covers(asked.scope) for scope in scopes) else []
    if len(municipalities) == 1:
        whole = _of_municipality(municipalities[0], _("все школы: %(name)s", name=municipalities[0].title))
        return [whole, *map(_of_organisation, _organisations([municipalities[0].scope]))]
    regions = {municipality.region for municipality in municipalities}
    return [
        *map(_of_region, sorted(regions, key=lambda region: region.id)),
        *map(_of_organisation, one),
        *map(_of_municipality, municipalities),
    ]


def addressees(places: Iterable[Place]) -> Addressees:
    """Return who would hear a message to `places`, and whether its letters must wait for the morning."""
    scopes = [place.scope for place in places]
    now = clock.now()
    people: set[int] = set()
    known: set[int] = set()
    for region_id in {scope.region_id for scope in scopes}:
        held = directory(region_id)
        known |= held.schools_with_responsible()
        people.update(*(held.within(scope, Role.SCHOOL_ADMIN) for scope in scopes))
    schools = _organisations(scopes)
    silent = tuple(one.name for one in schools if one.id not in known)
    regions = {one.municipality.region for one in schools}
    return Addressees(
        people=tuple(sorted(people)),
        reached=len(schools) - len(silent),
        silent=silent,
        waits=any(not is_day(region, now) for region in regions),
    )


def send_message(places: Sequence[Place], topic: str, text: str, *, occasion: str, actor: int) -> int:
    """Tell those who answer for `places`, and return how many hear of it now; the same occasion again is no news.

    Raises InvalidInputError (field «places») where nobody would hear it.
    """
    sender = db.session.get_one(User, actor)
    values = {"topic": topic, "text": text.strip(), "sender": sender.name, "email": sender.email}
    told = heard = 0
    for region_id in sorted({place.scope.region_id for place in places}):
        own = [place for place in places if place.scope.region_id == region_id]
        people = addressees(own).people
        heard += len(people)
        region = db.session.get_one(Region, region_id)
        told += tell(MESSAGE, people, values, about=f"message:{occasion}", scope=region.scope, actor=actor)
        branches = [place.scope.branch for place in own]
        audit.write(
            "notices.message", "region", region_id, actor=actor, scope=region.scope, places=branches, people=len(people)
        )
    if not heard:
        raise InvalidInputError(_("Там некому прочитать: у этих школ нет ответственных с учётной записью."), "places")
    return told


def _organisations(scopes: Iterable[Scope]) -> list[Organisation]:
    """Return the open schools and kindergartens of `scopes` in alphabetical order."""
    wanted = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(or_(false(), *map(_inside, scopes)), is_open())
        .order_by(Organisation.search_key, Organisation.id)
    )
    return list(db.session.scalars(wanted))


def _inside(scope: Scope) -> ColumnElement[bool]:
    if scope.organisation_id is not None:
        return Organisation.id == scope.organisation_id
    in_branch = (
        Municipality.region_id == scope.region_id
        if scope.municipality_id is None
        else Organisation.municipality_id == scope.municipality_id
    )
    return in_branch & Organisation.kind.in_(KINDS)


def _of_organisation(one: Organisation) -> Place:
    return Place(f"o{one.id}", one.name, one.scope)


def _of_municipality(one: Municipality, title: str = "") -> Place:
    return Place(f"m{one.id}", title or one.title, one.scope)


def _of_region(one: Region) -> Place:
    return Place(f"r{one.id}", _("все муниципалитеты: %(name)s", name=one.name), one.scope)
