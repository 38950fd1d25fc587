"""The one verb on settings."""

from __future__ import annotations

from sqlalchemy import select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Scope, Setting, SettingValue
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.settings.definitions import definitions
from orientir.settings.facts import FACTS, LONGEST, column_of
from orientir.settings.models import SettingChange
from orientir.settings.queries import REGION, facts, last_change_id, stored_values


def change(region_id: int, name: str, value: SettingValue, *, actor: int | None, seen: int | None = None) -> bool:
    """Set `name` in the region and return whether that changed anything; the same value again is no change.

    `seen` is the number of the last change its changer knew of (0: none). Raises InvalidInputError (field: the name)
    for an unknown setting and for a value it does not take, ConflictError where somebody else was quicker.
    """
    known = definitions().get(name) or FACTS.get(name)
    if known is None:
        listed = ", ".join(sorted(definitions()))
        raise InvalidInputError(_("Настройки «%(name)s» нет. Есть: %(known)s.", name=name, known=listed), name)
    if not known.accepts(value) or (name in LONGEST and not 0 < len(str(value)) <= LONGEST[name]):
        raise InvalidInputError(_("Такое значение не подходит: «%(title)s».", title=known.title), name)
    db.session.execute(select(REGION.c.id).where(REGION.c.id == region_id).with_for_update(key_share=True))
    _refuse_unseen(region_id, name, seen)
    before = _present(region_id, known)
    if before == value:
        return False
    if name in FACTS:
        _keep_first(region_id, name, before)
        db.session.execute(update(REGION).where(REGION.c.id == region_id).values({column_of(name): value}))
    else:
        kept = {**stored_values(region_id), name: value}
        db.session.execute(update(REGION).where(REGION.c.id == region_id).values(settings=kept))
    db.session.expire_all()
    db.session.add(SettingChange(region_id=region_id, name=name, value=value, at=clock.now(), actor_id=actor))
    db.session.flush()
    audit.write("region.setting", "region", region_id, actor=actor, scope=Scope(region_id), name=name, value=value)
    return True


def _present(region_id: int, known: Setting) -> object:
    if known.name in FACTS:
        return facts(region_id)[known.name]
    return stored_values(region_id).get(known.name, known.default)


def _refuse_unseen(region_id: int, name: str, seen: int | None) -> None:
    if seen is not None and seen != last_change_id(region_id, name):
        raise ConflictError(_("Пока страница была открыта, эту настройку изменили. Посмотрите новое значение."))


def _keep_first(region_id: int, name: str, before: object) -> None:
    """Write down what a fact was before its first change, so that there is something to go back to."""
    if not last_change_id(region_id, name):
        db.session.add(SettingChange(region_id=region_id, name=name, value=before, at=clock.now(), actor_id=None))
        db.session.flush()
