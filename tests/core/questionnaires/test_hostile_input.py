"""Whatever a form carries, a page answers with stored answers or with messages: it never breaks."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from orientir.questionnaires import Document, Facts, clean_answers, first_gap, parse_section, visible_sections
from orientir.questionnaires.document import Kind

NAMES = [
    "liked", "liked_other", "ways", "grid", "grid_a", "grid_b", "grid_z", "hours", "word", "story", "trade", "places",
    "best_way", "oge", "welcome", "csrf_token", "",
]  # fmt: skip
NASTY = [
    "yes", "no", "other", "skip", "foot", "bus", "online", "cook", "1", "5", "6", "-1", "1 234,5", "1e999", "нет", "{}",
    "%s", "%(most)s", "\x00", "\u202eabc", "\ud800", "=cmd|' /C calc'!A0", "<script>", "я" * 30_000, "\u0301" * 5000,
    "👨‍👩‍👧", "9" * 30, "NaN", "\n" * 50,
]  # fmt: skip
VALUES = st.sampled_from(NASTY) | st.text(max_size=30)
FORMS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=25)
STORED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "code", "text", "skip"]), inner),
    max_leaves=6,
)
once = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@once
@given(pairs=FORMS, grade=st.sampled_from([9, 11, "9", "", "двенадцать"]))
def test_every_question_gets_an_answer_or_a_message(
    document: Document, facts: Facts, pairs: list[tuple[str, str]], grade: str | int
) -> None:
    known = Facts(known={"grade": grade}, registers=facts.registers)
    answers: dict[str, Any] = {}
    for section in visible_sections(document, known, {"ways": ["foot"]}):
        parsed = parse_section(section, MultiDict(pairs), known)
        for question in section.questions:
            fields = set(question.stored_fields())
            settled = question.code in parsed.answers or fields & parsed.errors.keys()
            assert settled or not question.required or question.kind is Kind.INFO
            assert not (fields & parsed.answers.keys() and fields & parsed.errors.keys())
        assert all(parsed.errors.values())
        answers |= parsed.answers
    json.dumps(answers, ensure_ascii=False).encode()
    kept = clean_answers(document, known, answers)
    assert kept == clean_answers(document, known, kept)


@once
@given(answers=st.dictionaries(st.sampled_from(NAMES), STORED))
def test_a_strange_draft_never_breaks_a_page(document: Document, facts: Facts, answers: dict[str, Any]) -> None:
    kept = clean_answers(document, facts, answers)

    assert kept == clean_answers(document, facts, kept)
    assert visible_sections(document, facts, answers)
    first_gap(document, facts, answers)
