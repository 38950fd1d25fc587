"""The hooks are a contract: documented word for word, tested one by one, implemented as they are specified."""

from __future__ import annotations

import importlib
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
PLUGINS = [path.name for path in (CHECKOUT / "plugins").iterdir() if (path / "__init__.py").exists()]


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


def _implementations() -> list[tuple[str, FunctionType]]:
    modules = [importlib.import_module(name) for name in PLUGINS]
    return [
        (module.__name__, function)
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("orientir_")
    ]


def test_every_plugin_implements_its_hooks_as_specified():
    """pluggy checks names only; a wrong annotation would mislead the next author and mypy alike."""
    for module, function in _implementations():
        spec, own = inspect.signature(SPECS[function.__name__]), inspect.signature(function)
        wanted = {name: spec.parameters[name].annotation for name in own.parameters}
        assert {name: one.annotation for name, one in own.parameters.items()} == wanted, (module, function.__name__)
        assert own.return_annotation == spec.return_annotation, (module, function.__name__)
