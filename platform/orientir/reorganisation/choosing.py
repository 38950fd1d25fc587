"""Finding the other organisation: by words in the address, chosen by its number there."""

from __future__ import annotations

from dataclasses import dataclass

from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.contracts import Viewer
from orientir.organisations.models import Organisation
from orientir.organisations.queries import State, find_organisation, list_organisations, today_of

MOST_FOUND = 20


@dataclass(frozen=True)
class Asked:
    """What the address asks: words to look for, the number that was chosen, and which organisations may be it."""

    typed: str = ""
    chosen: str = ""
    kind: str = ""
    state: State = State.OPEN


@dataclass(frozen=True)
class Choice:
    """What was looked for, what was found, what was chosen."""

    typed: str
    found: list[Organisation]
    chosen: Organisation | None


def choice_of(organisation: Organisation, viewer: Viewer, asked: Asked) -> Choice:
    """Return the organisations of the viewer that may be the other one: of the same region, not merged away."""
    region_id = organisation.municipality.region_id
    scopes = [scope for scope in viewer.scopes(ORGANISATIONS_EDIT) if scope.region_id == region_id]
    today = today_of(organisation.municipality.region)
    typed = asked.typed.strip()
    page = list_organisations(scopes, typed=typed, kind=asked.kind, state=asked.state, today=today) if typed else None
    found = [one for one in page.organisations if _may_be_other(one, organisation)] if page else []
    return Choice(typed, found[:MOST_FOUND], find_other(organisation, viewer, asked.chosen))


def find_other(organisation: Organisation, viewer: Viewer, number: str) -> Organisation | None:
    """Return the organisation of that number where the viewer may change it; a foreign one is none."""
    is_number = number.isascii() and number.isdigit() and len(number) < 11
    other = find_organisation(int(number)) if is_number else None
    if other is None or not viewer.can(ORGANISATIONS_EDIT, other.scope) or not _may_be_other(other, organisation):
        return None
    return other


def _may_be_other(one: Organisation, organisation: Organisation) -> bool:
    same_region = one.municipality.region_id == organisation.municipality.region_id
    return same_region and one.id != organisation.id and one.merged_into_id is None
