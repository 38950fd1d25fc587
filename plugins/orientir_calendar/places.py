"""Where a person works with events: the organisations of the branch that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orientir.contracts import Scope
from orientir.documents.tables import EVERY_ROW
from orientir.organisations.models import Organisation, OrganisationKind
from orientir.organisations.queries import State, list_organisations
from orientir_calendar.queries import find_event

OF_SCHOOLS = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


def holding_organisations(scopes: Sequence[Scope]) -> list[Organisation]:
    """Return the organisations the person may announce events of: own ones, of a wide branch all but its schools."""
    found = list_organisations(scopes, state=State.OPEN, rows=EVERY_ROW).organisations
    own = {scope.organisation_id for scope in scopes}
    return [one for one in found if one.id in own or one.kind not in OF_SCHOOLS]


def scope_of_event(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation that holds `event_id`."""
    event = find_event(arguments["event_id"])
    return event.organisation.scope if event else None
