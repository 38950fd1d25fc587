"""Reminders by rule: which rules there are, and one day's round of one rule in one region."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from sqlalchemy import CursorResult, delete, update

from orientir import clock
from orientir.contracts import Due, Reminder
from orientir.db import db, insert_into
from orientir.notices import rules
from orientir.notices.contact_letters import write_to_contact
from orientir.notices.kinds import brought_by_blocks
from orientir.notices.models import NoticeRound
from orientir.notices.services import tell
from orientir.notices.wording import when_words
from orientir.organisations.models import Region
from orientir.plugins import current_plugins
from orientir.web.formats import day as day_words

log = logging.getLogger("orientir.notices")
ROUNDS_KEPT = timedelta(days=400)


def reminders() -> list[Reminder]:
    """Return all rules: the platform's, then those of the enabled plugins in their order."""
    brought = [rule for manifest in current_plugins().manifests.values() for rule in manifest.reminders]
    return [*rules.PLATFORM, *brought_by_blocks().reminders, *brought]


def remind(rule: Reminder, region: Region, today: date) -> int:
    """Make today's round of a rule, once whoever else tries, and return how many people heard of something.

    A rule that fails costs its own round: the reason is in the log, and tomorrow it is asked again.
    """
    if not claim_round(region, rule.key, today):
        return 0
    try:
        with db.session.begin_nested():
            told = sum(_tell_due(rule, due, today) for due in rule.find(today, region.id))
    except Exception:  # a stranger's rule may raise anything; the other rules have their turn all the same
        log.exception("reminder %s failed in region %s", rule.key, region.id)
        _note(region, rule.key, today, told=0, failed=True)
        return 0
    _note(region, rule.key, today, told=told)
    return told


def claim_round(region: Region, name: str, today: date) -> bool:
    """Take today's round of `name` in the region; False where somebody has it, or is making it now."""
    row = {"region_id": region.id, "name": name, "on_day": today, "made_at": clock.now(), "told": 0, "failed": False}
    taken = insert_into(NoticeRound).values(row).on_conflict_do_nothing().returning(NoticeRound.name)
    return db.session.scalar(taken) is not None


def purge_rounds(today: date) -> int:
    """Forget the rounds of more than a year ago and return how many."""
    gone = db.session.execute(delete(NoticeRound).where(NoticeRound.on_day < today - ROUNDS_KEPT))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _tell_due(rule: Reminder, due: Due, today: date) -> int:
    step = rule.step_on(due.day, today)
    if step is None:
        return 0
    values = {"when": when_words(due.day, today), "date": day_words(due.day), **due.values}
    about = f"{due.about}:{step:+d}"
    if not due.recipients and due.scope.organisation_id is not None:
        return write_to_contact(rule.kind, values, about=about, scope=due.scope)
    return tell(rule.kind, due.recipients, values, about=about, scope=due.scope, url=due.url)


def _note(region: Region, name: str, today: date, *, told: int, failed: bool = False) -> None:
    own = (NoticeRound.region_id == region.id, NoticeRound.name == name, NoticeRound.on_day == today)
    db.session.execute(update(NoticeRound).where(*own).values(told=told, failed=failed))
