"""Answers in words, for the page before sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orientir.i18n import _
from orientir.questionnaires.conditions import SKIP, chosen_codes
from orientir.questionnaires.document import CHOICES, Answers, Kind, Question, Section
from orientir.questionnaires.texts import number_in_words


@dataclass(frozen=True, slots=True)
class ReviewedAnswer:
    """A question and its answer, one line for each mark; no lines: left blank."""

    code: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewedSection:
    code: str
    title: str
    answers: tuple[ReviewedAnswer, ...]


def review_sections(sections: Sequence[Section], answers: Answers) -> tuple[ReviewedSection, ...]:
    """Return the visible sections with the answers in words; `answers` must be clean (`clean_answers`)."""
    return tuple(
        ReviewedSection(
            section.code,
            section.title,
            tuple(
                ReviewedAnswer(question.code, question.text, answer_lines(question, answers))
                for question in section.questions
                if question.kind is not Kind.INFO
            ),
        )
        for section in sections
    )


def answer_lines(question: Question, answers: Answers) -> tuple[str, ...]:
    """Return the answer to one question in words, a line for each mark, row or entry."""
    value: Any = answers.get(question.code)
    if value is None:
        return ()
    if value == SKIP:
        return (_("Не хочу отвечать"),)
    if question.kind in CHOICES:
        return _choice_lines(question, answers)
    if question.kind is Kind.SCALE:
        return tuple(f"{row.text}: {value[row.code]}" for row in question.rows if row.code in value)
    if question.kind is Kind.NUMBER:
        return (number_in_words(value),)
    if question.kind is Kind.LOOKUP:
        return tuple(entry["text"] for entry in value)
    return tuple(str(value).splitlines())


def _choice_lines(question: Question, answers: Answers) -> tuple[str, ...]:
    chosen = set(chosen_codes(answers[question.code]))
    lines = []
    for option in question.options:
        if option.code in chosen:
            more = answers.get(question.free_text_field(option))
            lines.append(f"{option.text}: {more}" if more else option.text)
    return tuple(lines)
