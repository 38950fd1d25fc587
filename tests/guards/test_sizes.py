"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FILE_LINES = 350
FUNCTION_LINES = 60
SOURCES = [
    path
    for folder in ("platform", "plugins", "tests", "bench")
    for path in (CHECKOUT / folder).rglob("*.py")
    if "migrations" not in path.parts  # lists of columns, as long as there are columns
]


def test_no_file_is_longer_than_350_lines():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {str(path.relative_to(CHECKOUT)): length for path, length in lengths.items() if length > FILE_LINES} == {}


def _long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}: {length} lines"


def test_no_function_is_longer_than_60_lines():
    assert [found for path in SOURCES for found in _long_functions(path)] == []
