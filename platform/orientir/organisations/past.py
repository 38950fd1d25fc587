"""The story of an organisation as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from orientir.db import db
from orientir.organisations.histories import FormerName, FormerPlace, Succession
from orientir.organisations.models import Organisation
from orientir.organisations.queries import former_names, former_places, merged_into, successions_of


@dataclass(frozen=True)
class Past:
    """Former names and places, who came before and after, second entries of it, and what it is a second entry of."""

    names: list[FormerName]
    places: list[FormerPlace]
    predecessors: list[Succession]
    successors: list[Succession]
    doubles: list[Organisation]
    original: Organisation | None

    def __bool__(self) -> bool:
        return bool(self.names or self.places or self.predecessors or self.successors or self.doubles)


def past_of(organisation: Organisation) -> Past:
    """Return the story of one organisation in a constant number of statements."""
    lines = successions_of(organisation.id)
    return Past(
        names=former_names([organisation.id]).get(organisation.id, []),
        places=former_places(organisation.id),
        predecessors=[one for one in lines if one.successor_id == organisation.id],
        successors=[one for one in lines if one.predecessor_id == organisation.id],
        doubles=merged_into(organisation.id),
        original=_find(organisation.merged_into_id) if organisation.merged_into_id else None,
    )


def _find(organisation_id: int) -> Organisation | None:
    return db.session.scalar(select(Organisation).where(Organisation.id == organisation_id))
