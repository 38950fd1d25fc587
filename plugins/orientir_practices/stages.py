"""The stages of a contest as a machine: what may follow what, and what must be true before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, OrientirError
from orientir.i18n import LazyText, _, _l, plural
from orientir.ics import services as calendars
from orientir_practices import releasing, rubric
from orientir_practices.holding import hold_contest
from orientir_practices.jury_models import Protocol, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage

Obstacle = Callable[[Contest], str]


@dataclass(frozen=True)
class Step:
    """A step from one stage to another; `words` stand on the button, `then` is done in the same transaction."""

    source: Stage
    target: Stage
    words: LazyText
    obstacle: Obstacle
    then: Callable[[Contest], None] | None = None

    @property
    def goes_back(self) -> bool:
        """Whether it leads to an earlier stage: an exception, never the next thing to do."""
        order = list(Stage)
        return order.index(self.target) < order.index(self.source)


def _incomplete(contest: Contest) -> str:
    keys = [criterion.key for criterion in contest.criteria]
    if not contest.nominations:
        return _("Добавьте хотя бы одну номинацию.")
    for nomination in contest.nominations:
        try:
            rubric.check_weights(nomination.weights, keys)
        except OrientirError as error:
            return _("Номинация «%(title)s»: %(problem)s", title=nomination.title, problem=error)
    if contest.intake_until <= clock.now():
        return _("Срок приёма уже прошёл: исправьте даты.")
    return ""


def _intake_is_open(contest: Contest) -> str:
    return _("Приём ещё идёт: он закончится сам по часам.") if clock.now() < contest.intake_until else ""


def _undecided(contest: Contest) -> str:
    left = _count_entries(contest, Entry.state.in_((EntryState.SUBMITTED, EntryState.RETURNED)))
    if left:
        words = plural(left, _("заявка ждёт решения|заявки ждут решения|заявок ждут решения"))
        return _("%(count)s %(words)s: примите, верните или отклоните.", count=left, words=words)
    if not _count_entries(contest, Entry.state == EntryState.ACCEPTED):
        return _("Ни одна заявка не принята: оценивать нечего.")
    return ""


def _unread(contest: Contest) -> str:
    """Say how many accepted entries have fewer sheets than the contest asks for: a missing one is never a zero."""
    sent = (
        select(func.count(Sheet.id)).where(Sheet.entry_id == Entry.id, Sheet.state == SheetState.SENT).scalar_subquery()
    )
    left = _count_entries(contest, Entry.state == EntryState.ACCEPTED, sent < contest.jurors_each)
    if left:
        words = plural(left, _("заявке не хватает|заявкам не хватает|заявкам не хватает"))
        return _(
            "%(count)s %(words)s оценок: нужно не меньше %(each)s.", count=left, words=words, each=contest.jurors_each
        )
    return ""


def _unsigned(contest: Contest) -> str:
    signed = db.session.scalar(select(Protocol.id).where(Protocol.contest_id == contest.id))
    return "" if signed else _("Протокол не подписан председателем.")


def _nothing(_contest: Contest) -> str:
    return ""


def _is_signed(contest: Contest) -> str:
    return "" if _unsigned(contest) else _("Протокол подписан: сначала председатель должен снять подпись.")


STEPS = (
    Step(Stage.DRAFT, Stage.INTAKE, _l("Объявить приём"), _incomplete),
    Step(Stage.INTAKE, Stage.CHECK, _l("Закончить приём"), _intake_is_open),
    Step(Stage.CHECK, Stage.EXPERTISE, _l("Начать экспертизу"), _undecided),
    Step(Stage.EXPERTISE, Stage.CHECK, _l("Вернуть к технической экспертизе"), _nothing),
    Step(Stage.EXPERTISE, Stage.PROTOCOL, _l("Закончить экспертизу"), _unread),
    Step(Stage.PROTOCOL, Stage.EXPERTISE, _l("Вернуть к экспертизе"), _is_signed),
    Step(Stage.PROTOCOL, Stage.PUBLISHED, _l("Опубликовать итоги"), _unsigned, releasing.release),
)
BY_TARGET: Mapping[tuple[str, str], Step] = {(step.source, step.target): step for step in STEPS}


def steps_from(contest: Contest) -> list[tuple[Step, str]]:
    """Return the steps the contest may take with what stands in the way of each («» for nothing)."""
    return [(step, step.obstacle(contest)) for step in STEPS if step.source == contest.stage]


def move(contest: Contest, target: str, *, actor: int | None) -> None:
    """Take the contest to another stage; the same again changes nothing. Raises ConflictError with the reason."""
    hold_contest(contest)
    if contest.stage == target:
        return
    step = BY_TARGET.get((contest.stage, target))
    if step is None:
        raise ConflictError(_("Из этого состояния конкурса так шагнуть нельзя."))
    if obstacle := step.obstacle(contest):
        raise ConflictError(obstacle)
    contest.stage = step.target
    db.session.flush()
    if step.then is not None:
        step.then(contest)
    calendars.touch(contest.region_id)
    audit.write(
        "practices.stage", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title, stage=step.target,
    )  # fmt: skip


def _count_entries(contest: Contest, *conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(Entry.id)).where(Entry.contest_id == contest.id, *conditions)) or 0
