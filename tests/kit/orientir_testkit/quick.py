"""What every application of the suite does alike is done once a process: thousands of tests make one each."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from werkzeug.routing import Rule

from orientir import app, plugins
from orientir.questionnaires import Document, parse_document
from orientir_plans import versions

Builder = Callable[..., tuple[str, str]]

STATEMENTS = 5000  # the whole suite's; the server's own 500 hold one application's
_engines: dict[str, Engine] = {}


def do_once() -> None:
    """Do once what took most of a short test: statements, addresses, questionnaires, the list of what is installed."""
    _compile_statements_once()
    _compile_builders_once()
    _read_questionnaires_once()
    quick: Any = plugins
    quick.installed = cache(plugins.installed)


def hang_up() -> None:
    """Close the connections of every engine that is kept: the next test finds none of this one's."""
    for engine in _engines.values():
        engine.dispose()


def _compile_statements_once() -> None:
    """Keep the engine of a URL, as a server does: it holds the compiled statements."""
    make = SQLAlchemy._make_engine

    def kept(extension: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        key = json.dumps(options, sort_keys=True, default=str)
        if key not in _engines:
            _engines[key] = make(extension, bind_key, {**options, "query_cache_size": STATEMENTS}, app)
        return _engines[key]

    quick: Any = SQLAlchemy
    quick._make_engine = kept


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

    for module in (app, versions):
        quick: Any = module
        quick.parse_document = parsed
