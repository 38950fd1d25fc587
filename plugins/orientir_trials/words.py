"""The lists a trial is described by: fields of work, conditions, steps of the ladder (domain.md C.6, 1, 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable

from orientir.i18n import LazyText, _l

FIELDS: dict[str, LazyText] = {
    "farming": _l("сельское и лесное хозяйство"),
    "mining": _l("добыча: нефть, газ, уголь, золото"),
    "metal": _l("металлургия"),
    "chemistry": _l("химия"),
    "energy": _l("энергетика"),
    "machines": _l("машиностроение, авиастроение"),
    "building": _l("строительство"),
    "transport": _l("транспорт и железная дорога"),
    "it": _l("IT и связь"),
    "medicine": _l("медицина"),
    "teaching": _l("образование"),
    "law": _l("право и безопасность"),
    "rescue": _l("армия и спасательные службы"),
    "economy": _l("экономика и управление"),
    "trade": _l("торговля и услуги"),
    "hospitality": _l("туризм и гостеприимство, кухня"),
    "art": _l("искусство, дизайн, медиа"),
    "sport": _l("спорт"),
    "science": _l("экология и наука"),
    "crafts": _l("ремёсла"),
}

# What a place offers, instead of asking for a diagnosis.
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

STEPS: dict[int, LazyText] = {1: _l("знакомство"), 2: _l("практика"), 3: _l("погружение")}
STEP_HINTS: dict[int, LazyText] = {
    1: _l("знакомство: до 45 минут"),
    2: _l("практика: полтора-три часа, участник сам сделал задание"),
    3: _l("погружение: несколько встреч, проект, наставник"),
}


def conditions_in_words(keys: Iterable[str]) -> list[str]:
    """Return the conditions in the order of the list; what is no longer in it is left out."""
    chosen = set(keys)
    return [str(words) for key, words in CONDITIONS.items() if key in chosen]
