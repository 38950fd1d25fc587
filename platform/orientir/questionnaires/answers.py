"""From a posted page to answers: tolerant of anything a form can carry, always an answer or a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from orientir.db import fold
from orientir.questionnaires.conditions import SKIP, chosen_codes
from orientir.questionnaires.document import CHOICES, SCALE_POINTS, Answers, Kind, Question, Section
from orientir.questionnaires.facts import Facts
from orientir.questionnaires.rules import answer_problems, blank_problem
from orientir.questionnaires.texts import clean_line, clean_paragraphs, parse_number

MOST_VALUES = 600  # of one name in a form; a list of options is never longer
MOST_ENTRIES = 20  # of one lookup; a page never draws more than ten


class Form(Protocol):
    """What was posted: werkzeug's ``request.form`` or any MultiDict."""

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Parsed:
    """A posted page.

    `answers` may be stored. `errors` says by field what to change. `typed` is everything as it was filled in, for the
    page to show again: fields with errors included.
    """

    answers: dict[str, Any]
    errors: dict[str, str]
    typed: dict[str, Any]


def parse_section(section: Section, form: Form, facts: Facts) -> Parsed:
    """Read one visible page, as returned by `visible_sections`; never raises on what was posted."""
    parsed = Parsed({}, {}, {})
    for question in section.questions:
        if question.kind is Kind.INFO:
            continue
        given = _read(question, form, facts)
        parsed.typed.update(given)
        if question.code in given:
            problems = answer_problems(question, given)
        else:
            problems = {question.code: blank_problem(question)} if question.required else {}
        parsed.errors.update(problems)
        if question.code in given and not problems:
            parsed.answers.update(given)
    return parsed


def merge_answers(answers: Answers, section: Section, parsed: Parsed) -> dict[str, Any]:
    """Return `answers` with those of this page replaced; questions the page did not show keep theirs."""
    posted = {name for question in section.questions for name in question.stored_fields()}
    return {name: value for name, value in answers.items() if name not in posted} | parsed.answers


def _read(question: Question, form: Form, facts: Facts) -> dict[str, Any]:
    values = _posted(form, question.code)
    if question.kind in CHOICES:
        return _read_choice(question, values, form)
    if SKIP in values:  # the mark withdraws whatever was typed before it
        return {question.code: SKIP}
    if question.kind is Kind.SCALE:
        value: Any = _read_scale(question, form)
    elif question.kind is Kind.LOOKUP:
        value = _read_entries(question, values, facts)
    else:
        value = _read_typed(question, values)
    return {} if value in ("", [], {}) else {question.code: value}


def _posted(form: Form, name: str) -> list[str]:
    values: Iterable[object] = form.getlist(name)[:MOST_VALUES]
    return [value for value in values if isinstance(value, str)]


def _read_choice(question: Question, values: list[str], form: Form) -> dict[str, Any]:
    codes = list(dict.fromkeys(value for value in values if value))
    if not codes:
        return {}
    if SKIP in codes and question.kind is Kind.MULTIPLE:
        return {question.code: SKIP}
    exclusive = [option.code for option in question.options if option.exclusive and option.code in codes]
    value: Any = exclusive or codes
    if question.kind is Kind.SINGLE and len(codes) == 1:
        value = codes[0]
    read: dict[str, Any] = {question.code: value}
    for name, option in question.free_text_fields(chosen_codes(value)).items():
        text = clean_line("".join(_posted(form, name)[:1]))[: 2 * option.free_text]
        if text:
            read[name] = text
    return read


def _read_scale(question: Question, form: Form) -> dict[str, int]:
    points = {str(point): point for point in SCALE_POINTS}
    posted = {row.code: _posted(form, question.row_field(row)) for row in question.rows}
    return {code: points.get(values[0], 0) for code, values in posted.items() if values and values[0]}


def _read_typed(question: Question, values: list[str]) -> str | int | float:
    raw = values[0] if values else ""
    if question.kind is Kind.NUMBER:
        number = parse_number(raw)
        return clean_line(raw)[:40] if number is None else number
    clean = clean_paragraphs if question.kind is Kind.LONG_TEXT else clean_line
    # Twice the limit is enough to show the writer what to shorten.
    return clean(raw)[: 2 * question.max_length]


def _read_entries(question: Question, values: list[str], facts: Facts) -> list[dict[str, str]]:
    typed: dict[str, str] = {}
    for text in filter(None, map(clean_line, values[:MOST_ENTRIES])):
        typed.setdefault(fold(text), text[: 2 * question.max_length])
    if not typed:
        return []
    known = {fold(suggestion.text): suggestion for suggestion in facts.suggestions(question)}
    return [
        {"code": known[key].code, "text": known[key].text} if key in known else {"text": text}
        for key, text in typed.items()
    ]
