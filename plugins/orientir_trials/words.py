"""The lists a trial is described by: fields of work, steps of the ladder (domain.md C.6, 1 and 4)."""

from __future__ import annotations

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

STEPS: dict[int, LazyText] = {1: _l("знакомство"), 2: _l("практика"), 3: _l("погружение")}
STEP_HINTS: dict[int, LazyText] = {
    1: _l("знакомство: до 45 минут"),
    2: _l("практика: полтора-три часа, участник сам сделал задание"),
    3: _l("погружение: несколько встреч, проект, наставник"),
}
