"""The rules an answer must keep, the same for a posted page and for a draft before it is sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from orientir.i18n import _, plural
from orientir.questionnaires.conditions import SKIP, chosen_codes
from orientir.questionnaires.document import CHOICES, SCALE_POINTS, TEXTS, Answers, Kind, Option, Question
from orientir.questionnaires.texts import number_problem, text_problem


def answer_problems(question: Question, given: Answers) -> dict[str, str]:
    """Return, by field, what to change in the answer to one question; empty when it may be stored.

    `given` holds the question's own keys only and at least the question's code.
    """
    value = given[question.code]
    if value == SKIP:
        return {} if question.skip else {question.code: _choose_listed()}
    own = _problem(question, value)
    problems = {question.code: own} if own else {}
    for name, option in question.free_text_fields(chosen_codes(value)).items():
        said = _free_text_problem(given.get(name, ""), option)
        if said:
            problems[name] = said
    return problems


def blank_problem(question: Question) -> str:
    """Return what to tell somebody who left a required question blank."""
    if not question.skip:
        return _("Выберите ответ.") if question.kind in CHOICES else _("Напишите ответ.")
    if question.kind in CHOICES or question.kind is Kind.SCALE:
        return _("Выберите ответ или «Не хочу отвечать».")
    return _("Напишите ответ или отметьте «Не хочу отвечать».")


def _problem(question: Question, value: Any) -> str:  # noqa: ANN401 - any JSON, a draft may be of another time
    if question.kind is Kind.SINGLE:
        return _single_problem(question, value)
    if question.kind is Kind.MULTIPLE:
        return _multiple_problem(question, value)
    if question.kind is Kind.SCALE:
        return _scale_problem(question, value)
    if question.kind is Kind.NUMBER:
        return _number_problem(question, value)
    if question.kind in TEXTS:
        return text_problem(value, question.max_length) if isinstance(value, str) else blank_problem(question)
    return _lookup_problem(question, value)


def _choose_listed() -> str:
    return _("Такого варианта здесь нет. Выберите ответ из списка.")


def _free_text_problem(text: object, option: Option) -> str:
    return text_problem(text, option.free_text) if isinstance(text, str) else _("Напишите ответ словами.")


def _single_problem(question: Question, value: object) -> str:
    if isinstance(value, list) and len(value) > 1:
        return _("Отмечено несколько ответов. Оставьте один.")
    known = any(option.code == value for option in question.options)
    return "" if known else _choose_listed()


def _multiple_problem(question: Question, value: object) -> str:
    options = {option.code: option for option in question.options}
    if not isinstance(value, list) or not value or any(not isinstance(code, str) for code in value):
        return _choose_listed()
    if len(set(value)) < len(value) or not options.keys() >= set(value):
        return _choose_listed()
    chosen = [options[code] for code in value]
    if len(chosen) > 1 and any(option.exclusive for option in chosen):
        return _keep_one([option for option in chosen if option.exclusive])
    groups = Counter(option.group for option in chosen if option.group)
    for group, count in groups.items():
        if count > 1:
            return _keep_one([option for option in chosen if option.group == group])
    if question.most and len(chosen) > question.most:
        return _too_many(len(chosen), question.most)
    return ""


def _keep_one(rivals: list[Option]) -> str:
    names = ", ".join(f"«{option.text}»" for option in rivals)
    return _("Эти ответы исключают друг друга: %(names)s. Оставьте один.", names=names)


def _too_many(count: int, most: int) -> str:
    surplus = count - most
    marks = plural(surplus, _("отметку|отметки|отметок"))
    return _(
        "Можно не больше %(most)s, а отмечено %(count)s. Снимите %(surplus)s %(marks)s.",
        most=most, count=count, surplus=surplus, marks=marks,
    )  # fmt: skip


def _scale_problem(question: Question, value: object) -> str:
    rows = {row.code for row in question.rows}
    if not isinstance(value, dict) or not value or not rows >= value.keys():
        return blank_problem(question)
    if any(type(point) is not int or point not in SCALE_POINTS for point in value.values()):
        return _("Отметьте в каждой строке число от 1 до 5.")
    return ""


def _number_problem(question: Question, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("Напишите число цифрами, например 12 или 12,5.")
    return number_problem(value, question.least_number, question.greatest_number, question.step)


def _lookup_problem(question: Question, value: object) -> str:
    if not isinstance(value, list) or not value or any(not _is_entry(entry) for entry in value):
        return blank_problem(question)
    if len(value) > question.most:
        return _too_many(len(value), question.most)
    # What a register offers is public; only what somebody typed may hide a telephone.
    typed = (entry["text"] for entry in value if "code" not in entry)
    return next((said for text in typed if (said := text_problem(text, question.max_length))), "")


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and {"text"} <= entry.keys() <= {"code", "text"}
        and all(isinstance(part, str) and part for part in entry.values())
    )
