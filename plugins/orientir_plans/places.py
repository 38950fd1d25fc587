"""The place a respondent sits at: slip, class, wave and region, as one statement past the ORM answers them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from orientir.db import db
from orientir.organisations.models import Organisation, Region, SchoolClass
from orientir_plans.models import Slip, Wave

WAVE = (Wave.id, Wave.region_id, Wave.version_id, Wave.year, Wave.opens_on, Wave.closes_on, Wave.state)
REGION = (Region.name, Region.timezone, Region.timezone_words, Region.operator_name, Region.is_demo, Region.settings)
# Every page starts with this statement, so it is built once. Objects of the ORM would cost nine times as much.
ONE_PLACE = (
    select(
        Slip.used,
        Slip.class_id,
        SchoolClass.grade,
        SchoolClass.last_grade,
        Organisation.id.label("organisation_id"),
        Organisation.municipality_id,
        *[column.label(f"wave_{column.key}") for column in WAVE],
        *[column.label(f"region_{column.key}") for column in REGION],
    )
    .join(Wave, Wave.id == Slip.wave_id)
    .join(Region, Region.id == Wave.region_id)
    .join(SchoolClass, SchoolClass.id == Slip.class_id)
    .join(Organisation, Organisation.id == SchoolClass.organisation_id)
    .where(Slip.id == bindparam("slip_id"))
)
HELD_SLIP = select(Slip.id).where(Slip.id == bindparam("slip_id")).with_for_update()


@dataclass(frozen=True, kw_only=True)
class Place:
    """What pages need to know of a slip; its wave and region belong to no session and are read only."""

    slip_id: int
    is_used: bool
    class_id: int
    grade: int
    last_grade: int
    organisation_id: int
    municipality_id: int
    wave: Wave


def find_place(slip_id: int) -> Place | None:
    """Return the place of a slip as it stands in the database, whatever was read before; None where there is none."""
    row = db.session.connection().execute(ONE_PLACE, {"slip_id": slip_id}).one_or_none()
    if row is None:
        return None
    known = row._mapping  # noqa: SLF001 - SQLAlchemy's name for the row as a mapping
    region = Region(id=row.wave_region_id, **{one.key: known[f"region_{one.key}"] for one in REGION})
    return Place(
        slip_id=slip_id,
        is_used=row.used,
        class_id=row.class_id,
        grade=row.grade,
        last_grade=row.last_grade,
        organisation_id=row.organisation_id,
        municipality_id=row.municipality_id,
        wave=Wave(region=region, **{one.key: known[f"wave_{one.key}"] for one in WAVE}),
    )


def hold_slip(slip_id: int) -> None:
    """Let one writer of the slip at a time pass; on SQLite a writer is alone anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().execute(HELD_SLIP, {"slip_id": slip_id})
