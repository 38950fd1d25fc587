"""The rubric a new contest starts with (domain.md C.3), and the one rule of weights: together they make twenty."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir_practices.models import Contest, Criterion, Nomination
from orientir_practices.scoring import WEIGHTS

SHIPPED = Path(__file__).parent / "reference" / "contest.json"
ANCHORS = (0, 1, 3, 5)
HEAVIEST = 10


@cache
def shipped() -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return content


def keys_of(contest: Contest | None) -> list[str]:
    """Return the keys of the criteria of a contest, or of those that are shipped."""
    return [one.key for one in contest.criteria] if contest else [one["key"] for one in shipped()["criteria"]]


def fill(contest: Contest) -> None:
    """Give a contest the nominations and criteria the platform ships."""
    for number, one in enumerate(shipped()["criteria"], start=1):
        contest.criteria.append(
            Criterion(number=number, key=one["key"], title=one["title"], anchors=dict(one["anchors"]))
        )
    for number, one in enumerate(shipped()["nominations"], start=1):
        contest.nominations.append(
            Nomination(
                number=number,
                title=one["title"],
                hint=one["hint"],
                asks_access=one.get("asks_access", False),
                weights=dict(one.get("weights", shipped()["weights"])),
            )
        )
    contest.ties = list(shipped()["ties"])


def copy(contest: Contest, source: Contest) -> None:
    """Give a contest the nominations, criteria and rules of an earlier one."""
    for criterion in source.criteria:
        contest.criteria.append(
            Criterion(
                number=criterion.number, key=criterion.key, title=criterion.title, anchors=dict(criterion.anchors)
            )
        )
    for nomination in source.nominations:
        contest.nominations.append(
            Nomination(
                number=nomination.number,
                title=nomination.title,
                hint=nomination.hint,
                asks_access=nomination.asks_access,
                weights=dict(nomination.weights),
            )
        )
    contest.ties = list(source.ties)


def check_weights(weights: Mapping[str, int], keys: Collection[str]) -> None:
    """Raise InvalidInputError (field «weights») unless every criterion has its weight and together they are twenty."""
    if set(weights) != set(keys) or any(not 0 <= weight <= HEAVIEST for weight in weights.values()):
        raise InvalidInputError(_("Вес каждого критерия — целое число от 0 до %(most)s.", most=HEAVIEST), "weights")
    total = sum(weights.values())
    if total != WEIGHTS:
        raise InvalidInputError(
            _("Сумма весов должна быть %(wanted)s, а сейчас %(total)s.", wanted=WEIGHTS, total=total), "weights"
        )
