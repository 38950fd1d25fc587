"""The one verb on settings."""

from __future__ import annotations

from sqlalchemy import select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Scope, SettingValue
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.settings.definitions import definitions
from orientir.settings.models import SettingChange
from orientir.settings.queries import REGION, stored_values


def change(region_id: int, name: str, value: SettingValue, *, actor: int | None) -> bool:
    """Set `name` in the region and return whether that changed anything; the same value again is no change.

    Raises InvalidInputError (field: the name) for an unknown setting and for a value it does not take.
    """
    known = definitions().get(name)
    if known is None:
        listed = ", ".join(sorted(definitions()))
        raise InvalidInputError(_("Настройки «%(name)s» нет. Есть: %(known)s.", name=name, known=listed), name)
    if not known.accepts(value):
        raise InvalidInputError(_("Такое значение не подходит: «%(title)s».", title=known.title), name)
    db.session.execute(select(REGION.c.id).where(REGION.c.id == region_id).with_for_update())
    stored = stored_values(region_id)
    if stored.get(name, known.default) == value:
        return False
    db.session.execute(update(REGION).where(REGION.c.id == region_id).values(settings={**stored, name: value}))
    db.session.expire_all()
    db.session.add(SettingChange(region_id=region_id, name=name, value=value, at=clock.now(), actor_id=actor))
    db.session.flush()
    audit.write("region.setting", "region", region_id, actor=actor, scope=Scope(region_id), name=name, value=value)
    return True
