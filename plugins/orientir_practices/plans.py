"""What a contest is to be, and what is impossible in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir_practices.ties import FIRSTS
from orientir_practices.words import AGGREGATIONS

YEARS = range(2020, 2100)
LONGEST_TITLE, LONGEST_ABOUT = 160, 4000


@dataclass(frozen=True)
class ContestPlan:
    """What a contest is to be; moments are aware, ends are exclusive."""

    title: str
    about: str
    year: int
    intake_from: datetime
    intake_until: datetime
    check_until: date
    expertise_until: datetime
    results_on: date
    jurors_each: int = 3
    spread_limit: int = 25
    pass_mark: int = 60
    aggregation: str = "mean"
    ties: Sequence[str] = (FIRSTS,)
    is_blind: bool = False
    per_organisation: int = 2

    def columns(self) -> dict[str, Any]:
        return {**asdict(self), "ties": list(self.ties)}


def check_plan(plan: ContestPlan) -> None:
    """Raise InvalidInputError naming the field."""
    if not plan.title.strip():
        raise InvalidInputError(_("Напишите название конкурса."), "title")
    if len(plan.title) > LONGEST_TITLE:
        raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=LONGEST_TITLE), "title")
    if len(plan.about) > LONGEST_ABOUT:
        raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=LONGEST_ABOUT), "about")
    if plan.year not in YEARS:
        raise InvalidInputError(_("Такого года у конкурса быть не может."), "year")
    if plan.aggregation not in AGGREGATIONS:
        raise InvalidInputError(_("Выберите, как считать итог."), "aggregation")
    _check_dates(plan)


def _check_dates(plan: ContestPlan) -> None:
    if plan.intake_until <= plan.intake_from:
        raise InvalidInputError(_("Приём должен закончиться позже, чем начался."), "intake_until")
    if plan.check_until < plan.intake_until.date():
        raise InvalidInputError(_("Техническая экспертиза идёт после приёма."), "check_until")
    if plan.expertise_until <= plan.intake_until or plan.expertise_until.date() < plan.check_until:
        raise InvalidInputError(_("Эксперты заканчивают после технической экспертизы."), "expertise_until")
    if plan.results_on < plan.expertise_until.date():
        raise InvalidInputError(_("Итоги бывают после экспертизы."), "results_on")
