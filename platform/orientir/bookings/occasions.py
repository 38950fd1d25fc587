"""What follows from the columns of a slot, for the object (`models.Slot`) and for the row (`held.HeldSlot`) alike."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from orientir import clock


class Columns(Protocol):
    """The columns of a slot that are asked here, and the time zone of its region."""

    @property
    def state(self) -> str: ...

    @property
    def capacity(self) -> int: ...

    @property
    def taken(self) -> int: ...

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...

    @property
    def timezone(self) -> str: ...


class Terms(Columns, Protocol):
    """Columns of a slot that a rush has no use for."""

    @property
    def minimum(self) -> int: ...

    @property
    def cancel_until(self) -> datetime: ...


class Occasion:
    __slots__ = ()

    @property
    def free(self: Columns) -> int:
        return self.capacity - self.taken

    @property
    def lacking(self: Terms) -> int:
        """How many more must book for it to be held at all."""
        return max(0, self.minimum - self.taken)

    @property
    def may_be_cancelled(self: Terms) -> bool:
        """Whether whoever has a place may still give it back."""
        return clock.now() <= self.cancel_until

    @property
    def last_day(self: Columns) -> date:
        """The last day it takes, in its region; the midnight a whole day ends at belongs to the next."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.timezone)).date()

    @property
    def is_whole_days(self: Columns) -> bool:
        """Whether it takes days from midnight to midnight, so that its hours say nothing."""
        zone = ZoneInfo(self.timezone)
        return all(one.astimezone(zone).time() == time() for one in (self.starts_at, self.ends_at))

    @property
    def day(self: Columns) -> date:
        """The calendar day it begins on, in its region."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone)).date()
