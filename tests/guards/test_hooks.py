"""The hooks are a contract: documented word for word, tested one by one, implemented as they are specified."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from orientir.hookspecs import Hooks

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "hooks.md").read_text(encoding="utf-8")
SPECS: dict[str, FunctionType] = dict(inspect.getmembers(Hooks, inspect.isfunction))
PLUGINS = [
    *(CHECKOUT / "plugins").glob("*/__init__.py"),
    *(CHECKOUT / "tests" / "example_plugin").glob("*/__init__.py"),
]


def _signature(function: Callable[..., Any]) -> str:
    known = inspect.signature(function)
    arguments = [f"{one.name}: {one.annotation}" for one in known.parameters.values() if one.name != "self"]
    return f"def {function.__name__}({', '.join(arguments)}) -> {known.return_annotation}"


def test_there_are_fewer_than_fifteen_hooks():
    assert len(SPECS) < 15


@pytest.mark.parametrize("name", SPECS)
def test_every_hook_is_documented_with_its_exact_signature(name: str):
    assert f"### {name.removeprefix('orientir_')}\n\n```python\n{_signature(SPECS[name])}\n```\n" in PAGE


def test_no_hook_is_documented_that_does_not_exist():
    assert set(re.findall(r"^def (orientir_\w+)\(.*-> .*[^:]$", PAGE, re.MULTILINE)) == set(SPECS)


@pytest.mark.parametrize("name", SPECS)
def test_every_hook_says_when_it_is_called(name: str):
    assert inspect.getdoc(SPECS[name])


def test_every_hook_has_a_test():
    sources = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py")]
    tested = {found for text in sources for found in re.findall(r"def test_hook_([a-z_]+)\(", text)}
    assert {name.removeprefix("orientir_") for name in SPECS} - tested == set()


def _implementations() -> list[tuple[str, ast.FunctionDef]]:
    """Read, not imported: a plugin's models would stay in the tables of this process."""
    return [
        (path.parent.name, node)
        for path in PLUGINS
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("orientir_")
    ]


def test_the_plugins_implement_hooks():
    assert {package for package, _function in _implementations()} == {path.parent.name for path in PLUGINS}


@pytest.mark.parametrize(("package", "function"), _implementations(), ids=lambda one: getattr(one, "name", one))
def test_a_plugin_implements_its_hooks_as_specified(package: str, function: ast.FunctionDef):
    """pluggy checks names only; a wrong annotation would mislead the next author and mypy alike."""
    spec = inspect.signature(SPECS[function.name])
    own = {one.arg: ast.unparse(one.annotation or ast.Constant(None)) for one in function.args.args}
    assert own == {name: spec.parameters[name].annotation for name in own}
    assert ast.unparse(function.returns or ast.Constant("missing")) == spec.return_annotation
    assert [ast.unparse(one) for one in function.decorator_list] == ["hookimpl"]
