"""Settings of a region: data that people change on a page, kept with their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orientir.contracts.texts import Text
from orientir.errors import PluginError

SettingValue = bool | int | str
SettingKind = Literal["flag", "number", "text", "choice"]
TYPES: dict[SettingKind, type[SettingValue]] = {"flag": bool, "number": int, "text": str, "choice": str}


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, what it may be, and what holds until somebody decides.

    `choices` are pairs of value and words for a choice, `least` and `most` the bounds of a number.
    """

    name: str
    title: Text
    kind: SettingKind = "flag"
    default: SettingValue = False
    hint: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    least: int = 0
    most: int = 999_999

    def __post_init__(self) -> None:
        if not self.accepts(self.default):
            raise PluginError(f"setting «{self.name}»: the default {self.default!r} is no {self.kind}")

    def accepts(self, value: object) -> bool:
        """Tell whether `value` may be stored."""
        if type(value) is not TYPES[self.kind]:
            return False
        if self.kind == "choice":
            return value in {key for key, _words in self.choices}
        return not isinstance(value, int) or self.kind == "flag" or self.least <= value <= self.most
