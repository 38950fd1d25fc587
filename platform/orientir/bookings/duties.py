"""«Что сделать»: what bookings ask of a school, and sessions of whoever holds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.contracts import PanelItem, Scope
from orientir.db import db
from orientir.i18n import _, plural
from orientir.organisations.models import Region, SchoolClass
from orientir.web.formats import moment, number

SOON = 3  # days in which a session that too few have booked needs a word from its organiser


def class_duties(scope: Scope, region: Region) -> Iterator[PanelItem]:
    """Yield what waits for a school: places to be taken, who goes tomorrow."""
    own = SchoolClass.organisation_id == scope.organisation_id
    pending = _bookings(own, Booking.state == BookingState.PENDING)
    if pending:
        until = min(one.confirm_until for one in pending if one.confirm_until)
        forms = _("запись: место освободилось, подтвердите|записи: место освободилось, подтвердите|"
                  "записей: место освободилось, подтвердите")  # fmt: skip
        yield _item(pending, forms, _("Взять места"), _("Первое решение до %(when)s", when=moment(until)))
    tomorrow = _bookings(own, Booking.state == BookingState.CONFIRMED, *_on(region, 1))
    if tomorrow:
        forms = _("поездка завтра|поездки завтра|поездок завтра")
        named = ", ".join(f"{one.school_class.title}: «{one.slot.title}»" for one in tomorrow[:3])
        yield _item(tomorrow, forms, _("Посмотреть"), named)


def host_duties(scope: Scope, region: Region) -> Iterator[PanelItem]:
    """Yield what waits for an organisation that holds sessions: today's people, and what is still to be closed."""
    own = Slot.organisation_id == scope.organisation_id
    today = _slots(own, Slot.state == SlotState.PUBLISHED, *_on(region, 0))
    if today.slots:
        words = plural(today.slots, _("сеанс сегодня|сеанса сегодня|сеансов сегодня"))
        hint = _("Записаны: %(people)s", people=number(today.people))
        yield PanelItem(today.slots, words, url_for("slots.index"), _("Кто придёт"), hint)
    few = _slots(own, Slot.state == SlotState.PUBLISHED, Slot.taken < Slot.minimum, *_on(region, 1, SOON))
    if few.slots:
        words = plural(few.slots, _("сеанс, где мало записей|сеанса, где мало записей|сеансов, где мало записей"))
        hint = _("Ближайшие три дня: меньше минимума. Напишите школам, перенесите или отмените")
        yield PanelItem(few.slots, words, url_for("slots.index", when="coming"), _("Посмотреть"), hint)
    over = _slots(own, Slot.state == SlotState.PUBLISHED, Slot.ends_at < _midnight(region, 0))
    if over.slots:
        words = plural(
            over.slots, _("прошедший сеанс не закрыт|прошедших сеанса не закрыты|прошедших сеансов не закрыты")
        )
        hint = _("Отметьте, кто пришёл: без отметки школа не увидит охвата")
        yield PanelItem(over.slots, words, url_for("slots.index", when="past"), _("Закрыть"), hint)


class _Counted(NamedTuple):
    slots: int
    people: int


def _slots(*conditions: ColumnElement[bool]) -> _Counted:
    counted = select(func.count(), func.coalesce(func.sum(Slot.taken), 0)).where(*conditions)
    return _Counted(*db.session.execute(counted).one())


def _bookings(*conditions: ColumnElement[bool]) -> list[Booking]:
    wanted = (
        select(Booking)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(SchoolClass, SchoolClass.id == Booking.class_id)
        .where(Booking.own.is_(False), Slot.state == SlotState.PUBLISHED, Slot.starts_at > clock.now(), *conditions)
        .options(joinedload(Booking.school_class, innerjoin=True))
        .order_by(Slot.starts_at, Booking.id)
    )
    return list(db.session.scalars(wanted))


def _item(found: list[Booking], forms: str, action: str, hint: str) -> PanelItem:
    state = found[0].state if len({one.state for one in found}) == 1 else None
    one = url_for("bookings.booking", booking_id=found[0].id)
    url = one if len(found) == 1 else url_for("bookings.index", state=state)
    return PanelItem(len(found), plural(len(found), forms), url, action, hint)


def _on(region: Region, days: int, many: int = 1) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a slot begins on one of `many` days, the first so many days from today there."""
    return Slot.starts_at >= _midnight(region, days), Slot.starts_at < _midnight(region, days + many)


def _midnight(region: Region, days: int) -> datetime:
    day: date = clock.today(region.timezone) + timedelta(days=days)
    return datetime.combine(day, time(), ZoneInfo(region.timezone))
