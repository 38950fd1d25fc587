"""Where a person offers trials: the organisations of the branch, and the seasons of their regions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region
from orientir.organisations.queries import is_open, within
from orientir_trials.models import Season
from orientir_trials.queries import open_seasons

OFFERERS = (
    OrganisationKind.COLLEGE,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.EMPLOYER,
    OrganisationKind.ADDITIONAL,
)


def offering_organisations(scopes: Sequence[Scope]) -> list[Organisation]:
    """Return the organisations the person may offer trials for.

    Own ones, whatever they are; of a wide branch those that usually do.
    """
    own = [scope.organisation_id for scope in scopes if scope.organisation_id is not None]
    offering = (
        select(Organisation)
        .join(Organisation.municipality)
        .where(within(scopes), is_open())
        .where(or_(Organisation.kind.in_(OFFERERS), Organisation.id.in_(own)))
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
    )
    return list(db.session.scalars(offering))


def seasons_of_offerers(scopes: Sequence[Scope]) -> list[Season]:
    """Return the seasons that are not over in the regions of the person, the nearest first."""
    known = [db.session.get_one(Region, region_id) for region_id in dict.fromkeys(scope.region_id for scope in scopes)]
    return [season for region in known for season in open_seasons(region)]
