"""What an organiser writes on a card, and what of it cannot be (domain.md C.6, 6 and D.5)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from orientir.bookings.conditions import CONDITIONS
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.web.links import is_web_address
from orientir.web.personal_data import names_somebody, personal_data_problem
from orientir_trials.words import FIELDS, STEPS

FIRST_GRADE, LAST_GRADE = 1, 12
MOST_PLACES = 2000
# What the columns of a card hold (`models.Trial`).
LONGEST = {
    **dict.fromkeys(("title", "profession", "guide"), 120),
    **dict.fromkeys(("place", "takeaway", "study_url", "clothes"), 300),
    "directions": 500,
    "hands": 1000,
    "safety": 1000,
}
# Free words that everybody will read.
PUBLIC = ("title", "profession", "hands", "takeaway", "clothes", "safety", "directions", "guide")


@dataclass(frozen=True)
class Card:
    """The words of a card; `conditions` are keys of `words.CONDITIONS`, grades the first and the last that may come."""

    title: str
    field: str
    step: int
    first_grade: int
    last_grade: int
    place: str
    capacity: int
    minimum: int = 0
    profession: str = ""
    is_online: bool = False
    directions: str = ""
    guide: str = ""
    hands: str = ""
    takeaway: str = ""
    study_url: str = ""
    clothes: str = ""
    safety: str = ""
    conditions: tuple[str, ...] = ()
    needs_companion: bool = False

    def columns(self) -> dict[str, Any]:
        return {**asdict(self), "conditions": list(self.conditions)}


def check_card(card: Card) -> None:
    """Raise InvalidInputError naming the field."""
    for field, is_wrong, words in _complaints(card):
        if is_wrong:
            raise InvalidInputError(words, field)
    for field, longest in LONGEST.items():
        if len(getattr(card, field)) > longest:
            raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=longest), field)
    for field in PUBLIC:
        if problem := personal_data_problem(getattr(card, field)):
            raise InvalidInputError(problem, field)


def _complaints(card: Card) -> list[tuple[str, bool, str]]:
    last = card.last_grade
    return [
        ("title", not card.title.strip(), _("Напишите название пробы.")),
        ("field", card.field not in FIELDS, _("Выберите область из списка.")),
        ("step", card.step not in STEPS, _("Выберите ступень из списка.")),
        ("place", not card.place.strip(), _("Напишите адрес или ссылку на встречу.")),
        ("first_grade", not FIRST_GRADE <= card.first_grade <= last, _("Первый класс старше последнего.")),
        ("last_grade", last > LAST_GRADE, _("Классы\N{NO-BREAK SPACE}— от 1 до 12.")),
        (
            "capacity",
            not 1 <= card.capacity <= MOST_PLACES,
            _("Мест\N{NO-BREAK SPACE}— от 1 до %(most)s.", most=MOST_PLACES),
        ),
        ("minimum", not 0 <= card.minimum <= card.capacity, _("Минимум для проведения больше, чем мест.")),
        ("conditions", not set(card.conditions) <= set(CONDITIONS), _("Отметьте условия из списка.")),
        ("guide", names_somebody(card.guide), _("Напишите должность, а не имя: карточку читают все.")),
        (
            "study_url",
            bool(card.study_url.strip()) and not is_web_address(card.study_url),
            _("Адрес страницы начинается с https:// или http://."),
        ),
    ]
