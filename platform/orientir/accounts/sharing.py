"""Does one account look like several people? A question put gently, never an accusation (domain.md D.3).

One person has a computer at work and a phone; three places at one moment, or an office's mailbox in two, are hardly
one. The remedy costs nothing: an account for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=14)
PERSON_AT_ONCE, OFFICE_AT_ONCE = 3, 2
OFFICE_SIGN_INS = 12
OFFICE = re.compile(
    r"(?:school|shkola|sch|sosh|soch|oosh|mbou|mkou|mou|mdou|dou|licey|lyceum|gimnazia|gimnaziya|gymnasium|college|"
    r"tehnikum|tech|internat|info|office|priemnaya|priem|kanc|sekretar|secretary|zavuch|direktor|director|mail|post)"
    r"(?:[^a-z]|$)"
)


@dataclass(frozen=True)
class Visit:
    """One signed-in session: from signing in to the last page it asked for."""

    started_at: datetime
    last_at: datetime


def looks_shared(email: str, visits: Sequence[Visit], now: datetime) -> bool:
    """Tell whether the visits of the last two weeks look like more than one person."""
    recent = [visit for visit in visits if visit.last_at >= now - WINDOW]
    together = most_at_once(recent)
    if is_office(email):
        return together >= OFFICE_AT_ONCE or len(recent) >= OFFICE_SIGN_INS
    return together >= PERSON_AT_ONCE


def most_at_once(visits: Sequence[Visit]) -> int:
    """Return how many of the visits were under way at one moment, at most."""
    return max((sum(one.started_at <= at <= one.last_at for one in visits) for at in _starts(visits)), default=0)


def is_office(email: str) -> bool:
    """Tell whether the address names an office, not a person: «school3@…», «priemnaya@…»."""
    return OFFICE.match(email.partition("@")[0].lower()) is not None


def _starts(visits: Sequence[Visit]) -> list[datetime]:
    return [visit.started_at for visit in visits]
