"""A small questionnaire with one question of every kind; tests change what they are about."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from orientir.questionnaires import Document, Facts, Section, Suggestion, parse_document, section_at, visible_sections

EVERY_KIND: dict[str, Any] = {
    "key": "trial_feedback",
    "title": "После пробы",
    "intro": "Ответы анонимны.",
    "facts": ["grade"],
    "settings": ["buses"],
    "lists": {"trades": [{"code": "cook", "text": "повар"}, {"code": "welder", "text": "сварщик"}]},
    "sections": [
        {
            "code": "first",
            "title": "Главное",
            "questions": [
                {
                    "code": "liked",
                    "kind": "single",
                    "text": "Понравилось?",
                    "options": [
                        {"code": "yes", "text": "да"},
                        {"code": "no", "text": "нет"},
                        {"code": "other", "text": "другое", "free_text": 20},
                    ],
                },
                {
                    "code": "ways",
                    "kind": "multiple",
                    "text": "Как добирались?",
                    "max": 2,
                    "options": [
                        {"code": "foot", "text": "пешком"},
                        {"code": "bus", "text": "автобусом", "group": "wheels"},
                        {"code": "car", "text": "машиной", "group": "wheels"},
                        {"code": "school_bus", "text": "школьным автобусом", "show_if": {"setting": "buses"}},
                        {"code": "online", "text": "никак, была онлайн", "exclusive": True},
                        {"code": "lives_here", "text": "никак, живу здесь", "exclusive": True},
                    ],
                },
            ],
        },
        {
            "code": "second",
            "title": "Подробнее",
            "show_if": {"not": {"answer": "liked", "in": ["no"]}},
            "questions": [
                {"code": "welcome", "kind": "info", "text": "Осталось немного."},
                {
                    "code": "grid",
                    "kind": "scale",
                    "text": "Насколько вы согласны?",
                    "low": "совсем нет",
                    "high": "полностью",
                    "rows": [{"code": "a", "text": "Было понятно"}, {"code": "b", "text": "Было интересно"}],
                },
                {"code": "hours", "kind": "number", "text": "Сколько часов?", "min": 0, "max": 1500, "step": 0.25},
                {"code": "word", "kind": "short_text", "text": "Одним словом", "max_length": 20},
                {"code": "story", "kind": "long_text", "text": "Расскажите", "required": False, "max_length": 60},
                {
                    "code": "trade",
                    "kind": "lookup",
                    "text": "Кем хотите стать?",
                    "options": [{"list": "trades"}],
                    "max_length": 30,
                },
                {
                    "code": "places",
                    "kind": "lookup",
                    "text": "Куда пойдёте учиться?",
                    "register": "organisations",
                    "max": 2,
                    "max_length": 30,
                },
            ],
        },
        {
            "code": "third",
            "title": "Напоследок",
            "questions": [
                {
                    "code": "best_way",
                    "kind": "single",
                    "text": "Как удобнее?",
                    "show_if": {"answered": "ways"},
                    "choice_filter": {"chosen_in": "ways", "always": ["none"]},
                    "options": [
                        {"code": "foot", "text": "пешком"},
                        {"code": "bus", "text": "автобусом"},
                        {"code": "none", "text": "никак"},
                    ],
                },
                {
                    "code": "oge",
                    "kind": "single",
                    "text": "Сдаёте ОГЭ?",
                    "show_if": {"fact": "grade", "in": [9]},
                    "skip": False,
                    "options": [{"code": "yes", "text": "да"}, {"code": "no", "text": "нет"}],
                },
            ],
        },
    ],
}


@pytest.fixture
def source() -> dict[str, Any]:
    """The JSON of the small questionnaire, for the test to spoil."""
    return deepcopy(EVERY_KIND)


@pytest.fixture
def document(source: dict[str, Any]) -> Document:
    return parse_document(source)


@pytest.fixture
def facts() -> Facts:
    """A ninth-grader of a region whose register holds one college."""
    college = Suggestion("17", "Байкальский техникум")
    return Facts(known={"grade": 9}, registers={"organisations": lambda: [college]})


@pytest.fixture
def page_of(document: Document, facts: Facts) -> Callable[..., Section]:
    """Return a page as a respondent sees it who gave `answers` so far."""

    def find(code: str, **answers: Any) -> Section:
        section = section_at(visible_sections(document, facts, answers), code)
        assert section is not None
        return section

    return find
