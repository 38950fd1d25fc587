"""The verbs on a contest itself: add one, change its rules, change a nomination."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.ics import services as calendars
from orientir.organisations.models import Region
from orientir_practices import defences, rubric
from orientir_practices.holding import hold_contest
from orientir_practices.models import Contest, Nomination, Stage
from orientir_practices.plans import ContestPlan, check_plan
from orientir_practices.versions import current_version
from orientir_practices.words import TIES

SHOWN = ("title", "intake_until", "results_on")  # what calendars show
LOCKED = ("jurors_each", "aggregation", "ties", "is_blind", "pass_mark", "spread_limit", "per_organisation")


def add_contest(region: Region, plan: ContestPlan, source: Contest | None = None, *, actor: int | None) -> Contest:
    """Return a new contest in draft with the nominations and the rubric of `source`, or those that are shipped.

    Raises InvalidInputError naming the field.
    """
    check_plan(plan)
    contest = Contest(region=region, version=current_version(), made_by=actor, **plan.columns())
    if source is None:
        rubric.fill(contest)
    else:
        rubric.copy(contest, source)
        defences.copy_defence(contest, source)
    _check_ties(contest, plan)
    contest.ties = list(plan.ties)
    db.session.add(contest)
    db.session.flush()
    _write("practices.contest.add", contest, actor)
    return contest


def change_contest(contest: Contest, plan: ContestPlan, *, actor: int | None) -> None:
    """Write the contest anew. Once entries are taken its rules stand; dates may move, never back over what has passed.

    Raises InvalidInputError naming the field.
    """
    check_plan(plan)
    hold_contest(contest)
    if contest.stage != Stage.DRAFT:
        _refuse_changed_rules(contest, plan)
    if contest.stage == Stage.INTAKE and plan.intake_until <= clock.now() < contest.intake_until:
        raise InvalidInputError(_("Приём идёт: закончить его раньше нынешней минуты нельзя."), "intake_until")
    _check_ties(contest, plan)
    moved = any(getattr(plan, name) != getattr(contest, name) for name in SHOWN)
    for name, value in plan.columns().items():
        setattr(contest, name, value)
    contest.changed_at, contest.sequence = clock.now(), contest.sequence + moved
    if contest.stage != Stage.DRAFT and (problem := defences.problem_of(contest)):
        raise InvalidInputError(problem, "results_on")
    db.session.flush()
    calendars.touch(contest.region_id)
    _write("practices.contest.change", contest, actor)


def change_nomination(
    nomination: Nomination, *, title: str, hint: str, asks_access: bool, weights: Mapping[str, int], actor: int | None
) -> None:
    """Write a nomination anew; raises InvalidInputError naming the field, ConflictError once entries are taken."""
    contest = nomination.contest
    hold_contest(contest)
    _refuse_late(contest)
    if not title.strip():
        raise InvalidInputError(_("Напишите название номинации."), "title")
    rubric.check_weights(weights, [criterion.key for criterion in contest.criteria])
    nomination.title, nomination.hint = title.strip()[:120], hint.strip()[:300]
    nomination.asks_access, nomination.weights = asks_access, dict(weights)
    db.session.flush()
    _write("practices.contest.change", contest, actor)


def add_nomination(contest: Contest, title: str, *, actor: int | None) -> Nomination:
    """Return a further nomination with the weights that are shipped; raises as `change_nomination` does."""
    hold_contest(contest)
    _refuse_late(contest)
    if not title.strip():
        raise InvalidInputError(_("Напишите название номинации."), "title")
    number = max((one.number for one in contest.nominations), default=0) + 1
    nomination = Nomination(number=number, title=title.strip()[:120], weights=dict(rubric.shipped()["weights"]))
    contest.nominations.append(nomination)
    db.session.flush()
    _write("practices.contest.change", contest, actor)
    return nomination


def drop_nomination(nomination: Nomination, *, actor: int | None) -> None:
    """Take a nomination out; raises ConflictError once entries are taken."""
    contest = nomination.contest
    hold_contest(contest)
    _refuse_late(contest)
    contest.nominations.remove(nomination)
    db.session.flush()
    _write("practices.contest.change", contest, actor)


def latest_contest(region_id: int) -> Contest | None:
    """Return the newest contest of a region: what a new one is copied from."""
    newest = select(Contest).where(Contest.region_id == region_id).order_by(Contest.year.desc(), Contest.id.desc())
    return db.session.scalars(newest.limit(1)).first()


def _refuse_late(contest: Contest) -> None:
    if contest.stage != Stage.DRAFT:
        raise ConflictError(_("Приём уже объявлен: номинации и веса больше не меняются."))


def _refuse_changed_rules(contest: Contest, plan: ContestPlan) -> None:
    for name in LOCKED:
        if plan.columns()[name] != getattr(contest, name):
            raise InvalidInputError(_("Приём уже объявлен: это правило больше не меняется."), name)


def _check_ties(contest: Contest, plan: ContestPlan) -> None:
    if not set(plan.ties) <= {*TIES, *(criterion.key for criterion in contest.criteria)}:
        raise InvalidInputError(_("Выберите из показанного."), "ties")


def _write(action: str, contest: Contest, actor: int | None) -> None:
    audit.write(action, "practices_contest", contest.id, actor=actor, scope=contest.region.scope, title=contest.title)
