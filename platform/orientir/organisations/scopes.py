"""Which branch of the tree an address is about, for `orientir.web.access.requires`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orientir.contracts import Scope
from orientir.organisations.queries import find_class, find_municipality, find_organisation, region_by_id


def scope_of_region(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the region `region_id`, or None when there is none."""
    region = region_by_id(arguments["region_id"])
    return region.scope if region else None


def scope_of_organisation(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation `organisation_id`, or None when there is none."""
    organisation = find_organisation(arguments["organisation_id"])
    return organisation.scope if organisation else None


def scope_of_municipality(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the municipality `municipality_id`, or None when there is none."""
    municipality = find_municipality(arguments["municipality_id"])
    return municipality.scope if municipality else None


def scope_of_class(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the class `class_id`, or None when there is none."""
    school_class = find_class(arguments["class_id"])
    return school_class.scope if school_class else None
