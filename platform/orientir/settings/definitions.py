"""The settings there are: the platform's own, and those of the enabled plugins."""

from __future__ import annotations

from orientir.contracts import Setting
from orientir.plugins import current_plugins

PLATFORM: tuple[Setting, ...] = ()


def definitions() -> dict[str, Setting]:
    """Return all settings by name, the platform's first, then the plugins' in their order."""
    plugins = [setting for manifest in current_plugins().manifests.values() for setting in manifest.settings]
    return {setting.name: setting for setting in (*PLATFORM, *plugins)}
