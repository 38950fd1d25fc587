"""What is told to grown-ups with accounts: kinds of notices, and rules that remind of a day before it has passed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from orientir.contracts.texts import Text
from orientir.contracts.tree import Scope
from orientir.errors import PluginError

KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
PLACE = re.compile(r"%(?:\((?P<name>\w+)\)s|%)")
LATE = 7  # days; a step missed for longer (the server stood still) is old news


class Urgency(StrEnum):
    """How a notice travels: a letter of its own, a line of the daily letter, or the site alone."""

    AT_ONCE = "once"
    DAILY = "daily"
    SITE = "site"


class NoticeGroup(StrEnum):
    """What a person may choose a way for."""

    REMINDERS = "reminders"
    RESULTS = "results"
    MESSAGES = "messages"
    BOOKINGS = "bookings"
    SECURITY = "security"


@dataclass(frozen=True)
class NoticeKind:
    """One text for the panel and the letter alike.

    `subject` and `text` are templates with `%(name)s` places and `%%` for a per cent sign; `title` names the kind on
    pages of settings and in the log. `always` (security) is mailed at once whatever the person chose, at night too.
    """

    key: str
    title: Text
    subject: Text
    text: Text
    urgency: Urgency = Urgency.DAILY
    group: NoticeGroup = NoticeGroup.REMINDERS
    always: bool = False

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise PluginError(f"kind of notice «{self.key}» must look like plugin.kind")
        for template in (str(self.subject), str(self.text)):
            if "%" in PLACE.sub("", template):
                raise PluginError(f"kind of notice «{self.key}»: places look like %(name)s, a per cent sign like %%")

    @property
    def places(self) -> frozenset[str]:
        """The names whose values the templates need."""
        found = PLACE.finditer(f"{self.subject}\n{self.text}")
        return frozenset(match["name"] for match in found if match["name"])


@dataclass(frozen=True)
class Due:
    """Something that must be done by `day` and is not done yet.

    `about` names the occasion for ever («headcount:2026-09-20:organisation:12»), `recipients` are accounts, `url` is
    the page of this site that does it. Texts of reminders may use `%(when)s` («Остался 1 день.») and `%(date)s` too.
    """

    about: str
    day: date
    recipients: tuple[int, ...]
    scope: Scope
    values: Mapping[str, object] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Reminder:
    """A rule: `find(today, region_id)` returns what is not done, each is told once per step.

    `steps` are days counted from the day of the occasion: (-14, -3, 0, 3). What is done is no longer found, so nobody
    hears of it again. `find` may ask `step_on` first and save itself the work on all other days.
    """

    kind: NoticeKind
    find: Callable[[date, int], Iterable[Due]]
    steps: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            raise PluginError(f"reminder «{self.kind.key}»: steps go up, each once: (-14, -3, 0, 3)")

    @property
    def key(self) -> str:
        return self.kind.key

    def step_on(self, day: date, today: date) -> int | None:
        """Return the step whose turn it is on `today` for an occasion on `day`: the last begun, if not long ago."""
        return current_step(self.steps, day, today)


def current_step(steps: tuple[int, ...], day: date, today: date) -> int | None:
    """Return the last of `steps` that has begun, or None when none has or it began more than `LATE` days ago."""
    begun = [step for step in steps if day + timedelta(step) <= today]
    return begun[-1] if begun and today < day + timedelta(begun[-1] + LATE) else None
