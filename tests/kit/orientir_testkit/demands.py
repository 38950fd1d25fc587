"""Parts of the machine some tests need: skipped with the reason where absent, an error where they are required."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "ORIENTIR_REQUIRE"


def is_required(part: str) -> bool:
    """Tell whether `part` stands in ORIENTIR_REQUIRE («postgresql,chromium»), as it does in CI."""
    return part in {name.strip() for name in os.environ.get(VARIABLE, "").split(",")}


def absent(part: str, reason: str) -> NoReturn:
    """Skip the test in hand because `part` is not on this machine, or fail where it is required."""
    if is_required(part):
        pytest.fail(f"{VARIABLE} names {part}, but {reason}", pytrace=False)
    pytest.skip(f"{part}: {reason}")
