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
    Setting(
        "notices_hour",
        _l("Час напоминаний и ежедневного письма"),
        kind="number",
        default=9,
        least=8,
        most=20,
        hint=_l("По времени региона. Ночью, с 21 до 8 часов, письма не уходят."),
    ),
    Setting(
        "notices_keep_days",
        _l("Сколько дней хранить прочитанные уведомления"),
        kind="number",
        default=90,
        least=30,
        most=730,
    ),
    Setting(
        "bookings_keep_days",
        _l("Сколько дней после сеанса хранить имена и телефоны"),
        kind="number",
        default=14,
        least=1,
        most=90,
        hint=_l("Имена сопровождающих и списки для пропуска. Сами записи и отметки остаются."),
    ),
)


def definitions() -> dict[str, Setting]:
    """Return all settings by name, the platform's first, then the plugins' in their order."""
    plugins = [setting for manifest in current_plugins().manifests.values() for setting in manifest.settings]
    return {setting.name: setting for setting in (*PLATFORM, *plugins)}
