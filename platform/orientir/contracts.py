"""What passes between the platform and its plugins: small frozen dataclasses, checked when they are made.

A plugin author needs this module, `orientir.hookspecs` and the building blocks; nothing else is promised to stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from orientir.errors import PluginError
from orientir.i18n import LazyText

if TYPE_CHECKING:
    import click
    from flask import Blueprint

Text = str | LazyText
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Scope:
    """A branch of the tree: a region, one of its municipalities, or one organisation in it."""

    region_id: int
    municipality_id: int | None = None
    organisation_id: int | None = None

    def covers(self, other: Scope) -> bool:
        """Tell whether `other` is this branch or lies in it."""
        return self.region_id == other.region_id and all(
            mine is None or mine == theirs
            for mine, theirs in (
                (self.municipality_id, other.municipality_id),
                (self.organisation_id, other.organisation_id),
            )
        )

    def lasting(self) -> Scope:
        """Return the branch as it is stored: an organisation without its municipality, because it may move."""
        return self if self.organisation_id is None else Scope(self.region_id, None, self.organisation_id)

    @property
    def branch(self) -> str:
        """The branch in one word, fit for UNIQUE: «1/7/» is municipality 7 of region 1, «1//4» organisation 4."""
        stored = self.lasting()
        return f"{stored.region_id}/{stored.municipality_id or ''}/{stored.organisation_id or ''}"


class Viewer(Protocol):
    """Who looks at a page: a grown-up with an account, or nobody."""

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def user_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...

    def can(self, permission: str, scope: Scope | None = None) -> bool:
        """Tell whether the viewer holds `permission` in `scope`; without a scope, anywhere at all."""
        ...

    def belongs(self, scope: Scope) -> bool:
        """Tell whether any role of the viewer lies over `scope`: if not, its objects do not exist for the viewer."""
        ...

    def scopes(self, permission: str) -> Sequence[Scope]:
        """Return the branches in which the viewer holds `permission`, widest first; lists are filtered by them."""
        ...


class Audience(StrEnum):
    STUDENTS = "students"
    PARENTS = "parents"
    TEACHERS = "teachers"


class Period(StrEnum):
    ACADEMIC_YEAR = "academic"
    CALENDAR_YEAR = "calendar"


@dataclass(frozen=True)
class Activity:
    """Something coverage counts.

    `grades` are those in the denominator (empty: all), `headcount_month` and `headcount_day` the date whose headcounts
    are the base (statistics use 20 September, the survey of graduates 1 May).
    """

    key: str
    title: Text
    audience: Audience = Audience.STUDENTS
    period: Period = Period.ACADEMIC_YEAR
    grades: tuple[int, ...] = ()
    headcount_month: int = 9
    headcount_day: int = 20

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", self.key):
            raise PluginError(f"activity key «{self.key}» must look like plugin.activity")
        try:
            date(2001, self.headcount_month, self.headcount_day)  # a common year: 29 February is no date to count on
        except ValueError as error:
            raise PluginError(f"activity «{self.key}»: there is no such day to take headcounts on") from error


@dataclass(frozen=True)
class Indicator:
    """A computed figure of the monitoring; its definition is frozen per version."""

    code: str
    title: Text
    activity: str | None = None


@dataclass(frozen=True)
class CodeKind:
    """A kind of code a plugin opens; `title` says on refusals what the person holds in the hand."""

    key: str
    title: Text


@dataclass(frozen=True)
class ScheduledTask:
    """Work done by the job runner once a day (at `hour` of UTC) or every `minutes`."""

    name: str
    run: Callable[[], None]
    hour: int | None = None
    minutes: int | None = None

    def __post_init__(self) -> None:
        if (self.hour is None) == (self.minutes is None):
            raise PluginError(f"task «{self.name}» needs either an hour or an interval in minutes")
        if self.hour is not None and self.hour not in range(24):
            raise PluginError(f"task «{self.name}»: the hour is one of 0 to 23")
        if self.minutes is not None and (self.minutes not in range(1, 60) or 60 % self.minutes):
            raise PluginError(f"task «{self.name}»: the interval must divide an hour: 1, 5, 10, 30…")


@dataclass(frozen=True)
class Manifest:
    """All that a plugin brings, said once at start.

    `roles` maps the platform's role keys to the plugin's permissions they hold by default; `commands` run as
    `orientir NAME`, where `click.pass_obj` hands over the function that makes the application.
    """

    name: str
    title: Text
    package: str
    version: str = ""
    blueprints: tuple[Blueprint, ...] = ()
    permissions: Mapping[str, Text] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    activities: tuple[Activity, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    questionnaires: tuple[Mapping[str, Any], ...] = ()
    code_kinds: tuple[CodeKind, ...] = ()
    tasks: tuple[ScheduledTask, ...] = ()
    commands: tuple[click.Command, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise PluginError(f"plugin name «{self.name}» must be lower-case letters, digits and _")
        for sort, keys in self._own_keys().items():
            for key in keys:
                if not key.startswith(f"{self.name}."):
                    raise PluginError(f"{sort} «{key}» must start with «{self.name}.»")

    def _own_keys(self) -> dict[str, list[str]]:
        """Return what must bear the plugin's name, so that it can neither clash nor grant what is not its own."""
        return {
            "activity": [activity.key for activity in self.activities],
            "permission": [*self.permissions, *(key for keys in self.roles.values() for key in keys)],
            "task": [task.name for task in self.tasks],
        }


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
    """One thing that waits: how many, of what, and the page that does it."""

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
    """An occasion for the calendar; `uid` never changes while the occasion lives."""

    uid: str
    title: Text
    starts_at: datetime
    ends_at: datetime
    url: str
    place: Text = ""
    audience: Text = ""

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise PluginError(f"entry «{self.uid}»: moments need a time zone")
        if self.ends_at < self.starts_at:
            raise PluginError(f"entry «{self.uid}» ends before it starts")


@dataclass(frozen=True)
class CalendarFilter:
    """Which occasions are asked for; None means any."""

    region_id: int | None = None
    municipality_id: int | None = None
    grade: int | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One thing a student took part in, for the page opened by the student's card."""

    on: date
    title: Text
    state: Text = ""


@dataclass(frozen=True)
class ReportSection:
    """A chapter of the yearly report; `body` is Markdown."""

    title: Text
    body: str
    order: int = 50

    def __post_init__(self) -> None:
        _check_order(self.order)


@dataclass(frozen=True)
class ClassMeasure:
    """People of one class a plugin has counted in place and not yet written to the ledger."""

    activity: str
    period: int
    class_id: int
    source: str
    people: int


@dataclass(frozen=True)
class OpenedCode:
    """A code somebody typed: its kind, the owner it was issued to, and the digits themselves.

    The digits are a secret of the person; they unlock the person's own draft and are never stored.
    """

    kind: str
    owner: str
    digits: str = field(repr=False)


@dataclass(frozen=True)
class CodeDestination:
    """Where a code leads, and what the browser's session must remember until then."""

    url: str
    remember: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AuthProvider:
    """A further way to sign in (ЕСИА and others live in plugins, never in the core)."""

    key: str
    title: Text
    url: str


@dataclass(frozen=True)
class Person:
    """A grown-up with an account whose data are exported or forgotten."""

    user_id: int
    email: str


@dataclass(frozen=True)
class HealthCheck:
    """The outcome of one check; `detail` must be safe to show to anybody."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class DemoWorld:
    """What the demo has built before plugins add their part."""

    region_id: int
    seed: int
    today: date
    staff: Mapping[str, int]
    showcase_class_id: int
    note: Callable[[str, str], None]
