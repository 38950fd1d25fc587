"""Every word a person can see goes through gettext, so that a translation needs a catalogue and no code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

CHECKOUT = Path(__file__).resolve().parents[2]
CYRILLIC = re.compile("[А-Яа-яЁё]")
GETTEXT = {"_", "_l", "gettext", "ngettext", "pgettext", "lazy_gettext"}
TEMPLATES = [
    path
    for folder in (CHECKOUT / "templates", *(CHECKOUT / "plugins").glob("*/templates"))
    for path in folder.rglob("*")
    if path.is_file()
]
SOURCES = [path for root in ("platform", "plugins") for path in (CHECKOUT / root).rglob("*.py")]

# What the program looks for in a text is no text of its own.
PATTERNS = {"compile", "maketrans", "startswith", "endswith", "replace"}
# Files whose literals are data, and why nobody translates them.
DATA = {
    "platform/orientir/demo/names.py": "names of an invented region",
    "platform/orientir/demo/places.py": "names of an invented region",
    "platform/orientir/demo/region.py": "names of an invented region",
    "platform/orientir/demo/bulk.py": "names of an invented region",
    "platform/orientir/lists/words.py": "what people write into cells",
    "platform/orientir/organisations/list_words.py": "what people call their columns and kinds",
    "plugins/orientir_calendar/list_words.py": "what people call the columns of a plan",
    "plugins/orientir_practices/covering.py": "endings of Russian words, and words every school's name has",
    "plugins/orientir_plans/flags.py": "runs of a keyboard",
}


def _untranslated(node: nodes.Node, *, inside: bool = False) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        inside = True
    if isinstance(node, nodes.TemplateData) and CYRILLIC.search(node.data):
        yield f"{node.lineno}: {node.data.strip()[:60]}"
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and CYRILLIC.search(node.value) and not inside:
        yield f"{node.lineno}: {node.value[:60]}"
    for child in node.iter_child_nodes():
        yield from _untranslated(child, inside=inside)


def test_templates_say_nothing_past_gettext():
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    found = [
        f"{path.relative_to(CHECKOUT)}:{where}"
        for path in TEMPLATES
        for where in _untranslated(environment.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


class _Sentences(ast.NodeVisitor):
    """Collects Cyrillic literals that stand neither in a docstring nor in a call of gettext."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in GETTEXT:
            for keyword in node.keywords:
                self.visit(keyword.value)
        elif called not in PATTERNS:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and CYRILLIC.search(node.value):
            self.found.append(f"{node.lineno}: {node.value[:60]}")


def _sentences(path: Path) -> list[str]:
    visitor = _Sentences()
    visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return visitor.found


def test_code_says_nothing_past_gettext():
    names = {path: str(path.relative_to(CHECKOUT)) for path in SOURCES}
    found = [f"{name}:{where}" for path, name in names.items() if name not in DATA for where in _sentences(path)]
    assert found == []


def test_every_exception_is_still_one():
    assert [name for name in DATA if not _sentences(CHECKOUT / name)] == []
