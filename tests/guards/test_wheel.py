"""What is installed is whole: the wheel carries pages, files and versions; an editable install is two plain lines."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PLUGINS = [path.name for path in (CHECKOUT / "plugins").iterdir() if (path / "__init__.py").exists()]
JUNK = ("__pycache__", ".pyc", ".mypy_cache", "conftest.py", "/test_")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), ".")
    with zipfile.ZipFile(next(folder.glob("orientir-*.whl"))) as archive:
        return set(archive.namelist())


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", ["templates", "static", "migrations"])
def test_the_wheel_holds_every_page_file_and_version(wheel: set[str], name: str):
    assert {f"orientir/{name}/{path}" for path in _files(CHECKOUT / name)} - wheel == set()


def test_the_wheel_holds_the_platform(wheel: set[str]):
    assert {f"orientir/{path}" for path in _files(CHECKOUT / "platform" / "orientir")} - wheel == set()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_wheel_holds_the_plugins(wheel: set[str], plugin: str):
    assert {f"{plugin}/{path}" for path in _files(CHECKOUT / "plugins" / plugin)} - wheel == set()


def test_the_wheel_holds_nothing_else(wheel: set[str]):
    roots = ("orientir/", *(f"{plugin}/" for plugin in PLUGINS), "orientir-")
    assert [name for name in wheel if not name.startswith(roots) or any(part in name for part in JUNK)] == []


def test_an_editable_install_is_two_plain_lines(tmp_path: Path):
    """An import hook would hide the sources from mypy and from whoever greps."""
    _pip("install", "--no-deps", "--no-build-isolation", "--target", str(tmp_path), "--editable", ".")
    paths = next(tmp_path.glob("*orientir*.pth")).read_text(encoding="utf-8").split()
    assert [Path(path) for path in paths] == [CHECKOUT / "platform", CHECKOUT / "plugins"]
