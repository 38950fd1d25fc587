"""What the clock does with notices: every ten minutes, in every region by its own hour.

The morning's reminders come first, the daily letters after them; each piece is a transaction of its own, so that a
round broken off goes on where it stood.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.db import begin_writing, db
from orientir.notices.mailing import DIGEST, is_round_time, mail_digests, people_waiting
from orientir.notices.queries import rounds_made, rules_off
from orientir.notices.reminders import claim_round, remind, reminders
from orientir.notices.rules import tell_failed_jobs
from orientir.organisations.models import Region

LETTERS = 100  # in one transaction: a writer stops all others on SQLite


def make_rounds() -> None:
    """Make what is due now in every region; the task of the clock. Begins and ends transactions of its own."""
    now = clock.now()
    for region_id in db.session.scalars(select(Region.id).order_by(Region.id)).all():
        region = db.session.get_one(Region, region_id)
        tell_failed_jobs(region)
        if is_round_time(region, now):
            _make_round(region, now)
        _next_piece()


def _make_round(region: Region, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(region.timezone)).date()
    made = rounds_made(region.id, today)
    idle = made | rules_off(region.id)
    for rule in reminders():
        if rule.key not in idle and remind(rule, region, today):
            _next_piece()
    if DIGEST not in made:
        _send_digests(region)
        claim_round(region, DIGEST, today)


def _send_digests(region: Region) -> int:
    people = people_waiting(region)
    written = 0
    for start in range(0, len(people), LETTERS):
        written += mail_digests(region, people[start : start + LETTERS])
        _next_piece()
    return written


def _next_piece() -> None:
    """Commit what is done and begin the next transaction as a writer."""
    db.session.commit()
    begin_writing()
