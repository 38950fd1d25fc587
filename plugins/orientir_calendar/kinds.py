"""The kinds of events and the outer programmes of a region: the usual lines and what the region made of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from orientir.db import db
from orientir_calendar.models import EventKind, Project
from orientir_calendar.words import KINDS, KindLine


def kinds_of(region_id: int) -> dict[str, KindLine]:
    """Return the kinds of a region by key, closed ones too: the usual first, in their order, then its own."""
    rows = db.session.scalars(select(EventKind).where(EventKind.region_id == region_id).order_by(EventKind.id))
    known = {line.key: line for line in KINDS}
    for row in rows:
        line = KindLine(row.key, row.title, row.activity, row.is_closed)
        known[row.key] = replace(line, activity=known[row.key].activity) if row.key in known else line
    return known


def open_kinds(region_id: int) -> dict[str, KindLine]:
    """Return the kinds that are offered for new events."""
    return {key: line for key, line in kinds_of(region_id).items() if not line.is_closed}


def projects_of(region_id: int) -> list[Project]:
    """Return the outer programmes that are offered, by name."""
    wanted = select(Project).where(Project.region_id == region_id, Project.is_closed.is_(False))
    return list(db.session.scalars(wanted.order_by(Project.title, Project.id)))
