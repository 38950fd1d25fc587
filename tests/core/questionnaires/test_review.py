"""Answers in words, before they are sent."""

from __future__ import annotations

from typing import Any

from orientir.questionnaires import Document, Facts, review_sections, visible_sections


def test_every_kind_is_told_in_words(document: Document, facts: Facts) -> None:
    answers: dict[str, Any] = {
        "liked": "other",
        "liked_other": "так себе",
        "ways": ["bus", "foot"],
        "grid": {"a": 4},
        "hours": 1234.5,
        "word": "skip",
        "story": "раз\nдва",
        "places": [{"code": "17", "text": "Байкальский техникум"}, {"text": "МГУ"}],
    }
    sections = review_sections(visible_sections(document, facts, answers), answers)
    told = {answer.code: answer.lines for section in sections for answer in section.answers}

    assert told == {
        "liked": ("другое: так себе",),
        "ways": ("пешком", "автобусом"),
        "grid": ("Было понятно: 4",),
        "hours": ("1\N{NO-BREAK SPACE}234,5",),
        "word": ("Не хочу отвечать",),
        "story": ("раз", "два"),
        "trade": (),
        "places": ("Байкальский техникум", "МГУ"),
        "best_way": (),
        "oge": (),
    }
    assert [section.title for section in sections] == ["Главное", "Подробнее", "Напоследок"]
