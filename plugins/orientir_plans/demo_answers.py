"""Made-up answers for the demo: the questionnaire walked with dice, so each is one a person could have sent."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from orientir.questionnaires import Document, Facts, Question, clean_answers, first_gap

Patterns = Mapping[int, list[dict[str, Any]]]
PATTERNS = 12  # different answers a grade; enough for a demo, and quick
SKIP = "skip"


def made_up_answers(document: Document, dice: random.Random, count: int = PATTERNS) -> Patterns:
    """Return `count` complete answers for each grade that is asked."""
    return {grade: [_walk(document, Facts(known={"grade": grade}), dice) for _ in range(count)] for grade in (9, 11)}


def _walk(document: Document, facts: Facts, dice: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    while gap := first_gap(document, facts, answers):
        for question in gap.questions:
            if question.code not in answers:
                answers[question.code] = _pick(question, dice)
    return clean_answers(document, facts, answers)


def _pick(question: Question, dice: random.Random) -> Any:  # noqa: ANN401 - answers are JSON of several shapes
    plain = [option.code for option in question.options if not option.free_text and not option.exclusive]
    if question.kind == "single" and plain:
        return dice.choice(plain)
    if question.kind == "multiple" and plain:
        return [dice.choice(plain)]
    if question.kind == "scale":
        return {row.code: dice.randint(1, 5) for row in question.rows}
    return SKIP
