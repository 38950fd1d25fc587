"""What plugins put on the pages of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orientir.contracts.texts import Text
from orientir.errors import PluginError


def _check_order(order: object) -> None:
    """Refuse what cannot be sorted here, inside the plugin's own call, and not later among everybody's answers."""
    if not isinstance(order, int):
        raise PluginError(f"order «{order}» must be a whole number")


@dataclass(frozen=True)
class MenuLink:
    """A line of the menu; `order` sorts, small first."""

    title: Text
    url: str
    order: int = 50

    def __post_init__(self) -> None:
        _check_order(self.order)


@dataclass(frozen=True)
class PanelItem:
    """One thing that waits: how many, of what, and the page that does it ("" where the reader may only know of it)."""

    count: int | None
    title: Text
    url: str
    action: Text
    hint: Text = ""


@dataclass(frozen=True)
class HomePanel:
    """A group of things that wait for the viewer, under one heading."""

    title: Text
    items: tuple[PanelItem, ...]
    order: int = 50

    def __post_init__(self) -> None:
        _check_order(self.order)


@dataclass(frozen=True)
class CalendarEntry:
    """An occasion for the calendar; `uid` never changes while the occasion lives.

    A whole day starts at its midnight in the region and ends at the next. `changed_at` is when anything here last
    changed and `sequence` how often something relevant did: telephones compare them.
    """

    uid: str
    title: Text
    starts_at: datetime
    ends_at: datetime
    url: str
    place: Text = ""
    audience: Text = ""
    category: Text = ""
    is_all_day: bool = False
    is_cancelled: bool = False
    changed_at: datetime | None = None
    sequence: int = 0
    color: str = ""
    geo: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise PluginError(f"entry «{self.uid}»: moments need a time zone")
        if self.ends_at < self.starts_at:
            raise PluginError(f"entry «{self.uid}» ends before it starts")

    @property
    def last_moment(self) -> datetime:
        """The last one that belongs to it: the midnight a whole day ends at is the next day's."""
        return max(self.starts_at, self.ends_at - timedelta(microseconds=1))


@dataclass(frozen=True)
class CalendarFilter:
    """Which occasions are asked for; None means any. Cancelled ones only where they were cancelled since a moment."""

    region_id: int | None = None
    municipality_id: int | None = None
    grade: int | None = None
    cancelled_since: datetime | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One thing a student took part in, for the page opened by the student's card.

    `url` and `action` lead to what is left of it: a certificate, questions. The platform's own line of the same day and
    title gives way to a plugin's.
    """

    on: date
    title: Text
    state: Text = ""
    url: str = ""
    action: Text = ""


@dataclass(frozen=True)
class CardPage:
    """A page of the plugin that a student's card opens, named among «Мои записи»; its endpoint takes no argument."""

    title: Text
    endpoint: str
    hint: Text = ""


@dataclass(frozen=True)
class ReportSection:
    """A chapter of the yearly report; `body` is Markdown."""

    title: Text
    body: str
    order: int = 50

    def __post_init__(self) -> None:
        _check_order(self.order)


@dataclass(frozen=True)
class AuthProvider:
    """A further way to sign in (ЕСИА and others live in plugins, never in the core)."""

    key: str
    title: Text
    url: str


@dataclass(frozen=True)
class HealthCheck:
    """The outcome of one check; `detail` must be safe to show to anybody."""

    name: str
    ok: bool
    detail: str = ""
