"""Words people write into cells of numbers and dates. Data, looked for and never shown."""

from __future__ import annotations

NOTHING = frozenset({"-", "–", "—", "нет", "н/д", "нет данных", "x", "х"})
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
# What the columns of a calendar file are called when it is read as a table.
EVENT_TITLES = ("UID", "Название", "Дата", "Последний день", "Место", "Описание", "Ссылка", "Вид")
