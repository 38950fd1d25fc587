"""The markup of a page: every field has its name, its state and its error tied to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from orientir.questionnaires import Document, Facts, Section, parse_section, review_sections, visible_sections

PAGE = """
{% from "questionnaires/section.html" import questions, error_summary %}
{{ error_summary(section, errors) }}{{ questions(section, answers, errors, facts) }}
"""
REVIEW = """
{% from "questionnaires/review.html" import review %}{{ review(sections, edit_url) }}
"""
Draw = Callable[..., str]


@pytest.fixture
def draw(app: Flask, page_of: Callable[..., Section], facts: Facts) -> Draw:
    def drawn(code: str, answers: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
        given = answers or {}
        with app.test_request_context():
            return render_template_string(
                PAGE, section=page_of(code, **given), answers=given, errors=errors or {}, facts=facts
            )

    return drawn


def tag(html: str, **attributes: str) -> str:
    """Return the one tag with these attributes, its spaces made single."""
    found = [
        " ".join(part.split())
        for part in re.findall(r"<[a-z][^<>]*>", html)
        if all(f'{name}="{value}"' in part for name, value in attributes.items())
    ]
    assert len(found) == 1, found
    return found[0]


def test_a_stored_answer_is_marked(draw: Draw) -> None:
    html = draw("first", {"liked": "other", "liked_other": '<b>&"', "ways": ["foot"]})

    assert " checked" in tag(html, name="liked", value="other")
    assert " checked" not in tag(html, name="liked", value="yes")
    assert " checked" in tag(html, name="ways", value="foot")
    assert 'value="&lt;b&gt;&amp;&#34;"' in tag(html, name="liked_other")
    assert 'maxlength="20"' in tag(html, name="liked_other")


def test_every_question_offers_not_to_answer(draw: Draw) -> None:
    skipped = draw("second", {"liked": "yes", "word": "skip", "grid": "skip"})

    for name in ("grid", "hours", "word", "story", "trade", "places"):
        assert (" checked" in tag(skipped, name=name, value="skip")) == (name in {"word", "grid"})
    assert 'value="skip"' not in draw("third")
    assert 'value=""' in tag(skipped, id="word")


def test_typed_values_stand_in_their_fields(draw: Draw) -> None:
    html = draw(
        "second",
        {
            "grid": {"a": 4}, "hours": 12.5, "word": "здорово", "story": "\nраз\nдва",
            "places": [{"code": "17", "text": "Байкальский техникум"}],
        },
    )  # fmt: skip

    assert " checked" in tag(html, name="grid_a", value="4")
    assert 'value="12,5"' in tag(html, id="hours")
    assert 'value="здорово"' in tag(html, id="word")
    assert ">\n\nраз\nдва</textarea>" in html
    assert 'value="Байкальский техникум"' in tag(html, id="places")
    assert 'value=""' in tag(html, id="places-2")
    assert '<option value="Байкальский техникум">' in html
    assert "Осталось немного." in html


def test_errors_are_tied_to_their_fields_and_listed_with_links(
    draw: Draw, page_of: Callable[..., Section], facts: Facts
) -> None:
    parsed = parse_section(page_of("second"), MultiDict([("word", "a@b"), ("hours", "два")]), facts)
    html = draw("second", parsed.typed, parsed.errors)

    assert "Проверьте 5\xa0ответов" in html
    for field in parsed.errors:
        assert f'<a href="#{field}">' in html
        assert f'id="{field}"' in html
        assert f'id="{field}-error"' in html
    word = tag(html, id="word")
    assert 'aria-invalid="true"' in word
    assert 'aria-describedby="word-error"' in word
    assert 'value="a@b"' in word
    assert 'value="два"' in tag(html, id="hours")
    assert "aria-invalid" not in tag(html, id="story")


def test_a_maximum_is_said(draw: Draw) -> None:
    html = draw("first")

    assert 'data-max="2"' in html
    assert " data-alone" in tag(html, name="ways", value="online")
    assert " data-alone" not in tag(html, name="ways", value="foot")


def test_ids_are_unique_and_every_reference_has_its_target(draw: Draw) -> None:
    for code in ("first", "second", "third"):
        html = draw(code, {"ways": ["foot"]}, {"word": "Ошибка.", "liked_other": "Ошибка."} if code != "third" else {})
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for kind in ("aria-describedby", "aria-labelledby", "for", "list"):
            for names in re.findall(rf'\b{kind}="([^"]*)"', html):
                assert set(names.split()) <= set(ids)


def test_a_page_needs_no_script_and_no_style(draw: Draw) -> None:
    html = draw("first") + draw("second") + draw("third")

    assert not re.search(r"<script|\bstyle=|\bon[a-z]+=", html)


def test_the_review_shows_answers_and_the_way_back(app: Flask, document: Document, facts: Facts) -> None:
    answers = {"liked": "other", "liked_other": "<так себе>", "ways": ["foot"]}
    sections = review_sections(visible_sections(document, facts, answers), answers)
    with app.test_request_context():
        html = unescape(render_template_string(REVIEW, sections=sections, edit_url=lambda code: f"/edit/{code}"))

    assert "другое: <так себе>" in html
    assert "нет ответа" in html
    assert [f'href="/edit/{code}"' in html for code in ("first", "second", "third")] == [True, True, True]
