"""Branching on the server: pages, questions and options appear by what was answered before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from orientir.questionnaires import (
    Document,
    Facts,
    clean_answers,
    first_gap,
    next_section,
    parse_document,
    previous_section,
    visible_sections,
)

FULL: dict[str, Any] = {
    "liked": "yes",
    "ways": ["foot"],
    "grid": {"a": 4},
    "hours": 2,
    "word": "здорово",
    "trade": "skip",
    "places": [{"text": "куда-нибудь"}],
    "best_way": "foot",
    "oge": "yes",
}


def codes(document: Document, facts: Facts, **answers: Any) -> dict[str, list[str]]:
    return {
        section.code: [question.code for question in section.questions]
        for section in visible_sections(document, facts, answers)
    }


def test_a_section_hides_with_its_condition(document: Document, facts: Facts) -> None:
    assert list(codes(document, facts, liked="yes")) == ["first", "second", "third"]
    assert list(codes(document, facts, liked="no")) == ["first", "third"]


def test_a_question_waits_for_the_answer_it_needs(document: Document, facts: Facts) -> None:
    assert codes(document, facts)["third"] == ["oge"]
    assert codes(document, facts, ways=["foot"])["third"] == ["best_way", "oge"]
    assert codes(document, facts, ways="skip")["third"] == ["oge"]


def test_facts_of_the_respondent_decide(document: Document) -> None:
    assert codes(document, Facts(known={"grade": 11}), ways=["foot"])["third"] == ["best_way"]


def test_a_page_without_questions_is_left_out(document: Document) -> None:
    assert list(codes(document, Facts(known={"grade": 11}))) == ["first", "second"]


def test_only_what_was_chosen_before_is_offered(document: Document, facts: Facts) -> None:
    third = visible_sections(document, facts, {"ways": ["bus"]})[-1]

    assert [option.code for option in third.questions[0].options] == ["bus", "none"]


def test_a_region_switches_options_on(document: Document, facts: Facts) -> None:
    def offered(known: Facts) -> set[str]:
        return {option.code for option in visible_sections(document, known, {})[0].questions[1].options}

    assert offered(replace(facts, settings=frozenset({"buses"}))) - offered(facts) == {"school_bus"}


def test_pages_follow_each_other(document: Document, facts: Facts) -> None:
    sections = visible_sections(document, facts, {"liked": "no"})
    following, preceding = next_section(sections, "first"), previous_section(sections, "third")

    assert following is not None
    assert following.code == "third"
    assert preceding is not None
    assert preceding.code == "first"
    assert next_section(sections, "third") is None
    assert previous_section(sections, "first") is None
    assert next_section(sections, "second") is None


def test_answers_to_hidden_questions_are_not_sent(document: Document, facts: Facts) -> None:
    assert clean_answers(document, facts, FULL) == FULL
    assert clean_answers(document, facts, FULL | {"liked": "no"}) == {
        "liked": "no",
        "ways": ["foot"],
        "best_way": "foot",
        "oge": "yes",
    }


def test_what_hangs_on_a_hidden_question_goes_with_it(source: dict[str, Any], facts: Facts) -> None:
    wish = source["sections"][1]["questions"]
    wish.append({"code": "again", "kind": "single", "text": "Ещё раз?", "options": [{"code": "yes", "text": "да"}]})
    source["sections"][2]["questions"][0]["show_if"] = {"answer": "again", "in": ["yes"]}
    document = parse_document(source)
    answers = FULL | {"again": "yes"}

    assert clean_answers(document, facts, answers)["best_way"] == "foot"
    assert "best_way" not in clean_answers(document, facts, answers | {"liked": "no"})


def test_an_option_that_is_no_longer_offered_is_not_sent(document: Document, facts: Facts) -> None:
    assert "best_way" not in clean_answers(document, facts, FULL | {"ways": ["car"]})


def test_a_free_text_goes_with_its_option(document: Document, facts: Facts) -> None:
    chosen = clean_answers(document, facts, {"liked": "other", "liked_other": "так себе"})
    left = clean_answers(document, facts, {"liked": "yes", "liked_other": "так себе"})

    assert chosen == {"liked": "other", "liked_other": "так себе"}
    assert left == {"liked": "yes"}


def test_answers_of_another_shape_are_dropped(document: Document, facts: Facts) -> None:
    odd: dict[str, Any] = {
        "liked": ["yes"], "ways": "foot", "grid": [5], "hours": "два", "word": {"a": 1}, "trade": "повар",
        "places": [{"name": "x"}], "oge": "skip", "nobody": 1, "welcome": "yes",
    }  # fmt: skip

    assert clean_answers(document, facts, odd) == {}


def test_the_first_open_page_is_found(document: Document, facts: Facts) -> None:
    def gap(**answers: Any) -> str | None:
        section = first_gap(document, facts, answers)
        return section.code if section else None

    assert gap() == "first"
    assert gap(**{name: value for name, value in FULL.items() if name != "hours"}) == "second"
    assert gap(**FULL | {"ways": ["car"]}) == "third"
    assert gap(**FULL) is None


def test_an_answer_supplies_a_fact_the_host_does_not_know(source: dict[str, Any]) -> None:
    source["sections"][0]["questions"].append(
        {
            "code": "GR",
            "kind": "single",
            "text": "Какой класс?",
            "gives": "grade",
            "skip": False,
            "options": [{"code": "9", "text": "9-й"}, {"code": "11", "text": "11-й"}],
        }
    )
    document = parse_document(source)

    assert codes(document, Facts())["first"] == ["liked", "ways", "GR"]
    assert codes(document, Facts(), GR="9")["third"] == ["oge"]
    assert "third" not in codes(document, Facts(), GR="11")
    assert codes(document, Facts(known={"grade": 9}), GR="11")["first"] == ["liked", "ways"]
    assert codes(document, Facts(known={"grade": 9}), GR="11")["third"] == ["oge"]
