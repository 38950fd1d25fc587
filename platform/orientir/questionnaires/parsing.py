"""From JSON to a Document: schema first, then building, then what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orientir.i18n import _
from orientir.questionnaires.checks import document_problems
from orientir.questionnaires.conditions import Condition, parse_condition
from orientir.questionnaires.document import ChoiceFilter, Document, Kind, Option, Question, Section
from orientir.questionnaires.problems import Problem, QuestionnaireError, schema_problems

Json = Mapping[str, Any]


def parse_document(source: object) -> Document:
    """Return the questionnaire described by decoded JSON.

    Raises QuestionnaireError with every problem found, each naming its place.
    """
    try:
        problems = schema_problems(source)
        if problems or not isinstance(source, Mapping):
            raise QuestionnaireError(problems)
        builder = Builder(source.get("lists", {}))
        document = builder.document(source)
        problems = [*builder.problems, *document_problems(document)]
    except RecursionError as error:
        raise QuestionnaireError([Problem("document", _("условия вложены слишком глубоко"))]) from error
    if problems:
        raise QuestionnaireError(problems)
    return document


class Builder:
    """Builds the dataclasses and keeps the problems it meets on the way."""

    def __init__(self, lists: Mapping[str, list[Json]]) -> None:
        self.problems: list[Problem] = []
        self.lists = {
            name: tuple(self.option(raw, f"lists.{name}[{index}]") for index, raw in enumerate(options))
            for name, options in lists.items()
        }

    def document(self, raw: Json) -> Document:
        return Document(
            key=raw["key"],
            title=raw["title"],
            intro=raw.get("intro", ""),
            facts=frozenset(raw.get("facts", ())),
            settings=frozenset(raw.get("settings", ())),
            sections=tuple(self.section(part, f"sections[{index}]") for index, part in enumerate(raw["sections"])),
            source=raw,
        )

    def section(self, raw: Json, place: str) -> Section:
        return Section(
            code=raw["code"],
            title=raw["title"],
            hint=raw.get("hint", ""),
            show_if=self.condition(raw, place),
            questions=tuple(
                self.question(part, f"{place}.questions[{index}]") for index, part in enumerate(raw["questions"])
            ),
            place=place,
        )

    def question(self, raw: Json, place: str) -> Question:
        kind = Kind(raw["kind"])
        options = tuple(self.options(raw.get("options", ()), f"{place}.options"))
        return Question(
            code=raw["code"],
            kind=kind,
            text=raw["text"],
            hint=raw.get("hint", ""),
            required=raw.get("required", kind is not Kind.INFO),
            skip=raw.get("skip", kind is not Kind.INFO),
            show_if=self.condition(raw, place),
            gives=raw.get("gives", ""),
            options=options,
            options_vary="choice_filter" in raw or any(option.show_if for option in options),
            choice_filter=_choice_filter(raw.get("choice_filter")),
            rows=tuple(
                Option(code=row["code"], text=row["text"], place=f"{place}.rows[{index}]")
                for index, row in enumerate(raw.get("rows", ()))
            ),
            low=raw.get("low", ""),
            high=raw.get("high", ""),
            register=raw.get("register", ""),
            max_length=raw.get("max_length", 0),
            step=raw.get("step"),
            **_limits(kind, raw),
            place=place,
        )

    def options(self, parts: list[Json], place: str) -> Iterator[Option]:
        """Yield the options with the named lists put in."""
        for index, part in enumerate(parts):
            here = f"{place}[{index}]"
            if "list" not in part:
                yield self.option(part, here)
            elif part["list"] in self.lists:
                yield from self.lists[part["list"]]
            else:
                self.problems.append(Problem(f"{here}.list", _("нет списка «%(name)s»", name=part["list"])))

    def option(self, raw: Json, place: str) -> Option:
        return Option(
            code=raw["code"],
            text=raw["text"],
            free_text=raw.get("free_text", 0),
            exclusive=raw.get("exclusive", False),
            group=raw.get("group", ""),
            show_if=self.condition(raw, place),
            place=place,
        )

    def condition(self, raw: Json, place: str) -> Condition | None:
        if "show_if" not in raw:
            return None
        try:
            return parse_condition(raw["show_if"])
        except ValueError as error:
            said = _("нужен один оператор, а здесь: %(names)s", names=str(error))
            self.problems.append(Problem(f"{place}.show_if", said))
            return None


def _choice_filter(raw: Json | None) -> ChoiceFilter | None:
    return ChoiceFilter(raw["chosen_in"], frozenset(raw.get("always", ()))) if raw else None


def _limits(kind: Kind, raw: Json) -> dict[str, Any]:
    if kind is Kind.NUMBER:
        return {"least_number": raw.get("min"), "greatest_number": raw.get("max")}
    return {"most": raw.get("max", 1 if kind is Kind.LOOKUP else 0)}
