"""What a server loads at its start: nothing that only printing, spreadsheets or changes of tables need."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHOWN = "import sys, orientir.cli; print(*sys.modules)"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("heavy", ["typst", "qrcode", "PIL", "xlsxwriter", "alembic", "mako", "pygments"])
def test_what_weighs_is_loaded_when_it_is_used(loaded: set[str], heavy: str):
    assert heavy not in loaded


def test_the_platform_itself_is_there(loaded: set[str]):
    assert {"orientir.app", "orientir.documents.pdf", "orientir.migrate"} <= loaded
