"""Words people write into cells of numbers and dates. Data, looked for and never shown."""

from __future__ import annotations

NOTHING = frozenset({"-", "–", "—", "нет", "н/д", "нет данных", "x", "х"})
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
