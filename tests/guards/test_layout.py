"""Two source roots that are no packages, and no name of ours hides one of the standard library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROOTS = (CHECKOUT / "platform", CHECKOUT / "plugins")
SOURCES = [path for root in ROOTS for path in root.rglob("*.py")]


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_a_source_root_is_not_a_package(root: Path):
    """With an __init__.py `platform/` would be the standard library's `platform`, and sqlalchemy would die of it."""
    assert [path.name for path in root.iterdir() if path.is_file()] == []


def test_tests_live_under_tests():
    strays = [path for path in SOURCES if path.name == "conftest.py" or path.name.startswith("test_")]
    assert strays == []


def test_no_top_level_name_hides_the_standard_library():
    candidates = [path for folder in (CHECKOUT, *ROOTS) for path in folder.iterdir()]
    importable = [path for path in candidates if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert [path for path in importable if path.stem in sys.stdlib_module_names] == []


def test_the_standard_platform_is_found_from_the_checkout():
    code = "import platform; print(platform.system())"
    said = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert said.stdout.strip()


def test_the_package_holds_no_folder_the_wheel_puts_there():
    """`orientir/paths.py` would take a left-over folder for the installed one."""
    assert [name for name in ("templates", "static", "migrations") if (ROOTS[0] / "orientir" / name).exists()] == []


def _asks_flask_for_the_request(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login")
        for alias in node.names
    }
    return bool(taken & {"request", "session", "current_user", "url_for", "flash", "render_template"})


def test_services_and_queries_know_nothing_of_the_request():
    below = [path for path in SOURCES if path.name in ("services.py", "queries.py", "models.py")]
    assert [path for path in below if _asks_flask_for_the_request(path)] == []
