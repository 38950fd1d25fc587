"""Why an entry cannot be given its jurors, in words of those who have to do something about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orientir.i18n import LazyText, _, _l, plural
from orientir.web.formats import in_ranges


class Ban(StrEnum):
    """Why a juror may not read an entry."""

    AUTHOR = "author"
    ORGANISATION = "organisation"
    PARTNER = "partner"
    MUNICIPALITY = "municipality"
    CONFLICT = "conflict"
    NOMINATION = "nomination"
    FELL_OUT = "fell_out"


BAN_WORDS: Mapping[Ban, LazyText] = {
    Ban.AUTHOR: _l("автор заявки|авторы заявки|авторов заявки"),
    Ban.ORGANISATION: _l("из той же организации"),
    Ban.PARTNER: _l("из организации-партнёра"),
    Ban.MUNICIPALITY: _l("из того же муниципалитета"),
    Ban.CONFLICT: _l("с конфликтом интересов"),
    Ban.NOMINATION: _l("не читает эту номинацию|не читают эту номинацию|не читают эту номинацию"),
    Ban.FELL_OUT: _l("выбыл из этой заявки|выбыли из этой заявки|выбыли из этой заявки"),
}


@dataclass(frozen=True)
class TooFewJurors:
    """`numbers` of entries that only `available` jurors of the `each` wanted may read; `bans` keep the others off."""

    entries: tuple[int, ...]
    numbers: tuple[int, ...]
    available: int
    each: int
    bans: tuple[tuple[Ban, int], ...]

    def in_words(self) -> str:
        """Return «Заявкам № 4, 7 доступны только 2 эксперта из 3: остальные — 5 из того же муниципалитета»."""
        others = ", ".join(f"{count} {_ban_words(ban, count)}" for ban, count in self.bans)
        why = _("остальные — %(others)s", others=others) if others else _("больше в жюри никого нет")
        return _(
            "%(entries)s %(experts)s из %(each)s: %(why)s.",
            entries=_to_entries(self.numbers), experts=self._available(), each=self.each, why=why,
        )  # fmt: skip

    def _available(self) -> str:
        if not self.available:
            return _("не доступен ни один эксперт")
        forms = _(
            "доступен только %(count)s эксперт|доступны только %(count)s эксперта|доступны только %(count)s экспертов"
        )
        return str(plural(self.available, forms)) % {"count": self.available}


@dataclass(frozen=True)
class TooLittleRoom:
    """`numbers` of entries that need `needed` more readings, and the jurors left for them can take only `room`.

    `jurors` are their names. `everyone`: these are all jurors and all entries, and `most` is what each takes at most
    where that is the same for all and nothing was given before.
    """

    entries: tuple[int, ...]
    numbers: tuple[int, ...]
    jurors: tuple[str, ...]
    needed: int
    room: int
    everyone: bool = False
    most: int | None = None

    def in_words(self) -> str:
        """Return «Нагрузка: 12 экспертов по 10 = 120 мест, нужно 150», or the same of some of them with their names."""
        return f"{self._lack()} {_('Добавьте экспертов или поднимите предел нагрузки.')}"

    def _lack(self) -> str:
        experts = plural(len(self.jurors), _("эксперт|эксперта|экспертов"))
        places = plural(self.room, _("место|места|мест"))
        if self.everyone and self.most is not None:
            return _(
                "Нагрузка: %(jurors)s %(experts)s по %(each)s = %(room)s %(places)s, нужно %(needed)s.",
                jurors=len(self.jurors), experts=experts, each=self.most, room=self.room, places=places,
                needed=self.needed,
            )  # fmt: skip
        if self.everyone:
            return _(
                "Нагрузка: свободно %(room)s %(places)s (%(jurors)s %(experts)s), нужно ещё %(needed)s.",
                room=self.room, places=places, jurors=len(self.jurors), experts=experts, needed=self.needed,
            )  # fmt: skip
        return self._lack_of_some(str(places))

    def _lack_of_some(self, places: str) -> str:
        """Name the jurors where they have names: the secretary knows whom to ask."""
        names = ", ".join(filter(None, self.jurors)) or str(len(self.jurors))
        readings = plural(self.needed, _("чтение|чтения|чтений"))
        return _(
            "%(entries)s нужно ещё %(needed)s %(readings)s, а у экспертов, которым можно их дать "
            "(%(names)s), свободно %(room)s %(places)s.",
            entries=_to_entries(self.numbers), needed=self.needed, readings=readings, names=names, room=self.room,
            places=places,
        )  # fmt: skip


Shortage = TooFewJurors | TooLittleRoom


def _to_entries(numbers: Sequence[int]) -> str:
    word = plural(len(numbers), _("Заявке|Заявкам|Заявкам"))
    return f"{word} № {in_ranges(numbers)}"


def _ban_words(ban: Ban, count: int) -> str:
    words = str(BAN_WORDS[ban])
    return str(plural(count, words)) if "|" in words else words
