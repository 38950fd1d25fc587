"""What a calendar shows: one occasion, told without a word about where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from orientir.errors import OrientirError

When = datetime | date  # a moment with its zone, or a day


class Status(StrEnum):
    """STATUS of RFC 5545: a cancelled occasion stays in the feed, or a telephone would show it for ever."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Occasion:
    """`starts` and `ends` are both moments or both days; the end is not included, so one whole day ends the next.

    `uid` never changes; `changed_at` is when anything here last changed and `sequence` how often something relevant
    did. `rule` is an RRULE without its name («FREQ=WEEKLY;COUNT=5»), `without` the starts left out of it; `instead_of`
    names the start of the series with the same `uid` that this one stands for. `color` is a CSS3 name, `geo`
    latitude and longitude, `attachments` addresses of files with their types.
    """

    uid: str
    title: str
    starts: When
    ends: When
    changed_at: datetime
    sequence: int = 0
    status: Status = Status.CONFIRMED
    place: str = ""
    about: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    geo: tuple[float, float] | None = None
    color: str = ""
    attachments: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    without: tuple[When, ...] = ()
    instead_of: When | None = None

    def __post_init__(self) -> None:
        moments = [isinstance(one, datetime) for one in (self.starts, self.ends)]
        if len(set(moments)) > 1 or self.ends < self.starts:
            raise OrientirError(f"occasion «{self.uid}» ends before it starts, or half of it is a day")
        if any(isinstance(one, datetime) and one.tzinfo is None for one in (self.starts, self.ends, self.changed_at)):
            raise OrientirError(f"occasion «{self.uid}»: moments need a time zone")
