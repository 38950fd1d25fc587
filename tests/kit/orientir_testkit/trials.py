"""A card, a season and terms of booking that tests of trials begin with."""

from __future__ import annotations

from datetime import date

from orientir_trials.cards import Card
from orientir_trials.services import Terms

FIRST, LAST = date(2026, 5, 11), date(2026, 5, 31)
TERMS = Terms(opens_on=date(2026, 5, 1))
CARD = Card(
    title="Сварщик: шов на тренажёре",
    profession="сварщик",
    field="metal",
    step=2,
    first_grade=8,
    last_grade=11,
    place="Заводская, 4, мастерская 3",
    capacity=12,
    minimum=3,
    hands="Положите первый настоящий шов.",
    conditions=("stepless", "quiet"),
)
