"""Where a person works with events: the organisations of the branch that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.queries import is_open, region_of, within
from orientir.web.access import viewer
from orientir_calendar.kinds import find_project
from orientir_calendar.queries import find_event

OF_SCHOOLS = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


def holding_organisations(scopes: Sequence[Scope]) -> list[Organisation]:
    """Return the organisations the person may announce events of: own ones, of a wide branch all but its schools."""
    own = [scope.organisation_id for scope in scopes if scope.organisation_id is not None]
    holding = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(within(scopes), is_open())
        .where(or_(Organisation.kind.not_in(OF_SCHOOLS), Organisation.id.in_(own)))
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
    )
    return list(db.session.scalars(holding))


def scope_of_own_region(_arguments: Mapping[str, Any]) -> Scope | None:
    """Return the whole region the viewer works in: whoever works in a part of it is not let in."""
    region = region_of(viewer())
    return region.scope if region else None


def scope_of_project(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the region whose outer programme `project_id` is."""
    project = find_project(arguments["project_id"])
    return Scope(project.region_id) if project else None


def scope_of_event(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation that holds `event_id`."""
    event = find_event(arguments["event_id"])
    return event.organisation.scope if event else None
