"""What people said after a trial: whole from five answers up, hidden below (architecture §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from orientir.db import db
from orientir.questionnaires import Kind, Question, parse_document
from orientir_trials.models import TrialAnswer
from orientir_trials.versions import shipped

FEWEST = 5  # answers, for staff at every level


@dataclass(frozen=True)
class Line:
    """One option of a question: how many of those who answered it chose it."""

    text: str
    chosen: int
    share: Fraction


@dataclass(frozen=True)
class Outcome:
    """One question with its lines; `answered` are the people who answered it."""

    text: str
    answered: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Results:
    """All that is shown of one trial; below five answers only their number."""

    count: int
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_hidden(self) -> bool:
        return self.count < FEWEST


@dataclass(frozen=True)
class Quality:
    """Indicator 6.4: of `answered` people `hands` did the task themselves and `clearer` understood the work better."""

    answered: int
    hands: int
    clearer: int

    @property
    def hands_share(self) -> Fraction | None:
        return Fraction(self.hands, self.answered) if self.answered else None

    @property
    def clearer_share(self) -> Fraction | None:
        return Fraction(self.clearer, self.answered) if self.answered else None


def results_of(trial_id: int) -> Results:
    """Return the results of a card over all its dates; free words are not among them (`advice`)."""
    answers = list(db.session.scalars(select(TrialAnswer.answers).where(TrialAnswer.trial_id == trial_id)))
    if len(answers) < FEWEST:
        return Results(len(answers))
    questions = [one for one in parse_document(shipped()).questions() if one.kind is not Kind.LONG_TEXT]
    return Results(len(answers), tuple(_outcome(question, answers) for question in questions))


def quality_of(trial_ids: Collection[int], year: int) -> Quality:
    """Return indicator 6.4 over cards, leaving out those with fewer answers than are shown by themselves.

    So the sum of a college less what each of its cards shows tells nothing of a hidden one.
    """
    shown = (
        select(func.count(), _how_many(TrialAnswer.by_hand), _how_many(TrialAnswer.is_clearer))
        .where(TrialAnswer.trial_id.in_(trial_ids), TrialAnswer.year == year)
        .group_by(TrialAnswer.trial_id)
        .having(func.count() >= FEWEST)
    )
    by_trial = db.session.execute(shown).all()
    return Quality(*(sum(column) for column in zip(*by_trial, strict=True))) if by_trial else Quality(0, 0, 0)


def _how_many(condition: InstrumentedAttribute[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _outcome(question: Question, answers: Iterable[dict[str, object]]) -> Outcome:
    given = [one[question.code] for one in answers if question.code in one]
    chosen = Counter(code for one in given for code in _codes(one))
    options = (
        [(str(point), str(point)) for point in range(1, 6)]
        if question.kind is Kind.SCALE
        else [(option.code, option.text) for option in question.options]
    )
    lines = tuple(Line(text, chosen[code], Fraction(chosen[code], len(given) or 1)) for code, text in options)
    return Outcome(question.text, len(given), lines)


def _codes(given: object) -> list[str]:
    if isinstance(given, dict):
        return [str(point) for point in given.values()]
    return [str(one) for one in given] if isinstance(given, list) else [str(given)]
