"""Reads of what is moderated, events and notes alike: what waits, what came back, who is trusted; lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, or_, select

from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import within
from orientir_calendar.models import Event, TrustedOrganisation
from orientir_calendar.note_models import Note

DRAFT, SUGGESTED, PUBLISHED = "draft", "suggested", "published"
Item = TypeVar("Item", Event, Note)


@dataclass(frozen=True)
class ListPage(Generic[Item]):
    """One page of a list: `number` of `pages`; `total` counts all of them."""

    rows: list[Item]
    number: int
    pages: int
    total: int


def in_pages(wanted: Select[Item], page: int, rows: int) -> ListPage[Item]:
    """Return one page; a number beyond the last is the last."""
    total = db.session.scalar(wanted.with_only_columns(func.count()).order_by(None)) or 0
    pages = max(1, -(-total // rows))
    number = min(max(1, page), pages)
    return ListPage(list(db.session.scalars(wanted.limit(rows).offset((number - 1) * rows))), number, pages, total)


def waiting(model: type[Item], scopes: Sequence[Scope]) -> Select[Item]:
    """Return the query for what waits for a decision in the branches, as a whole or in new words."""
    return in_branches(model, scopes).where(or_(model.state == SUGGESTED, model.proposed_at.is_not(None)))


def returned(model: type[Item], scopes: Sequence[Scope]) -> Select[Item]:
    """Return the query for what came back with a remark: drafts, and published ones whose new words did."""
    return in_branches(model, scopes).where(model.state.in_((DRAFT, PUBLISHED)), model.remark != "")


def count_waiting(model: type[Item], scopes: Sequence[Scope]) -> int:
    """Return how many wait for a decision in the branches."""
    return db.session.scalar(waiting(model, scopes).with_only_columns(func.count())) or 0


def in_branches(model: type[Item], scopes: Sequence[Scope]) -> Select[Item]:
    """Return the query for all of the branches."""
    wanted = select(model).join(Organisation, Organisation.id == model.organisation_id)
    return wanted.join(Municipality, Municipality.id == Organisation.municipality_id).where(within(scopes))


def is_trusted(organisation_id: int) -> bool:
    """Tell whether the organisation publishes without moderation."""
    return db.session.get(TrustedOrganisation, organisation_id) is not None
