"""What is wrong with a document, each problem with its place, in words for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from json import loads
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from orientir.errors import OrientirError
from orientir.i18n import _, _l

MOST_REPORTED = 20

FEW = _l("слишком мало: нужно не меньше %(limit)s")
MANY = _l("слишком много: можно не больше %(limit)s")
WORDS = {
    "required": _l("нет обязательного свойства: %(limit)s"),
    "additionalProperties": _l("лишние свойства: %(limit)s"),
    "dependentRequired": _l("рядом с answer и fact нужен список in"),
    "type": _l("нужно значение типа %(limit)s, а не «%(found)s»"),
    "enum": _l("«%(found)s» не подходит, можно: %(limit)s"),
    "uniqueItems": _l("значения повторяются"),
    "pattern": _l("«%(found)s» не подходит к образцу %(limit)s"),
    "not": _l("слово «%(found)s» занято"),
    "other": _l("не выполнено правило «%(rule)s»"),
    **dict.fromkeys(("minItems", "minProperties", "minLength", "minimum", "exclusiveMinimum"), FEW),
    **dict.fromkeys(("maxItems", "maxProperties", "maxLength", "maximum"), MANY),
}


class Problem(NamedTuple):
    """A place such as «sections[1].questions[3].options[2].code» and what to change there."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class QuestionnaireError(OrientirError):
    """The document cannot become a questionnaire; `problems` holds every reason found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems[:MOST_REPORTED]))


def schema_problems(source: object) -> list[Problem]:
    """Return where `source` breaks schema.json, in the order of the document."""
    errors: Iterable[ValidationError] = _validator().iter_errors(source)
    return [Problem(_place(error), _in_words(error)) for error in sorted(errors, key=_order)]


@cache
def _validator() -> Draft202012Validator:
    schema = loads(files("orientir.questionnaires").joinpath("schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def _order(error: ValidationError) -> list[tuple[bool, int, str]]:
    return [(isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in error.absolute_path]


def _place(error: ValidationError) -> str:
    place = ""
    for step in error.absolute_path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or "document"


def _in_words(error: ValidationError) -> str:
    found = _shortened(error.instance)
    if "propertyNames" in error.absolute_schema_path:
        return _("свойство «%(found)s» здесь не предусмотрено", found=found)
    rule = str(error.validator)
    words = str(WORDS.get(rule, WORDS["other"]))
    return words % {"found": found, "limit": _limit(error), "rule": rule}


def _limit(error: ValidationError) -> str:
    """Return what the broken rule asks for: missing names, surplus names, allowed values or a number."""
    limit: Any = error.validator_value
    found: Any = error.instance
    if error.validator == "required":
        return ", ".join(name for name in limit if name not in found)
    if error.validator == "additionalProperties":
        allowed: Any = error.schema
        return ", ".join(_shortened(name) for name in found if name not in allowed["properties"])
    return ", ".join(map(str, limit)) if isinstance(limit, list) else str(limit)


def _shortened(value: Any) -> str:  # noqa: ANN401 - any JSON
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
