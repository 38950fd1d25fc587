"""What a place offers, instead of asking for a diagnosis (domain.md C.6, 3)."""

from __future__ import annotations

from collections.abc import Iterable

from orientir.i18n import LazyText, _l

CONDITIONS: dict[str, LazyText] = {
    "stepless": _l("вход без ступеней"),
    "lift": _l("лифт или первый этаж"),
    "pram": _l("место для коляски"),
    "print": _l("крупный шрифт"),
    "voice": _l("озвучивание, помощь незрячему"),
    "sign": _l("перевод на жестовый язык или текстом"),
    "quiet": _l("тихая комната"),
    "simple": _l("простые короткие инструкции"),
    "companion": _l("сопровождающий рядом"),
    "breaks": _l("короткие занятия с перерывами"),
    "remote": _l("дистанционно"),
}


def conditions_in_words(keys: Iterable[str]) -> list[str]:
    """Return the conditions in the order of the list; what is no longer in it is left out."""
    chosen = set(keys)
    return [str(words) for key, words in CONDITIONS.items() if key in chosen]
