"""A document is refused with every reason, each naming its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.questionnaires import QuestionnaireError, parse_document
from orientir.questionnaires.document import Kind

Json = dict[str, Any]
Spoil = Callable[[Json], object]


def first(source: Json) -> Json:
    question: Json = source["sections"][0]["questions"][0]
    return question


def last(source: Json) -> Json:
    question: Json = source["sections"][2]["questions"][0]
    return question


def problems_of(source: object) -> list[str]:
    with pytest.raises(QuestionnaireError) as refused:
        parse_document(source)
    assert all(str(problem) in str(refused.value) for problem in refused.value.problems[:20])
    return [str(problem) for problem in refused.value.problems]


def test_it_reads_a_document_with_every_kind(source: Json) -> None:
    document = parse_document(source)

    assert {question.kind for question in document.questions()} == set(Kind)
    assert document.source == source


SPOILT: list[tuple[Spoil, str, str]] = [
    (lambda d: d.pop("title"), "document", "title"),
    (lambda d: d.update(colour="red"), "document", "colour"),
    (lambda d: d.update(sections=[]), "sections", "не меньше 1"),
    (lambda d: first(d).pop("options"), "sections[0].questions[0]", "options"),
    (lambda d: first(d).update(kind="grid"), "sections[0].questions[0].kind", "«grid» не подходит"),
    (lambda d: first(d).update(rows=[]), "sections[0].questions[0]", "«rows» здесь не предусмотрено"),
    (lambda d: first(d).update(code="P 1"), "sections[0].questions[0].code", "«P 1»"),
    (lambda d: first(d).update(code="P1\n"), "sections[0].questions[0].code", "образцу"),
    (lambda d: first(d).update(text="  "), "sections[0].questions[0].text", "образцу"),
    (lambda d: first(d)["options"][2].update(code="skip"), "sections[0].questions[0].options[2].code", "занято"),
    (lambda d: first(d)["options"][2].update(free_text=0), "sections[0].questions[0].options[2].free_text", "1"),
    (lambda d: first(d).update(show_if={"answer": "x"}), "sections[0].questions[0].show_if", "список in"),
    (lambda d: first(d).update(required="да"), "sections[0].questions[0].required", "boolean"),
    # what a schema cannot say
    (lambda d: first(d).update(code="ways"), "sections[0].questions[1].code", "«ways» уже занят"),
    (lambda d: d["sections"][1].update(code="first"), "sections[1].code", "«first» уже занят"),
    (lambda d: first(d)["options"][2].update(code="yes"), "sections[0].questions[0].options[2].code", "уже занят"),
    (lambda d: last(d).update(code="liked_other"), "sections[2].questions[0].code", "«liked_other» уже занят"),
    (lambda d: last(d).update(code="grid_a"), "sections[2].questions[0].code", "«grid_a» уже занят"),
    (lambda d: last(d).update(show_if={"answered": "nobody"}), "sections[2].questions[0].show_if", "«nobody»"),
    (lambda d: last(d).update(show_if={"answered": "oge"}), "sections[2].questions[0].show_if", "более раннего"),
    (lambda d: last(d).update(show_if={"answered": "best_way"}), "sections[2].questions[0].show_if", "более раннего"),
    (
        lambda d: last(d).update(show_if={"answer": "liked", "in": ["maybe"]}),
        "sections[2].questions[0].show_if",
        "maybe",
    ),
    (lambda d: last(d).update(show_if={"answer": "hours", "in": ["1"]}), "sections[2].questions[0].show_if", "ветвить"),
    (lambda d: last(d).update(show_if={"fact": "height", "in": [1]}), "sections[2].questions[0].show_if", "«height»"),
    (lambda d: last(d).update(show_if={"setting": "trams"}), "sections[2].questions[0].show_if", "«trams»"),
    (
        lambda d: last(d).update(show_if={"setting": "buses", "answered": "ways"}),
        "sections[2].questions[0].show_if",
        "один оператор",
    ),
    (lambda d: last(d)["options"].append({"list": "nobody"}), "sections[2].questions[0].options[3].list", "«nobody»"),
    (
        lambda d: last(d)["choice_filter"].update(chosen_in="grid"),
        "sections[2].questions[0].choice_filter.chosen_in",
        "",
    ),
    (lambda d: last(d)["choice_filter"].update(always=["no"]), "sections[2].questions[0].choice_filter.always", "«no»"),
    (
        lambda d: last(d)["options"].append({"code": "ship", "text": "кораблём"}),
        "sections[2].questions[0].choice_filter",
        "никогда не предложат",
    ),
    (lambda d: first(d)["options"][0].update(exclusive=True), "sections[0].questions[0].options[0]", "multiple"),
    (
        lambda d: d["sections"][0]["questions"][1]["options"][2].pop("group"),
        "sections[0].questions[1].options[1].group",
        "один вариант",
    ),
    (lambda d: d["sections"][0]["questions"][1].update(max=9), "sections[0].questions[1].max", "меньше"),
    (lambda d: d["sections"][1]["questions"][2].update(min=2000), "sections[1].questions[2].min", "больше"),
    (lambda d: d["lists"]["trades"][0].update(free_text=5), "lists.trades[0].free_text", "lookup"),
    (lambda d: d["lists"]["trades"][0].update(show_if={"setting": "trams"}), "lists.trades[0].show_if", "«trams»"),
]


@pytest.mark.parametrize(("spoil", "place", "words"), SPOILT)
def test_it_names_the_place_and_the_reason(source: Json, spoil: Spoil, place: str, words: str) -> None:
    spoil(source)

    assert any(said.startswith(f"{place}: ") and words in said for said in problems_of(source)), problems_of(source)


def test_it_reports_all_problems_at_once(source: Json) -> None:
    first(source).update(kind="grid")
    last(source).pop("text")

    assert len(problems_of(source)) == 2


def test_it_refuses_conditions_nested_without_end(source: Json) -> None:
    condition: Json = {"setting": "buses"}
    for _ in range(5000):
        condition = {"not": condition}
    last(source)["show_if"] = condition

    assert problems_of(source) == ["document: условия вложены слишком глубоко"]


@pytest.mark.parametrize("source", [None, [], "", 7, {}])
def test_it_refuses_what_is_no_document(source: object) -> None:
    assert problems_of(source)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["code", "single", "skip"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "kind", "text", "options", "show_if", "not", "in", "list"]), inner)
    ),
    max_leaves=12,
)


@given(question=JSON)
def test_any_json_is_a_questionnaire_or_a_list_of_problems(question: object) -> None:
    source = {"key": "k", "title": "Т", "sections": [{"code": "s", "title": "Т", "questions": [question]}]}
    try:
        parse_document(source)
    except QuestionnaireError as refused:
        problems = refused.problems
    else:
        return
    assert problems
