"""The verbs of a door: make it, name the device at it, revoke it. Its PIN opens one slot and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import CursorResult, select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.door_models import Door, Scan
from orientir.bookings.held import HeldDoor
from orientir.bookings.models import Slot, SlotState
from orientir.codes import services as codes
from orientir.contracts import CodeDestination, CodeKind, OpenedCode, PlatformCode
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.queries import LARGEST_ID

DOOR = "door"
AFTER = timedelta(hours=2)  # late marks, and phones that meet a network on the way home
KEPT = timedelta(days=30)
LONGEST_NAME = 60
MOST_DOORS = 50


def open_door(slot: Slot, label: str, *, actor: int | None) -> Door:
    """Return a new door with its PIN. Raises InvalidInputError («label»), ConflictError for a slot without any door."""
    name = " ".join(label.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInputError(_("Напишите, где этот вход: до 60 знаков."), "label")
    if not may_have_doors(slot):
        raise ConflictError(_("Вход открывают к сеансу, который объявлен и ещё не прошёл."))
    if len(db.session.scalars(select(Door.id).where(Door.slot_id == slot.id)).all()) >= MOST_DOORS:
        raise ConflictError(_("У сеанса уже %(count)s входов: больше не нужно.", count=MOST_DOORS))
    door = Door(slot=slot, label=name, made_at=clock.now(), made_by=actor, ends_at=slot.ends_at + AFTER)
    db.session.add(door)
    db.session.flush()
    codes.issue(DOOR, [str(door.id)], expires_on=last_day_of(door))
    _write("door.add", door, actor)
    return door


def last_day_of(door: Door) -> date:
    """Return the last day its PIN opens it, by the calendar of the place."""
    return door.ends_at.astimezone(ZoneInfo(door.slot.timezone)).date()


def revoke_door(door: Door, *, actor: int | None) -> bool:
    """Let the door and its PIN open nothing from now on; tell whether that is new. What was marked there stays."""
    if door.revoked_at is not None:
        return False
    door.revoked_at = clock.now()
    codes.withdraw(DOOR, [str(door.id)])
    _write("door.revoke", door, actor)
    return True


def name_device(door: Door, name: str) -> str:
    """Note what the device at the door calls itself and return that; raises InvalidInputError («device»)."""
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise InvalidInputError(_("Назовите телефон: до 60 знаков, например «касса слева»."), "device")
    door.device = plain
    return plain


def door_digits(door: Door) -> str:
    """Return the digits of the living PIN, "" for a door that was revoked; changes nothing."""
    return next(iter(codes.reveal(DOOR, [str(door.id)])), "")


def find_door(door_id: int) -> Door | None:
    return db.session.get(Door, door_id) if 0 < door_id <= LARGEST_ID else None


def may_have_doors(slot: Slot) -> bool:
    """Tell whether people can still be marked at the slot."""
    return slot.state in (SlotState.PUBLISHED, SlotState.HELD) and clock.now() < slot.ends_at + AFTER


def is_open(door: Door) -> bool:
    return door.revoked_at is None and clock.now() < door.ends_at


def refuse_closed(door: Door | HeldDoor) -> None:
    """Raise ConflictError for a door that was revoked or is over."""
    if door.revoked_at is not None:
        raise ConflictError(_("Организатор закрыл этот вход. Попросите у него новый код."))
    if clock.now() >= door.ends_at:
        raise ConflictError(_("Этот вход закрылся: сеанс закончился больше двух часов назад."))


def purge_devices(today: date) -> int:
    """Forget what phones called themselves a month after their door ended: some bear a person's name."""
    ended = Door.ends_at < datetime.combine(today, time(), UTC) - KEPT
    over = select(Door.id).where(ended)
    gone = 0
    for table, old in ((Scan, Scan.door_id.in_(over)), (Door, ended)):
        forgetting = update(table).where(old, table.device != "").values(device="")
        outcome = db.session.execute(forgetting.execution_options(synchronize_session=False))
        gone += outcome.rowcount if isinstance(outcome, CursorResult) else 0
    return gone


def open_pin(code: OpenedCode) -> CodeDestination | None:
    """Return the way to the door; the browser keeps it until the door ends, and lets no card or ticket go for it."""
    door = find_door(int(code.owner)) if code.owner.isdecimal() else None
    if door is None or not is_open(door):
        return None
    return CodeDestination(url_for("doors.door"), {"door": door.id}, person=None, until=door.ends_at)


def _write(action: str, door: Door, actor: int | None) -> None:
    scope = door.slot.organisation.scope
    audit.write(action, "door", door.id, actor=actor, scope=scope, slot=door.slot_id, label=door.label)


DOOR_CODE = PlatformCode(CodeKind(DOOR, _l("код входа")), open_pin)
