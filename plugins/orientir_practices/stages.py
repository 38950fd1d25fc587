"""The stages of a contest as a machine: what may follow what, and what must be true before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, OrientirError
from orientir.i18n import LazyText, _, _l, plural
from orientir.ics import services as calendars
from orientir_practices import defences, protocol, releasing, rounds, rubric, shortlist
from orientir_practices.holding import hold_contest
from orientir_practices.jury_models import Finalist, Sheet, SheetState
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
    if problem := defences.problem_of(contest):
        return problem
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
    """Say how many entries of the round in hand have fewer sheets than it asks for: a missing one is never a zero."""
    number = rounds.current(contest)
    each = rounds.each_of(contest, number)
    of_round = select(func.count(Sheet.id)).where(Sheet.entry_id == Entry.id, Sheet.round == number)
    lacking = [Entry.state == EntryState.ACCEPTED, of_round.where(SENT).scalar_subquery() < each]
    if number == rounds.DEFENCE:
        lacking.append(select(Finalist.entry_id).where(Finalist.entry_id == Entry.id, Finalist.is_in).exists())
    if left := _count_entries(contest, *lacking):
        words = plural(left, _("заявке не хватает|заявкам не хватает|заявкам не хватает"))
        return _("%(count)s %(words)s оценок: нужно не меньше %(each)s.", count=left, words=words, each=each)
    return ""


def _unsigned(contest: Contest) -> str:
    return "" if protocol.find_protocol(contest) else _("Протокол не подписан председателем.")


def _is_signed(contest: Contest) -> str:
    return "" if _unsigned(contest) else _("Протокол подписан: сначала председатель должен снять подпись.")


def _shortlist_is_unsigned(contest: Contest) -> str:
    return "" if shortlist.find_shortlist(contest) else _("Шорт-лист не подписан председателем.")


def _shortlist_is_signed(contest: Contest) -> str:
    signed = shortlist.find_shortlist(contest)
    return _("Шорт-лист подписан: сначала председатель должен снять подпись.") if signed else ""


def _defence_is_heard(contest: Contest) -> str:
    """Say that sheets of the defence are there already: another short list would make them nobody's."""
    sent = select(Sheet.id).join(Sheet.entry).where(Entry.contest_id == contest.id, Sheet.round == rounds.DEFENCE, SENT)
    return _("Листы защиты уже отправлены.") if db.session.scalars(sent.limit(1)).first() else ""


def _nothing(_contest: Contest) -> str:
    return ""


SENT = Sheet.state == SheetState.SENT
BEFORE = (
    Step(Stage.DRAFT, Stage.INTAKE, _l("Объявить приём"), _incomplete),
    Step(Stage.INTAKE, Stage.CHECK, _l("Закончить приём"), _intake_is_open),
    Step(Stage.CHECK, Stage.EXPERTISE, _l("Начать экспертизу"), _undecided),
    Step(Stage.EXPERTISE, Stage.CHECK, _l("Вернуть к технической экспертизе"), _nothing),
)
ONE_ROUND = (
    Step(Stage.EXPERTISE, Stage.PROTOCOL, _l("Закончить экспертизу"), _unread),
    Step(Stage.PROTOCOL, Stage.EXPERTISE, _l("Вернуть к экспертизе"), _is_signed),
)
WITH_DEFENCE = (
    Step(Stage.EXPERTISE, Stage.SHORTLIST, _l("Закончить экспертизу"), _unread),
    Step(Stage.SHORTLIST, Stage.EXPERTISE, _l("Вернуть к экспертизе"), _shortlist_is_signed),
    Step(Stage.SHORTLIST, Stage.DEFENCE, _l("Начать защиту"), _shortlist_is_unsigned, releasing.tell_shortlist),
    Step(Stage.DEFENCE, Stage.SHORTLIST, _l("Вернуть к шорт-листу"), _defence_is_heard),
    Step(Stage.DEFENCE, Stage.PROTOCOL, _l("Закончить защиту"), _unread),
    Step(Stage.PROTOCOL, Stage.DEFENCE, _l("Вернуть к защите"), _is_signed),
)
AFTER = (Step(Stage.PROTOCOL, Stage.PUBLISHED, _l("Опубликовать итоги"), _unsigned, releasing.release),)


def steps_of(contest: Contest) -> tuple[Step, ...]:
    """Return all steps of a contest; between its experts and its protocol stands the defence, where it has one."""
    return (*BEFORE, *(WITH_DEFENCE if contest.defence else ONE_ROUND), *AFTER)


def steps_from(contest: Contest) -> list[tuple[Step, str]]:
    """Return the steps the contest may take with what stands in the way of each («» for nothing)."""
    return [(step, step.obstacle(contest)) for step in steps_of(contest) if step.source == contest.stage]


def move(contest: Contest, target: str, *, actor: int | None) -> None:
    """Take the contest to another stage; the same again changes nothing. Raises ConflictError with the reason."""
    hold_contest(contest)
    if contest.stage == target:
        return
    step = next((one for one in steps_of(contest) if (one.source, one.target) == (contest.stage, target)), None)
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
