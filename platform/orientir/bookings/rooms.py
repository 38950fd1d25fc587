"""The same room twice: two occasions of one host at one address at overlapping times (domain.md D.5).

An address may have several rooms, so this warns and is let through on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from orientir import clock
from orientir.bookings.models import Slot, SlotState
from orientir.db import db, fold
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.web.links import is_web_address

STANDING = (SlotState.DRAFT, SlotState.PUBLISHED)


@dataclass(frozen=True)
class Span:
    """The beginning and the end of an occasion, aware; `title` where it is known what is on."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""

    def meets(self, other: Span) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class RoomTakenError(ConflictError):
    """Some of the wanted times meet others at the same place: `occasions` are those that stand there already."""

    def __init__(self, occasions: Sequence[Span]) -> None:
        self.occasions = tuple(occasions)
        super().__init__(_("По этому адресу в это время уже назначен другой сеанс."))


def refuse_taken(organisation_id: int, place: str, wanted: Iterable[Span], *, besides: int = 0) -> None:
    """Raise RoomTakenError where an occasion of the host but the slot `besides` is at `place` at one of these times.

    A page of a meeting online has room for all.
    """
    if is_web_address(place):
        return
    met = clashes(_taken_at(organisation_id, place, besides), wanted)
    if met:
        raise RoomTakenError(met)


def clashes(taken: Iterable[Span], wanted: Iterable[Span]) -> list[Span]:
    """Return those of `taken` that meet any of `wanted`."""
    asked = list(wanted)
    return [one for one in taken if any(one.meets(other) for other in asked)]


def _taken_at(organisation_id: int, place: str, besides: int) -> list[Span]:
    """Return the coming occasions of a host at one address."""
    rows = db.session.execute(
        select(Slot.starts_at, Slot.ends_at, Slot.title, Slot.place)
        .where(
            Slot.organisation_id == organisation_id,
            Slot.ends_at > clock.now(),
            Slot.state.in_(STANDING),
            Slot.id != besides,
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    wanted = fold(place)
    return [Span(starts_at, ends_at, title) for starts_at, ends_at, title, there in rows if fold(there) == wanted]
