"""Tells whoever holds sessions what schools do: each morning who booked the day before, at once who gives up places.

A day of a trials week brings forty bookings to one college, so they are one notice and not forty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.accounts.roles import BOOKINGS_HOST, Role, permissions_of
from orientir.bookings import notice_kinds as kinds
from orientir.bookings.models import OPEN, Booking, BookingState, Slot, SlotState
from orientir.bookings.telling import values_of, when_words
from orientir.bookings.words import people_words
from orientir.contracts import Due, NoticeKind, Reminder
from orientir.db import db
from orientir.i18n import _
from orientir.notices.people import directory, people_at
from orientir.notices.services import tell
from orientir.notices.wording import SHOWN_NAMES
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass
from orientir.web.links import page_path

LOOK_BACK = 3  # days; a server that stood still over a weekend tells of all of them, what was told is not told again


def new_bookings(today: date, region_id: int) -> Iterator[Due]:
    """Yield for each host and day who has booked on it for sessions that are still to come."""
    people = None
    for back in range(LOOK_BACK, 0, -1):
        day = today - timedelta(days=back)
        groups, own = _groups_of(day, region_id), _own_of(day, region_id)
        if not groups and not own:
            continue
        people = people or directory(region_id)
        for host in _hosts({*groups, *own}):
            values = _values(host, groups.get(host.id, []), own.get(host.id, 0))
            recipients = people.at(host.scope, *host_roles())
            yield Due(f"bookings:{host.id}:{day}", day, recipients, host.scope, values, page_path("slots.index"))


NEW_AT_HOST = Reminder(kinds.NEW_AT_HOST, new_bookings, (1,))


def tell_given_up(slot: Slot, booking: Booking, before: str, *, actor: int | None) -> None:
    """Tell the host that a class gives up its places; whoever only waited, or a pupil, is no news to it."""
    if booking.own or before == BookingState.WAITING:
        return
    what = _("Причина: %(reason)s", reason=booking.reason) if booking.reason else ""
    _tell_host(kinds.GIVEN_UP, slot, booking, f"booking:{booking.id}", actor, what=what)


def tell_smaller(slot: Slot, booking: Booking, was: int, *, actor: int | None) -> None:
    """Tell the host that fewer of a class come than before; more of them, or who only waits, is no news to it."""
    if booking.state == BookingState.WAITING or booking.people >= was:
        return
    about = f"booking:{booking.id}:{int(clock.now().timestamp())}"
    _tell_host(kinds.SMALLER, slot, booking, about, actor, was=was)


def host_roles() -> list[str]:
    """Return the roles that look after sessions."""
    return [role for role in Role if BOOKINGS_HOST in permissions_of(role)]


def _tell_host(kind: NoticeKind, slot: Slot, booking: Booking, about: str, actor: int | None, **values: object) -> None:
    school_class = db.session.get_one(SchoolClass, booking.class_id)
    told = {**values_of(slot, booking, school_class), "school": school_class.organisation.name, **values}
    host = slot.organisation.scope
    recipients = people_at(host, *host_roles())
    url = page_path("slots.slot", slot_id=slot.id)
    tell(kind, recipients, told, about=about, scope=host, url=url, actor=actor)


def _groups_of(day: date, region_id: int) -> dict[int, list[Booking]]:
    home = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
    wanted = select(Booking).where(*_new_on(day, region_id), Booking.own.is_(False)).options(home)
    found: dict[int, list[Booking]] = {}
    for one in db.session.scalars(_joined(wanted).order_by(Slot.starts_at, Booking.id)):
        found.setdefault(one.slot.organisation_id, []).append(one)
    return found


def _own_of(day: date, region_id: int) -> dict[int, int]:
    counted = select(Slot.organisation_id, func.count()).where(*_new_on(day, region_id), Booking.own.is_(True))
    rows = db.session.execute(_joined(counted).group_by(Slot.organisation_id))
    return {row[0]: row[1] for row in rows}


def _joined(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    joined = wanted.select_from(Booking).join(Slot, Slot.id == Booking.slot_id)
    joined = joined.join(Organisation, Organisation.id == Slot.organisation_id)
    return joined.join(Municipality, Municipality.id == Organisation.municipality_id)


def _new_on(day: date, region_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a living booking made on the day, for a session that is still to come."""
    zone = ZoneInfo(db.session.get_one(Region, region_id).timezone)
    first, after = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return (
        Municipality.region_id == region_id,
        Booking.booked_at >= first,
        Booking.booked_at < after,
        Booking.state.in_(OPEN),
        Slot.state == SlotState.PUBLISHED,
        Slot.starts_at > clock.now(),
    )


def _hosts(ids: set[int]) -> Sequence[Organisation]:
    wanted = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    return db.session.scalars(wanted.options(joinedload(Organisation.municipality, innerjoin=True))).all()


def _values(host: Organisation, groups: Sequence[Booking], own: int) -> dict[str, object]:
    lines = [_line(one) for one in groups[:SHOWN_NAMES]]
    if len(groups) > SHOWN_NAMES:
        lines.append(_("и ещё групп: %(count)s", count=len(groups) - SHOWN_NAMES))
    if own:
        lines.append(_("По карточкам учеников: %(people)s.", people=people_words(own)))
    people = people_words(own + sum(one.people for one in groups))
    return {"host": host.name, "people": people, "groups": "\n".join(lines)}


def _line(one: Booking) -> str:
    waits = _(", ждёт места") if one.state == BookingState.WAITING else ""
    home = f"{one.school_class.organisation.name}, {one.school_class.title}"
    return f"«{one.slot.title}», {when_words(one.slot)}: {home}, {people_words(one.people)}{waits}"
