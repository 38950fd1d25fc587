"""What an organiser says of a slot, and what of it cannot be (domain.md D.5: end before start, the year 2062)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from orientir import clock
from orientir.errors import InvalidInputError
from orientir.i18n import _

LARGEST_SLOT = 10_000  # a forum of a region takes 5,000
LONGEST = timedelta(hours=12)
LONGEST_LED = timedelta(days=92)  # a shift: its days are those of the object that leads the slot
AHEAD = timedelta(days=400)
LAST_GRADE = 12


@dataclass(frozen=True)
class SlotPlan:
    """All moments are aware; grades are the first and the last that may come; see `models.Slot` for the rest."""

    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    cancel_until: datetime
    capacity: int
    first_grade: int
    last_grade: int
    minimum: int = 0
    conditions: tuple[str, ...] = ()
    needs_companion: bool = False
    strict: bool = False
    confirm_hours: int = 0
    page: str = ""
    advice: tuple[tuple[str, str], ...] = ()

    def columns(self) -> dict[str, Any]:
        return {**asdict(self), "conditions": list(self.conditions), "advice": [list(pair) for pair in self.advice]}


def check_plan(plan: SlotPlan, *, is_led: bool = False) -> None:
    """Raise InvalidInputError naming the field; one that is led may take several days."""
    for field, wrong, words in _complaints(plan, is_led=is_led):
        if wrong:
            raise InvalidInputError(words, field)


def _complaints(plan: SlotPlan, *, is_led: bool) -> list[tuple[str, bool, str]]:
    now, lasts = clock.now(), plan.ends_at - plan.starts_at
    return [
        ("title", not plan.title.strip(), _("Напишите название.")),
        ("place", not plan.place.strip(), _("Напишите, куда приходить.")),
        ("ends_at", plan.ends_at <= plan.starts_at, _("Окончание должно быть позже начала.")),
        ("ends_at", not is_led and lasts > LONGEST, _("Сеанс длится больше 12 часов. Проверьте время.")),
        ("ends_at", lasts > LONGEST_LED, _("Дольше трёх месяцев. Проверьте даты.")),
        ("starts_at", plan.starts_at > now + AHEAD, _("До сеанса больше года. Проверьте дату.")),
        ("starts_at", plan.starts_at <= now, _("Начало уже прошло. Проверьте дату.")),
        ("opens_at", plan.opens_at >= plan.closes_at, _("Запись должна открыться раньше, чем закроется.")),
        ("closes_at", plan.closes_at > plan.starts_at, _("Запись закрывают не позже начала сеанса.")),
        ("cancel_until", plan.cancel_until > plan.starts_at, _("Отменить запись можно не позже начала сеанса.")),
        (
            "capacity",
            not 1 <= plan.capacity <= LARGEST_SLOT,
            _("Мест\N{NO-BREAK SPACE}— от 1 до %(most)s.", most=LARGEST_SLOT),
        ),
        ("minimum", not 0 <= plan.minimum <= plan.capacity, _("Минимум для проведения больше, чем мест.")),
        ("first_grade", not 0 <= plan.first_grade <= plan.last_grade, _("Первый класс старше последнего.")),
        ("last_grade", plan.last_grade > LAST_GRADE, _("Классы\N{NO-BREAK SPACE}— от 0 до 12.")),
        ("confirm_hours", not 0 <= plan.confirm_hours <= 240, _("Держать место\N{NO-BREAK SPACE}— от 0 до 240 часов.")),
    ]
