"""Facts of the region itself: what it is called, who runs the platform there, which time it lives by.

They stand in columns of the region's row, because every page needs them; they change like settings, with their history.
"""

from __future__ import annotations

from orientir.contracts import Setting
from orientir.i18n import LazyText, _l

ZONES: tuple[tuple[str, LazyText], ...] = (
    ("Europe/Kaliningrad", _l("Калининград, UTC+2")),
    ("Europe/Moscow", _l("Москва, UTC+3")),
    ("Europe/Samara", _l("Самара, UTC+4")),
    ("Europe/Saratov", _l("Саратов, UTC+4")),
    ("Asia/Yekaterinburg", _l("Екатеринбург, UTC+5")),
    ("Asia/Omsk", _l("Омск, UTC+6")),
    ("Asia/Novosibirsk", _l("Новосибирск, UTC+7")),
    ("Asia/Krasnoyarsk", _l("Красноярск, UTC+7")),
    ("Asia/Irkutsk", _l("Иркутск, UTC+8")),
    ("Asia/Yakutsk", _l("Якутск, UTC+9")),
    ("Asia/Chita", _l("Чита, UTC+9")),
    ("Asia/Vladivostok", _l("Владивосток, UTC+10")),
    ("Asia/Magadan", _l("Магадан, UTC+11")),
    ("Asia/Sakhalin", _l("Сахалин, UTC+11")),
    ("Asia/Kamchatka", _l("Камчатка, UTC+12")),
)
FACTS: dict[str, Setting] = {
    one.name: one
    for one in (
        Setting(
            "region.name",
            _l("Название региона"),
            kind="text",
            default="",
            hint=_l("Как в документах: «Иркутская область»."),
        ),
        Setting(
            "region.operator_name",
            _l("Региональный оператор"),
            kind="text",
            default="",
            hint=_l("Организация, которая ведёт сайт; стоит внизу каждой страницы."),
        ),
        Setting(
            "region.timezone",
            _l("Часовой пояс"),
            kind="choice",
            default="Asia/Irkutsk",
            choices=ZONES,
            hint=_l("По нему считают дни и сроки. Уже назначенное время сеансов не сдвинется."),
        ),
        Setting(
            "region.timezone_words",
            _l("Как называть это время"),
            kind="text",
            default="",
            hint=_l("Стоит после часов: «10:00, иркутское время»."),
        ),
    )
}
LONGEST = {"region.name": 120, "region.operator_name": 200, "region.timezone_words": 64}


def column_of(name: str) -> str:
    """Return the column of the region's row a fact stands in."""
    return name.removeprefix("region.")
