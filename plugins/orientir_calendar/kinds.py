"""The kinds of events and the outer programmes of a region: the usual lines and what the region made of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from orientir.db import db
from orientir.organisations.queries import LARGEST_ID
from orientir_calendar.models import EventKind, Project
from orientir_calendar.words import KINDS, KindLine


def kinds_of(region_id: int) -> dict[str, KindLine]:
    """Return the kinds of a region by key, closed ones too: the usual first, in their order, then its own."""
    rows = db.session.scalars(select(EventKind).where(EventKind.region_id == region_id).order_by(EventKind.id))
    known = {line.key: line for line in KINDS}
    for row in rows:
        usual = known.get(row.key, KindLine(row.key, row.title, row.activity))
        known[row.key] = replace(usual, title=row.title, color=row.color or usual.color, is_closed=row.is_closed)
    return known


def open_kinds(region_id: int) -> dict[str, KindLine]:
    """Return the kinds that are offered for new events."""
    return {key: line for key, line in kinds_of(region_id).items() if not line.is_closed}


def projects_of(region_id: int, *, also: int | None = None) -> list[Project]:
    """Return the outer programmes that are offered, by name; `also`: one that is in use though it was closed."""
    return [one for one in all_projects(region_id) if not one.is_closed or one.id == also]


def all_projects(region_id: int) -> list[Project]:
    """Return the outer programmes of a region by name, closed ones too."""
    wanted = select(Project).where(Project.region_id == region_id)
    return list(db.session.scalars(wanted.order_by(Project.title, Project.id)))


def find_project(project_id: int) -> Project | None:
    return db.session.get(Project, project_id) if 0 < project_id <= LARGEST_ID else None
