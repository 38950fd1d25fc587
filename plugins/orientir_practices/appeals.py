"""Appeals: about the procedure, never about a score; filed after the results, answered by the chair (domain.md C.3)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices import conflicts, protocol
from orientir_practices.holding import hold_entry
from orientir_practices.models import Appeal, Contest, Entry, EntryState, Stage

OPEN_FOR = timedelta(days=7)  # five working days hold one week-end
LONGEST = 2000


def appeal_about(entry: Entry) -> Appeal | None:
    return db.session.scalar(select(Appeal).where(Appeal.entry_id == entry.id))


def appeals_in(contest: Contest) -> list[Appeal]:
    """Return the appeals of a contest, unanswered ones first."""
    found = select(Appeal).join(Appeal.entry).where(Entry.contest_id == contest.id)
    found = found.options(selectinload(Appeal.entry))  # mostly there is none
    return list(db.session.scalars(found.order_by(Appeal.answered_at.is_not(None), Appeal.filed_at, Appeal.id)))


def may_appeal(entry: Entry) -> bool:
    """Tell whether the authors may file one now."""
    signed = protocol.find_protocol(entry.contest) if entry.contest.stage == Stage.PUBLISHED else None
    was_judged = entry.state in (EntryState.ACCEPTED, EntryState.REJECTED)
    return was_judged and signed is not None and clock.now() < signed.signed_at + OPEN_FOR


def file_appeal(entry: Entry, words: str, *, actor: int | None) -> Appeal:
    """Return the appeal of an entry, one at most; filed again, the first one stands.

    Raises InvalidInputError without words, ConflictError outside the week after the results.
    """
    if not words.strip():
        raise InvalidInputError(_("Напишите, что в порядке проведения было нарушено."), "words")
    hold_entry(entry)
    if known := appeal_about(entry):
        return known
    if not may_appeal(entry):
        raise ConflictError(_("Обратиться можно в течение недели после подписания протокола."))
    appeal = Appeal(entry=entry, words=words.strip()[:LONGEST], filed_by=actor)
    db.session.add(appeal)
    db.session.flush()
    _write("practices.appeal", entry, actor)
    return appeal


def answer(appeal: Appeal, words: str, *, actor: int | None) -> None:
    """Answer an appeal, once; raises InvalidInputError without words, ConflictError for one that is answered.

    Nobody answers one in a nomination they are tied to: that is a ConflictError too.
    """
    if not words.strip():
        raise InvalidInputError(_("Напишите ответ: его прочитают авторы."), "words")
    hold_entry(appeal.entry)
    conflicts.refuse_presiding(appeal.entry.contest, [appeal.entry.nomination_id], actor)
    db.session.refresh(appeal)
    if appeal.answered_at is not None:
        raise ConflictError(_("На это обращение уже ответили."))
    appeal.answer, appeal.answered_at = words.strip()[:LONGEST], clock.now()
    db.session.flush()
    _write("practices.appeal.answer", appeal.entry, actor)


def _write(action: str, entry: Entry, actor: int | None) -> None:
    audit.write(action, "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope, title=entry.title)
