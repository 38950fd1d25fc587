"""The one clock. Deadlines are judged by the server's time; tests move this, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment in UTC, aware."""
    return datetime.now(UTC)


def today(timezone: str) -> date:
    """Return the calendar day in `timezone` (an IANA name): a deadline of «22 мая» ends at the region's midnight."""
    return now().astimezone(ZoneInfo(timezone)).date()


@dataclass(frozen=True, order=True)
class AcademicYear:
    """1 September to 31 August, named by the calendar year it starts in; written «2025/26»."""

    start: int

    @classmethod
    def of(cls, day: date) -> AcademicYear:
        return cls(day.year if day.month >= 9 else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        return date(self.start + 1, 8, 31)

    def on(self, month: int, day: int) -> date:
        """Return the date of `day`.`month` that falls inside this year: 1 May 2026 for 2025/26."""
        return date(self.start if month >= 9 else self.start + 1, month, day)

    def __str__(self) -> str:
        return f"{self.start}/{(self.start + 1) % 100:02d}"
