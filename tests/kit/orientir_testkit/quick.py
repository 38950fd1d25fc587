"""What every application of the suite does alike is done once a process: thousands of tests make one each."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule

from orientir import app
from orientir.questionnaires import Document, parse_document

Builder = Callable[..., tuple[str, str]]


def do_once() -> None:
    """Compile the builder of an address once, and read a shipped questionnaire once; each took a fifth of a test."""
    _compile_builders_once()
    _read_questionnaires_once()


def _compile_builders_once() -> None:
    compile_builder = Rule._compile_builder
    known: dict[object, Builder] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Builder:
        key = (rule.rule, tuple(rule._trace), json.dumps(rule.defaults, sort_keys=True, default=str), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    quick: Any = Rule
    quick._compile_builder = compiled


def _read_questionnaires_once() -> None:
    read = cache(lambda text: parse_document(json.loads(text)))

    def parsed(source: Any) -> Document:
        try:
            text = json.dumps(source)
        except (TypeError, ValueError, RecursionError):  # what is no JSON is refused as in earnest
            return parse_document(source)
        document: Document = read(text)
        return document

    quick: Any = app
    quick.parse_document = parsed
