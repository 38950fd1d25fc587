"""Work nobody waits for: on the clock, and in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from orientir.contracts.texts import Text
from orientir.errors import PluginError


@dataclass(frozen=True)
class ScheduledTask:
    """Work done by the job runner once a day (at `hour` of UTC) or every `minutes`; `title` is for the page of jobs."""

    name: str
    run: Callable[[], None]
    hour: int | None = None
    minutes: int | None = None
    title: Text = ""

    def __post_init__(self) -> None:
        if (self.hour is None) == (self.minutes is None):
            raise PluginError(f"task «{self.name}» needs either an hour or an interval in minutes")
        if self.hour is not None and self.hour not in range(24):
            raise PluginError(f"task «{self.name}»: the hour is one of 0 to 23")
        if self.minutes is not None and (self.minutes not in range(1, 60) or 60 % self.minutes):
            raise PluginError(f"task «{self.name}»: the interval must divide an hour: 1, 5, 10, 30…")


class RunningJob(Protocol):
    """A job under way, as its work sees it."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """What `jobs.services.start` was given."""
        ...

    @property
    def actor_id(self) -> int | None: ...

    @property
    def region_id(self) -> int | None: ...

    def report(self, done: int, total: int) -> None:
        """Commit what was done so far together with the progress, and begin the next writing transaction.

        A job may be killed after any report and is then started again from its beginning: each part must be right by
        itself, and doing it twice must change nothing.
        """
        ...


@dataclass(frozen=True)
class JobKind:
    """A kind of background work; `run` returns its result, anything JSON can hold, without personal data.

    It is called again when its process was killed, or its transaction gave way to another one: it goes on from what
    stands after its last `report`, which commits.
    """

    key: str
    title: Text
    run: Callable[[RunningJob], Mapping[str, Any]]
