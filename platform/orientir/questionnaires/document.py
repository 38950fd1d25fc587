"""A questionnaire as the engine sees it: parsed once, shared between requests, never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orientir.questionnaires.conditions import Condition

SCALE_POINTS = (1, 2, 3, 4, 5)

Answers = Mapping[str, Any]
"""Answers by question code, JSON values only.

single: "code" · multiple: ["code", …] · scale: {"row": 1…5} · number: int or float · short_text, long_text: str ·
lookup: [{"code": …, "text": …} or {"text": …}, …] · any of them: "skip" · «другое»: its text under "QUESTION_option".
"""


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    LOOKUP = "lookup"
    INFO = "info"


CHOICES = frozenset({Kind.SINGLE, Kind.MULTIPLE})
TEXTS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a choice, a row of a scale, or a suggestion of a lookup."""

    code: str
    text: str
    free_text: int = 0  # characters of «Что именно?»; 0: not asked
    exclusive: bool = False
    group: str = ""
    show_if: Condition | None = None
    place: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    chosen_in: str
    always: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; which of the later fields mean something depends on the kind (see schema.json)."""

    code: str
    kind: Kind
    text: str
    hint: str = ""
    required: bool = True
    skip: bool = True
    show_if: Condition | None = None
    gives: str = ""
    options: tuple[Option, ...] = ()
    options_vary: bool = False  # with facts, settings or earlier answers; most do not, and pages are many
    choice_filter: ChoiceFilter | None = None
    rows: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""
    register: str = ""
    most: int = 0  # most marks or entries; 0: any number
    max_length: int = 0
    least_number: float | None = None
    greatest_number: float | None = None
    step: float | None = None
    place: str = field(default="", compare=False, repr=False)

    def free_text_field(self, option: Option) -> str:
        """Return the name under which the «Что именно?» of an option is posted and stored."""
        return f"{self.code}_{option.code}"

    def row_field(self, row: Option) -> str:
        """Return the name under which a row of a scale is posted."""
        return f"{self.code}_{row.code}"

    def free_text_fields(self, chosen: Collection[str]) -> dict[str, Option]:
        """Return the fields of «Что именно?» that belong to the chosen option codes."""
        return {
            self.free_text_field(option): option
            for option in self.options
            if option.free_text and option.code in chosen
        }

    def stored_fields(self) -> tuple[str, ...]:
        """Return the keys of an answers mapping that may belong to this question."""
        return (self.code, *(self.free_text_field(option) for option in self.options if option.free_text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page."""

    code: str
    title: str
    questions: tuple[Question, ...]
    hint: str = ""
    show_if: Condition | None = None
    place: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    key: str
    title: str
    sections: tuple[Section, ...]
    intro: str = ""
    facts: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    source: Mapping[str, Any] = field(compare=False, repr=False)

    def givers(self) -> dict[str, str]:
        """Return, for each fact a question can supply, the code of that question."""
        return {question.gives: question.code for question in self.questions() if question.gives}

    def questions(self) -> tuple[Question, ...]:
        """Return all questions in their order."""
        return tuple(question for section in self.sections for question in section.questions)
