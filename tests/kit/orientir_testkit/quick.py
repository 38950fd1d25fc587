"""What every application of the suite does alike is done once a process: thousands of tests make one each."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from types import MethodType
from typing import Any, NamedTuple

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from werkzeug.routing import Rule

from orientir import app, plugins
from orientir.contracts import Manifest
from orientir.questionnaires import Document, parse_document
from orientir_plans import versions

Builder = Callable[..., tuple[str, str]]

STATEMENTS = 5000  # the whole suite's; the server's own 500 hold one application's
_engines: dict[str, Engine] = {}


def do_once() -> None:
    """Do once what took most of a short test: statements, addresses, questionnaires, the list of what is installed."""
    _compile_statements_once()
    _compile_rules_once()
    _read_questionnaires_once()
    _inspect_once()
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


def _compile_rules_once() -> None:
    """Keep what werkzeug makes of an address: its parts, converters and the two builders of URLs."""
    compile_rule = Rule.compile
    known: dict[object, Compiled] = {}

    def compiled(rule: Rule) -> None:
        assert rule.map is not None
        defaults = repr(sorted(rule.defaults.items())) if rule.defaults else ""
        key = (rule.rule, rule.subdomain, rule.merge_slashes, defaults, *rule.map.converters.values())
        if key not in known:
            compile_rule(rule)
            known[key] = Compiled.of(rule)
        known[key].give(rule)

    quick: Any = Rule
    quick.compile = compiled


class Compiled(NamedTuple):
    """What one address was compiled to, for every rule that has the same."""

    parts: list[Any]
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]
    arguments: set[str]
    build: Builder
    build_unknown: Builder

    @classmethod
    def of(cls, rule: Any) -> Compiled:
        builders = (rule._build.__func__, rule._build_unknown.__func__)
        return cls(rule._parts, rule._trace, rule._converters, set(rule.arguments), *builders)

    def give(self, rule: Any) -> None:
        rule._parts, rule._trace, rule._converters = self.parts, self.trace, self.converters
        rule.arguments = set(self.arguments)
        rule._build = MethodType(self.build, rule)
        rule._build_unknown = MethodType(self.build_unknown, rule)


def _inspect_once() -> None:
    """Try a plugin's pages once beside the same pages of others: what was found good stays good."""
    inspect = app._inspect
    good: set[object] = set()

    def inspected(made: Flask, manifest: Manifest) -> None:
        pages = (tuple(manifest.blueprints), tuple(made.blueprints.values()))
        key = (*pages, tuple(manifest.mixed_tables), tuple(manifest.card_pages), repr(manifest.questionnaires))
        if key not in good:
            inspect(made, manifest)
            good.add(key)

    quick: Any = app
    quick._inspect = inspected


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
