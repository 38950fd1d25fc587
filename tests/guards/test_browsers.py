"""Pages of tests are opened where they are attended (`browsers.attend`), and wait for things, never for a while."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
KIT = TESTS / "kit" / "orientir_testkit" / "browsers.py"
REFUSED = (".new_context(", ".expect_navigation(", ".wait_for_timeout(")


def test_pages_are_opened_and_waited_for_by_the_kit_alone():
    found = [
        f"{path.relative_to(TESTS)}: {call}"
        for path in TESTS.rglob("*.py")
        for call in REFUSED
        if call in path.read_text(encoding="utf-8") and path not in (KIT, Path(__file__))
    ]
    assert found == []
