"""The platform alone: no plugin has a say here, and the application starts in half the time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orientir.config import Config


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, plugins=())
