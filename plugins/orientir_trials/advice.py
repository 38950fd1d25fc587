"""«Ваш совет организаторам» (domain.md C.2, F7): who may decide about it, and what the organiser reads then.

Words of a card with fewer than five answers wait unread, like its results: a moderator is staff too (architecture §7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, func, select

from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import within
from orientir.questionnaires.free_words import PAGE_ROWS, WordPage, count_waiting, decide, list_words, shown_words
from orientir.questionnaires.models import WordState
from orientir_trials.models import PLUGIN, Trial, TrialAnswer
from orientir_trials.results import FEWEST

MOST = PAGE_ROWS  # decisions of one form


def words_in(scopes: Sequence[Scope], state: WordState, page: int) -> WordPage:
    """Return a page of the words a moderator of `scopes` decides about."""
    return list_words(PLUGIN, _readable(scopes), state, page)


def waiting_in(scopes: Sequence[Scope]) -> int:
    return count_waiting(PLUGIN, _readable(scopes))


def decide_words(scopes: Sequence[Scope], decisions: Mapping[str, WordState], *, actor: int | None) -> int:
    """Write decisions down and return how many words they changed; raises MissingError for a word of others."""
    changed = decide(PLUGIN, _readable(scopes), decisions)
    by_trial = trials_of({one.owner_id for one in changed})
    for trial in by_trial.values():
        states = Counter(one.state for one in changed if one.owner_id == trial.id)
        audit.write(
            "trials.words", "trials_trial", trial.id, actor=actor, scope=trial.organisation.scope,
            title=trial.title, shown=states[WordState.SHOWN], hidden=states[WordState.HIDDEN],
        )  # fmt: skip
    return len(changed)


def trials_of(ids: Collection[int]) -> dict[int, Trial]:
    """Return the cards by id."""
    found = db.session.scalars(select(Trial).where(Trial.id.in_(ids)).order_by(Trial.id))
    return {one.id: one for one in found}


def advice_of(trial_id: int) -> list[str]:
    """Return what the organiser of a card whose results are shown may read."""
    return shown_words(PLUGIN, trial_id)


def _readable(scopes: Sequence[Scope]) -> Select[int]:
    answers = select(func.count()).where(TrialAnswer.trial_id == Trial.id).correlate(Trial).scalar_subquery()
    return (
        select(Trial.id)
        .join(Organisation, Organisation.id == Trial.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(within(scopes), answers >= FEWEST)
    )
