"""The settings there are: the platform's own, and those of the enabled plugins."""

from __future__ import annotations

from orientir.contracts import Setting
from orientir.i18n import _l
from orientir.plugins import current_plugins

PLATFORM: tuple[Setting, ...] = (
    Setting(
        "second_factor_required",
        _l("Второй шаг входа обязателен для операторов и администраторов"),
        hint=_l("Кто из них ещё не настроил код из приложения, сделает это при следующем входе."),
    ),
)


def definitions() -> dict[str, Setting]:
    """Return all settings by name, the platform's first, then the plugins' in their order."""
    plugins = [setting for manifest in current_plugins().manifests.values() for setting in manifest.settings]
    return {setting.name: setting for setting in (*PLATFORM, *plugins)}
