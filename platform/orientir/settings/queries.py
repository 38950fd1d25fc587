"""Reads of settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, column, func, select, table

from orientir.contracts import SettingValue
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.settings.definitions import definitions
from orientir.settings.facts import FACTS, column_of
from orientir.settings.models import SettingChange

# Regions stand higher, so only their table is known here.
REGION = table("region", column("id"), column("settings", JSON), *(column(column_of(name)) for name in FACTS))


def value(region_id: int, name: str) -> SettingValue:
    """Return what holds in the region: what was set, or the default; raises MissingError for an unknown name."""
    known = definitions().get(name)
    if known is None:
        raise MissingError(_("Настройки «%(name)s» нет.", name=name))
    stored: SettingValue | None = stored_values(region_id).get(name)
    return stored if known.accepts(stored) and stored is not None else known.default


def stored_values(region_id: int) -> dict[str, Any]:
    """Return what was set in the region by name; raises MissingError for an unknown region."""
    found = db.session.execute(select(REGION.c.settings).where(REGION.c.id == region_id)).one_or_none()
    if found is None:
        raise MissingError
    return dict(found[0] or {})


def history(region_id: int, name: str | None = None) -> list[SettingChange]:
    """Return the changes of one setting, or of all, the latest first."""
    wanted = select(SettingChange).where(SettingChange.region_id == region_id).order_by(SettingChange.id.desc())
    return list(db.session.scalars(wanted if name is None else wanted.where(SettingChange.name == name)))


def facts(region_id: int) -> dict[str, str]:
    """Return the facts of the region by name; raises MissingError for an unknown region."""
    columns = [REGION.c[column_of(name)] for name in FACTS]
    found = db.session.execute(select(*columns).where(REGION.c.id == region_id)).one_or_none()
    if found is None:
        raise MissingError
    return dict(zip(FACTS, found, strict=True))


def last_change_id(region_id: int, name: str) -> int:
    """Return the number of the last change of a setting, 0 where there was none."""
    changes = select(func.max(SettingChange.id))
    return db.session.scalar(changes.where(SettingChange.region_id == region_id, SettingChange.name == name)) or 0


def latest_changes(region_id: int) -> dict[str, SettingChange]:
    """Return the last change of each setting that was ever changed."""
    last = select(func.max(SettingChange.id)).where(SettingChange.region_id == region_id).group_by(SettingChange.name)
    found = db.session.scalars(select(SettingChange).where(SettingChange.id.in_(last)))
    return {change.name: change for change in found}
