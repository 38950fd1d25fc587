"""The form of the second round, and its own criteria as the page sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.web.forms import DayField, WholeNumberField, asked_day
from orientir.web.page_form import PageForm
from orientir_practices import defences
from orientir_practices.defences import LONGEST_ANCHOR, LONGEST_CRITERION, DefencePlan
from orientir_practices.forms import day_after
from orientir_practices.models import Contest
from orientir_practices.rubric import ANCHORS


class DefenceForm(PageForm):
    """What a second round is to be; the boxes of its own criteria are «title_1», «weight_1», «anchor_1_0»."""

    title = StringField(_l("Как называется"), [InputRequired(_l("Назовите защиту."))])
    weight = WholeNumberField(_l("Доля защиты в итоге, %"), minimum=1, maximum=99, default=40)
    until = DayField(_l("Защита по"))
    jurors_each = WholeNumberField(_l("Экспертов на защите, не меньше"), minimum=1, maximum=9, default=3)
    mark = WholeNumberField(_l("Проходят с баллом заочной экспертизы от"), minimum=0, maximum=100, default=60)
    best = WholeNumberField(_l("Лучших в номинации, не больше"), maximum=99, optional=True)
    has_own = BooleanField(_l("У защиты свои критерии"))
    rubric = StringField(_l("Критерии защиты"))  # never drawn: the error of the lines below hangs on it

    def plan(self, zone: ZoneInfo, lines: list[dict[str, Any]]) -> DefencePlan:
        """Return what a valid form says."""
        return DefencePlan(
            title=(self.title.data or "").strip(),
            weight=self.weight.data or 0,
            until=day_after(asked_day(self.until), zone),
            jurors_each=self.jurors_each.data or 0,
            mark=self.mark.data or 0,
            best=self.best.data or None,
            rubric=lines,
        )

    @classmethod
    def of(cls, contest: Contest) -> DefenceForm:
        """Return the form as the round stands; of a contest without one, as one may begin."""
        stands = contest.defence
        if stands is None:
            return cls(data={"title": _("Защита"), "weight": 40, "until": contest.results_on,
                             "jurors_each": contest.jurors_each, "mark": contest.pass_mark, "best": 5})  # fmt: skip
        said = {name: getattr(stands, name) for name in ("title", "weight", "jurors_each", "mark", "best")}
        return cls(data={**said, "until": contest.last_day_before(stands.until), "has_own": bool(stands.rubric)})


def rubric_lines(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the criteria that have a name, as sent; raises InvalidInputError for a weight that is no number."""
    named = [number for number in range(1, defences.MOST_CRITERIA + 1) if typed.get(f"title_{number}", "").strip()]
    return [
        {
            "key": key,
            "title": typed[f"title_{number}"].strip()[:LONGEST_CRITERION],
            "weight": _weight(typed.get(f"weight_{number}", "")),
            "anchors": {
                str(score): typed.get(f"anchor_{number}_{score}", "").strip()[:LONGEST_ANCHOR] for score in ANCHORS
            },
        }
        for key, number in zip(defences.keys_of(len(named)), named, strict=True)
    ]


def _weight(words: str) -> int:
    words = words.strip()
    if not (words.isascii() and words.isdecimal() and len(words) <= 2):
        raise InvalidInputError(_("Вес — целое число, например 3."), "rubric")
    return int(words)
