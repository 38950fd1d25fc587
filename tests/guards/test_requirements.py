"""The lists of requirements are hashed and complete, and name no host and no folder of anybody's machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LISTS = sorted((CHECKOUT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.MULTILINE)


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]).lower()


def _pins(path: Path) -> set[str]:
    return {_name(name) for name in PIN.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_no_list_names_a_host_or_a_folder(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\w+://\S*|^--?[a-z].*$| @ .*$|(?<![\w:])/[a-z]\S*", text, re.MULTILINE) == []


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_pin_has_a_hash(path: Path):
    entries = re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"))
    pinned = [entry for entry in entries if PIN.match(entry)]
    assert pinned
    assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []


def test_the_lists_are_of_today():
    groups = PROJECT["dependency-groups"]
    base = PROJECT["project"]["dependencies"] + groups["build"]
    prod = base + PROJECT["project"]["optional-dependencies"]["prod"]
    wanted = {"base": base, "prod": prod, "dev": prod + groups["dev"], "tools": groups["tools"]}
    missing = {path.stem: {_name(one) for one in wanted[path.stem]} - _pins(path) for path in LISTS}
    assert {name: names for name, names in missing.items() if names} == {}, "run `make lock`"


def test_no_uv_lock():
    assert not (CHECKOUT / "uv.lock").exists()
