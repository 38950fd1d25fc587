"""The verbs on the second round of a contest: give it one, change its rules, take it away (domain.md C.3, stage 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.ics import services as calendars
from orientir_practices import rubric
from orientir_practices.holding import hold_contest
from orientir_practices.models import Contest, Defence, Stage

LOCKED = ("title", "weight", "jurors_each", "mark", "best", "rubric")
LONGEST_TITLE, LONGEST_CRITERION, LONGEST_ANCHOR = 60, 120, 200
MOST_CRITERIA = 8


@dataclass(frozen=True)
class DefencePlan:
    """What a second round is to be; `until` is exclusive, `rubric` empty for the criteria of the first round."""

    title: str
    weight: int
    until: datetime
    jurors_each: int = 3
    mark: int = 60
    best: int | None = None
    rubric: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def set_defence(contest: Contest, plan: DefencePlan, *, actor: int | None) -> None:
    """Write the second round anew. Once entries are taken only its last day may move, never back over what has passed.

    Raises InvalidInputError naming the field.
    """
    hold_contest(contest)
    _check_plan(contest, plan)
    said = {**asdict(plan), "rubric": [dict(line) for line in plan.rubric]}
    if contest.stage != Stage.DRAFT:
        _refuse_changed(contest, plan, said)
    stands = contest.defence
    moved = stands is None or stands.until != plan.until
    if stands is None:
        contest.defence = Defence(**said)
    else:
        for name, value in said.items():
            setattr(stands, name, value)
    contest.changed_at, contest.sequence = clock.now(), contest.sequence + moved
    _done(contest, actor)


def drop_defence(contest: Contest, *, actor: int | None) -> None:
    """Make it a contest of one round; raises ConflictError once entries are taken. Without one nothing changes."""
    hold_contest(contest)
    if contest.defence is None:
        return
    if contest.stage != Stage.DRAFT:
        raise ConflictError(_("Приём уже объявлен: защита остаётся."))
    contest.defence = None
    _done(contest, actor)


def copy_defence(contest: Contest, source: Contest) -> None:
    """Give a contest the second round of an earlier one, as many days after the experts as it was then."""
    old = source.defence
    if old is None:
        return
    contest.defence = Defence(
        title=old.title, weight=old.weight, until=contest.expertise_until + (old.until - source.expertise_until),
        jurors_each=old.jurors_each, mark=old.mark, best=old.best, rubric=[dict(line) for line in old.rubric],
    )  # fmt: skip


def problem_of(contest: Contest) -> str:
    """Return what keeps the second round from being announced, «» for nothing: dates move apart when one is changed."""
    if contest.defence is None:
        return ""
    try:
        _check_dates(contest, contest.defence.until)
    except InvalidInputError as error:
        return str(error)
    return ""


def shipped_rubric() -> list[dict[str, Any]]:
    """Return criteria a defence may begin with."""
    return [dict(line) for line in rubric.shipped()["defence"]]


def keys_of(count: int) -> list[str]:
    """Return the keys of so many own criteria: «З1», «З2» …, never those of the first round."""
    letter = str(rubric.shipped()["defence"][0]["key"])[0]
    return [f"{letter}{number}" for number in range(1, count + 1)]


def _check_plan(contest: Contest, plan: DefencePlan) -> None:
    if not plan.title.strip() or len(plan.title) > LONGEST_TITLE:
        raise InvalidInputError(_("Назовите защиту, не длиннее %(most)s знаков.", most=LONGEST_TITLE), "title")
    if not 0 < plan.weight < 100:
        raise InvalidInputError(_("Доля защиты — от 1 до 99 %, остальное даёт заочная экспертиза."), "weight")
    _check_dates(contest, plan.until)
    if plan.rubric:
        _check_rubric(plan.rubric)


def _check_dates(contest: Contest, until: datetime) -> None:
    if until <= contest.expertise_until:
        raise InvalidInputError(_("Защита идёт после заочной экспертизы."), "until")
    if contest.last_day_before(until) > contest.results_on:
        raise InvalidInputError(_("Защита должна закончиться не позже дня итогов."), "until")


def _check_rubric(lines: Sequence[Mapping[str, Any]]) -> None:
    if len(lines) > MOST_CRITERIA or any(not line["title"].strip() for line in lines):
        raise InvalidInputError(_("Назовите каждый критерий защиты."), "rubric")
    keys = [line["key"] for line in lines]
    try:
        rubric.check_weights({line["key"]: line["weight"] for line in lines}, keys)
    except InvalidInputError as error:
        raise InvalidInputError(str(error), "rubric") from error
    if len(set(keys)) < len(keys) or any(not line["weight"] for line in lines):
        raise InvalidInputError(_("У каждого критерия защиты есть вес: лишний уберите."), "rubric")


def _refuse_changed(contest: Contest, plan: DefencePlan, said: Mapping[str, Any]) -> None:
    if contest.defence is None:
        raise InvalidInputError(_("Приём уже объявлен: защиту добавить нельзя."), "title")
    for name in LOCKED:
        if said[name] != getattr(contest.defence, name):
            raise InvalidInputError(_("Приём уже объявлен: это правило больше не меняется."), name)
    if contest.stage == Stage.DEFENCE and plan.until <= clock.now() < contest.defence.until:
        raise InvalidInputError(_("Защита идёт: закончить её раньше нынешней минуты нельзя."), "until")


def _done(contest: Contest, actor: int | None) -> None:
    db.session.flush()
    calendars.touch(contest.region_id)
    audit.write(
        "practices.defence", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title,
    )  # fmt: skip
