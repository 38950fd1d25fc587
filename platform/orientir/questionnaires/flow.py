"""Which pages and questions a respondent sees, in one pass over the document.

Conditions are asked against answers that are themselves still visible, so hiding a question hides all that hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from orientir.questionnaires.conditions import World, chosen_codes
from orientir.questionnaires.document import CHOICES, Answers, Document, Kind, Option, Question, Section
from orientir.questionnaires.facts import Facts
from orientir.questionnaires.rules import answer_problems


def visible_sections(document: Document, facts: Facts, answers: Answers) -> tuple[Section, ...]:
    """Return the pages this respondent sees, each with only the questions and options that apply."""
    return tuple(section for section, _kept in _walk(document, facts, answers))


def clean_answers(document: Document, facts: Facts, answers: Answers) -> dict[str, Any]:
    """Return the answers to send: those to visible questions, with visible options, that keep every rule."""
    sent: dict[str, Any] = {}
    for _section, kept in _walk(document, facts, answers):
        sent |= kept
    return sent


def first_gap(document: Document, facts: Facts, answers: Answers) -> Section | None:
    """Return the first page with a required question still open, or None when the answers may be sent."""
    for section, kept in _walk(document, facts, answers):
        if any(question.required and question.code not in kept for question in section.questions):
            return section
    return None


def section_at(sections: Sequence[Section], code: str) -> Section | None:
    """Return the page with this code, or None when it is not among `sections`."""
    return next((section for section in sections if section.code == code), None)


def next_section(sections: Sequence[Section], code: str) -> Section | None:
    """Return the page after `code`; None after the last one and for a page that is not among `sections`."""
    return _neighbour(sections, code, 1)


def previous_section(sections: Sequence[Section], code: str) -> Section | None:
    """Return the page before `code`; None before the first one and for a page that is not among `sections`."""
    return _neighbour(sections, code, -1)


def _neighbour(sections: Sequence[Section], code: str, distance: int) -> Section | None:
    codes = [section.code for section in sections]
    position = codes.index(code) + distance if code in codes else -1
    return sections[position] if 0 <= position < len(sections) else None


def _walk(document: Document, facts: Facts, answers: Answers) -> Iterator[tuple[Section, dict[str, Any]]]:
    """Yield each visible page with the answers of that page that may stay."""
    known = {fact: str(value) for fact, value in facts.known.items()}
    world = World(dict(known), facts.settings, {})
    givers = document.givers()
    kept: dict[str, Any] = {}
    for section in document.sections:
        visible = _visible_part(section, world)
        if visible is None:
            continue
        here = _keepable(visible, answers)
        yield visible, here
        kept |= here
        given = {fact: str(kept[code]) for fact, code in givers.items() if code in kept}
        world = World(given | known, facts.settings, kept)


def _visible_part(section: Section, world: World) -> Section | None:
    if section.show_if and not section.show_if.holds(world):
        return None
    questions = tuple(
        question if options is question.options else replace(question, options=options)
        for question in section.questions
        if (options := _visible_options(question, world)) is not None
    )
    if not questions:
        return None
    return replace(section, questions=questions)


def _visible_options(question: Question, world: World) -> tuple[Option, ...] | None:
    """Return the options to offer, or None where the question itself is not asked."""
    if question.gives in world.facts or (question.show_if and not question.show_if.holds(world)):
        return None
    if not question.options_vary:
        return question.options
    options = tuple(option for option in question.options if not option.show_if or option.show_if.holds(world))
    if question.choice_filter:
        chosen = set(chosen_codes(world.answers.get(question.choice_filter.chosen_in)))
        offered = chosen | question.choice_filter.always
        options = tuple(option for option in options if option.code in offered)
    return options if options or question.kind not in CHOICES else None


def _keepable(section: Section, answers: Answers) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for question in section.questions:
        if question.kind is Kind.INFO or question.code not in answers:
            continue
        free_texts = question.free_text_fields(chosen_codes(answers[question.code]))
        given = {name: answers[name] for name in (question.code, *free_texts) if name in answers}
        if not answer_problems(question, given):
            kept |= given
    return kept
