"""Levels of general education (273-ФЗ, ст. 10): facts and roll-ups are kept apart by them."""

from __future__ import annotations

from enum import StrEnum

from orientir.i18n import LazyText, _l


class Level(StrEnum):
    """`NONE` stands for grown-ups: parents and teachers belong to no level."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    BASIC = "basic"
    SECONDARY = "secondary"
    NONE = ""

    @property
    def title(self) -> LazyText:
        return _TITLES[self]


_TITLES = {
    Level.PRESCHOOL: _l("дошкольное образование"),
    Level.PRIMARY: _l("начальное общее образование (НОО)"),
    Level.BASIC: _l("основное общее образование (ООО)"),
    Level.SECONDARY: _l("среднее общее образование (СОО)"),
    Level.NONE: _l("без уровня"),
}
LAST_GRADES = ((0, Level.PRESCHOOL), (4, Level.PRIMARY), (9, Level.BASIC))


def level_of(grade: int) -> Level:
    """Return the level of `grade` (0: a group of a kindergarten); a комплект-класс goes by its lowest grade."""
    return next((level for last, level in LAST_GRADES if grade <= last), Level.SECONDARY)
