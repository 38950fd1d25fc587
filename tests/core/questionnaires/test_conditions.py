"""The operator tree behind show_if."""

from __future__ import annotations

from typing import Any

import pytest

from orientir.questionnaires.conditions import World, parse_condition

WORLD = World(
    facts={"grade": "9"},
    settings={"two_exams"},
    answers={"P3": "sure", "P5": ["it", "art"], "P7": "skip", "P14": {"a": 5}, "P23": "всё хорошо"},
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"answer": "P3", "in": ["sure", "rather"]}, True),
        ({"answer": "P3", "in": ["no"]}, False),
        ({"answer": "P5", "in": ["art"]}, True),
        ({"answer": "P5", "in": ["sport"]}, False),
        ({"answer": "P7", "in": ["skip"]}, True),
        ({"answer": "P99", "in": ["sure"]}, False),
        ({"answered": "P3"}, True),
        ({"answered": "P14"}, True),
        ({"answered": "P7"}, False),
        ({"answered": "P99"}, False),
        ({"fact": "grade", "in": [9]}, True),
        ({"fact": "grade", "in": ["11", 12]}, False),
        ({"fact": "height", "in": [9]}, False),
        ({"setting": "two_exams"}, True),
        ({"setting": "native_exam"}, False),
        ({"not": {"answer": "P3", "in": ["no"]}}, True),
        ({"not": {"answer": "P99", "in": ["no"]}}, True),
        ({"all": [{"answered": "P3"}, {"setting": "two_exams"}]}, True),
        ({"all": [{"answered": "P3"}, {"setting": "native_exam"}]}, False),
        ({"any": [{"answered": "P7"}, {"fact": "grade", "in": [9]}]}, True),
        ({"any": [{"answered": "P7"}, {"fact": "grade", "in": [11]}]}, False),
    ],
)
def test_a_condition_holds_or_not(condition: dict[str, Any], expected: bool) -> None:
    assert parse_condition(condition).holds(WORLD) is expected


@pytest.mark.parametrize(
    "condition",
    [{"in": ["a"]}, {"answered": "P1", "setting": "x"}, {"answered": "P1", "in": ["a"]}, {"answer": "P1"}],
)
def test_it_refuses_anything_but_one_operator(condition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_condition(condition)


def test_it_names_every_leaf_so_that_references_can_be_checked() -> None:
    condition = parse_condition(
        {"all": [{"not": {"answered": "A"}}, {"any": [{"answer": "B", "in": ["x"]}, {"setting": "s"}]}]}
    )

    assert [type(leaf).__name__ for leaf in condition.leaves()] == ["Answered", "AnswerIn", "SettingOn"]
