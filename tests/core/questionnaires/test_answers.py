"""A posted page becomes answers or messages that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from orientir.questionnaires import Facts, Parsed, Section, Suggestion, merge_answers, parse_document, parse_section

Post = Callable[..., Parsed]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def post(page_of: Callable[..., Section], facts: Facts) -> Post:
    """Post a page: `post("first", [("liked", "yes")])`."""

    def send(code: str, pairs: list[tuple[str, str]], **answers: Any) -> Parsed:
        return parse_section(page_of(code, **answers), MultiDict(pairs), facts)

    return send


@pytest.fixture
def answer_to(post: Post) -> Callable[..., Any]:
    """Post values of one question and return its answer, or the message under its field."""

    def send(page: str, question: str, *values: str) -> Any:
        parsed = post(page, [(question, value) for value in values])
        return parsed.answers.get(question, parsed.errors.get(question))

    return send


def test_blank_required_questions_are_asked_for(post: Post) -> None:
    assert post("first", []).errors == {
        "liked": "Выберите ответ или «Не хочу отвечать».",
        "ways": "Выберите ответ или «Не хочу отвечать».",
    }
    assert post("third", []).errors == {"oge": "Выберите ответ."}
    assert "Напишите ответ или отметьте" in post("second", []).errors["word"]


def test_an_optional_question_may_stay_blank(post: Post) -> None:
    parsed = post("second", [("story", "  ")])

    assert "story" not in parsed.errors
    assert "story" not in parsed.answers


@pytest.mark.parametrize("question", ["liked", "ways"])
def test_a_choice_may_be_skipped(answer_to: Callable[..., Any], question: str) -> None:
    assert answer_to("first", question, "skip") == "skip"


@pytest.mark.parametrize("question", ["grid", "hours", "word", "story", "trade", "places"])
def test_what_is_typed_may_be_skipped_and_the_mark_withdraws_it(answer_to: Callable[..., Any], question: str) -> None:
    assert answer_to("second", question, "skip") == "skip"
    assert answer_to("second", question, "12", "skip") == "skip"


def test_a_question_without_skip_cannot_be_skipped(answer_to: Callable[..., Any]) -> None:
    assert answer_to("third", "oge", "skip") == "Такого варианта здесь нет. Выберите ответ из списка."


def test_single_takes_one_listed_option(answer_to: Callable[..., Any]) -> None:
    assert answer_to("first", "liked", "no") == "no"
    assert answer_to("first", "liked", "maybe") == "Такого варианта здесь нет. Выберите ответ из списка."
    assert answer_to("first", "liked", "yes", "no") == "Отмечено несколько ответов. Оставьте один."


def test_other_comes_with_its_text(post: Post) -> None:
    page = [("ways", "foot"), ("liked", "other")]

    assert post("first", [*page, ("liked_other", " так \t себе ")]).answers["liked_other"] == "так себе"
    assert "liked_other" not in post("first", page).answers
    assert post("first", [*page, ("liked_other", "8 950 123-45-67")]).errors == {
        "liked_other": "Похоже на телефон. Уберите его: личные данные здесь не нужны."
    }
    assert post("first", [*page, ("liked_other", "х" * 21)]).errors == {
        "liked_other": "Слишком длинно. Сократите до 20\xa0знаков."
    }


def test_multiple_keeps_the_maximum(answer_to: Callable[..., Any]) -> None:
    assert answer_to("first", "ways", "foot", "bus") == ["foot", "bus"]
    assert answer_to("first", "ways", "foot", "foot") == ["foot"]
    assert answer_to("first", "ways", "plane") == "Такого варианта здесь нет. Выберите ответ из списка."


def test_too_many_marks_are_counted_for_the_writer(source: dict[str, Any], facts: Facts) -> None:
    del source["sections"][0]["questions"][1]["options"][1]["group"]
    del source["sections"][0]["questions"][1]["options"][2]["group"]
    section = parse_document(source).sections[0]
    parsed = parse_section(section, MultiDict([("ways", "foot"), ("ways", "bus"), ("ways", "car")]), facts)

    assert parsed.errors["ways"] == "Можно не больше 2, а отмечено 3. Снимите 1\xa0отметку."
    assert parsed.typed["ways"] == ["foot", "bus", "car"]


def test_an_exclusive_option_clears_the_rest(answer_to: Callable[..., Any]) -> None:
    assert answer_to("first", "ways", "foot", "online") == ["online"]
    assert answer_to("first", "ways", "foot", "skip") == "skip"
    assert answer_to("first", "ways", "online", "lives_here").startswith("Эти ответы исключают друг друга")


def test_at_most_one_of_a_group(answer_to: Callable[..., Any]) -> None:
    assert answer_to("first", "ways", "bus", "car") == (
        "Эти ответы исключают друг друга: «автобусом», «машиной». Оставьте один."
    )


def test_an_option_that_is_not_offered_is_refused(answer_to: Callable[..., Any], post: Post) -> None:
    assert answer_to("first", "ways", "school_bus") == "Такого варианта здесь нет. Выберите ответ из списка."
    assert "best_way" in post("third", [("best_way", "bus")], ways=["foot"]).errors


def test_a_scale_may_be_filled_in_part(post: Post) -> None:
    assert post("second", [("grid_a", "5")]).answers["grid"] == {"a": 5}
    assert post("second", [("grid_a", "5"), ("grid_b", "1")]).answers["grid"] == {"a": 5, "b": 1}
    assert post("second", [("grid_a", "6")]).errors["grid"] == "Отметьте в каждой строке число от 1\xa0до 5."
    assert post("second", [("grid_z", "5")]).errors["grid"] == "Выберите ответ или «Не хочу отвечать»."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", 12), ("12,5", 12.5), ("12.5", 12.5), ("1 234", 1234), (f"1{NBSP}234,5", 1234.5), ("0", 0),
        ("\N{NARROW NO-BREAK SPACE}12", 12), ("+3", 3), ("12,0", 12),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(answer_to: Callable[..., Any], written: str, read: float) -> None:
    answer = answer_to("second", "hours", written)

    assert answer == read
    assert type(answer) is type(read)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("нет", "Напишите число цифрами"), ("1,2,3", "цифрами"), ("1e3", "цифрами"), ("NaN", "цифрами"),
        ("9" * 400, "цифрами"), ("١٢", "цифрами"), ("=1+1", "цифрами"), ("−1", "не меньше 0"),
        ("1501", f"не больше 1{NBSP}500"), ("0,1", "делиться на 0,25"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_said(answer_to: Callable[..., Any], written: str, said: str) -> None:
    assert said in answer_to("second", "hours", written)


def test_text_is_cleaned(answer_to: Callable[..., Any]) -> None:
    assert answer_to("second", "word", "\x00здо\u202eрово\u200b \r\n да ") == "здорово да"
    assert answer_to("second", "story", "раз\r\n\r\n\r\n\r\nдва  три\t") == "раз\n\nдва три"
    assert answer_to("second", "word", "е\u0308лка") == "ёлка"


def test_long_text_is_sent_back_to_be_shortened(post: Post) -> None:
    parsed = post("second", [("story", "слово " * 200_000)])

    assert parsed.errors["story"] == "Слишком длинно. Сократите до 60\xa0знаков."
    assert len(parsed.typed["story"]) <= 120


@pytest.mark.parametrize(
    "text",
    [
        "звоните 89501234567",
        "+7 (950) 123-45-67",
        "8.950.123.45.67",
        "тел 12-34-56",
        "мой 8 9 5 0 1 2 3 4 5 6 7",
        "８９５０１２３４５６７",
    ],
)
def test_a_phone_is_asked_out(answer_to: Callable[..., Any], text: str) -> None:
    assert answer_to("second", "story", text).startswith("Похоже на телефон.")


@pytest.mark.parametrize("text", ["пишите ivan@mail.ru", "тг @ivanov_2010", "ivan @ mail.ru", "ivan＠mail.ru"])
def test_an_address_is_asked_out(answer_to: Callable[..., Any], text: str) -> None:
    assert answer_to("second", "story", text).startswith("Похоже на адрес почты")


@pytest.mark.parametrize(
    "text", ["в 2025/26 году", "с 12.05.2026", "получу 100 000 рублей", "6-7 классы, 10-11", "3d-печать"]
)
def test_ordinary_figures_are_no_phone(answer_to: Callable[..., Any], text: str) -> None:
    assert answer_to("second", "story", text) == text


def test_a_lookup_knows_what_it_suggested(answer_to: Callable[..., Any]) -> None:
    assert answer_to("second", "trade", " Повар ") == [{"code": "cook", "text": "повар"}]
    assert answer_to("second", "places", "байкальский  техникум", "МГУ") == [
        {"code": "17", "text": "Байкальский техникум"},
        {"text": "МГУ"},
    ]
    assert answer_to("second", "places", "", "МГУ", "мгу") == [{"text": "МГУ"}]


def test_a_lookup_takes_so_many_entries(answer_to: Callable[..., Any]) -> None:
    assert answer_to("second", "places", "а", "б", "в") == "Можно не больше 2, а отмечено 3. Снимите 1\xa0отметку."
    assert answer_to("second", "places", "а" * 31) == "Слишком длинно. Сократите до 30\xa0знаков."
    assert answer_to("second", "trade", "89501234567").startswith("Похоже на телефон.")


def test_a_register_may_hold_what_looks_like_a_phone(page_of: Callable[..., Section]) -> None:
    facts = Facts(known={"grade": 9}, registers={"organisations": lambda: [Suggestion("1", "Школа 12-34-56")]})
    parsed = parse_section(page_of("second"), MultiDict([("places", "школа 12-34-56")]), facts)

    assert parsed.answers["places"] == [{"code": "1", "text": "Школа 12-34-56"}]


def test_errors_keep_what_was_typed_and_valid_answers_stay(post: Post) -> None:
    parsed = post("second", [("word", "a@b"), ("hours", "два"), ("grid_a", "3")])

    assert parsed.typed == {"grid": {"a": 3}, "hours": "два", "word": "a@b"}
    assert parsed.answers == {"grid": {"a": 3}}


def test_a_page_replaces_its_own_answers_only(post: Post, page_of: Callable[..., Section]) -> None:
    before = {"liked": "other", "liked_other": "так себе", "ways": ["foot"], "word": "да"}
    parsed = post("first", [("liked", "yes")])

    assert merge_answers(before, page_of("first"), parsed) == {"liked": "yes", "word": "да"}
