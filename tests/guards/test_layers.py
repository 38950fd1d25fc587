"""Imports run downwards only; the contracts stand in pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def test_the_contracts_hold():
    linter = Path(sys.executable).parent / "lint-imports"
    said = subprocess.run([linter, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


def test_the_contracts_know_every_package():
    packages = {
        path.parent.name for root in ("platform", "plugins") for path in (CHECKOUT / root).glob("*/__init__.py")
    }
    assert set(CONTRACTS["root_packages"]) == packages


def test_the_platform_names_no_plugin():
    named = re.compile(r"^\s*(?:from|import) orientir_", re.MULTILINE)
    sources = (CHECKOUT / "platform").rglob("*.py")
    assert [path for path in sources if named.search(path.read_text(encoding="utf-8"))] == []
