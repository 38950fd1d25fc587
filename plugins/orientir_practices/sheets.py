"""The verbs on a score sheet: save a draft, send it for good, give it back (the chair alone)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices import conflicts, rounds, telling
from orientir_practices.holding import hold_sheet
from orientir_practices.jury import refuse_closed
from orientir_practices.jury_models import Sheet, SheetState
from orientir_practices.models import Contest
from orientir_practices.scoring import BEST, sheet_total

EXPLAINED = (0, 1, 5)  # a score that needs words
FEWEST_SIGNS, MOST_SIGNS, LONGEST_SUMMARY = 30, 1000, 2000
SCORES = range(BEST + 1)


@dataclass(frozen=True)
class Opinion:
    """What an expert has filled in so far: scores and comments by the key of a criterion, and a word on the whole."""

    scores: Mapping[str, int]
    comments: Mapping[str, str]
    summary: str = ""


def asked_in(sheet: Sheet) -> list[rounds.Line]:
    """Return the criteria a sheet is about: those of its round that count in the entry's nomination."""
    return rounds.asked_of(sheet.entry.nomination, sheet.round)


def save(sheet: Sheet, opinion: Opinion) -> None:
    """Keep a draft; raises ConflictError for a sheet that was sent or may not be written, InvalidInputError."""
    hold_sheet(sheet)
    _refuse_unopened(sheet)
    _fill(sheet, opinion)
    db.session.flush()


def send(sheet: Sheet, opinion: Opinion, *, actor: int | None) -> None:
    """Send a sheet for good; a repeat changes nothing.

    Raises InvalidInputError naming the criterion («К3») whose score or comment is missing, ConflictError when late.
    """
    hold_sheet(sheet)
    if sheet.state == SheetState.SENT:
        return
    _refuse_unopened(sheet)
    _fill(sheet, opinion)
    if gaps := missing(sheet):
        raise InvalidInputError(*next(iter((words, key) for key, words in gaps.items())))
    sheet.state, sheet.sent_at, sheet.remark = SheetState.SENT, clock.now(), ""
    lines, weights = rounds.rubric_of(sheet.entry.contest, sheet.round), weights_in(sheet)
    ordered = [sheet.scores.get(line.key) for line in lines]
    sheet.total = sheet_total(ordered, [weights.get(line.key, 0) for line in lines])
    sheet.digits = "".join("-" if score is None else str(score) for score in ordered)
    db.session.flush()
    _write("practices.sheet.send", sheet, actor)


def missing(sheet: Sheet) -> dict[str, str]:
    """Return, by the key of a criterion, what keeps the sheet from being sent."""
    gaps = {}
    for criterion in asked_in(sheet):
        score = sheet.scores.get(criterion.key)
        words = sheet.comments.get(criterion.key, "")
        if score is None:
            gaps[criterion.key] = _("%(key)s: поставьте оценку.", key=criterion.key)
        elif score in EXPLAINED and len(words) < FEWEST_SIGNS:
            gaps[criterion.key] = _(
                "%(key)s: за %(score)s нужно объяснение, не меньше %(least)s знаков.",
                key=criterion.key, score=score, least=FEWEST_SIGNS,
            )  # fmt: skip
    return gaps


def give_back(sheet: Sheet, remark: str, *, actor: int | None) -> None:
    """Open a sent sheet again, for its juror alone; the reason goes to the log. Only the chair may call this.

    Raises InvalidInputError without a reason, ConflictError for a sheet that was not sent, once results are near, and
    where the chair is tied to the nomination.
    """
    if not remark.strip():
        raise InvalidInputError(_("Напишите, почему возвращаете лист: причина останется в журнале."), "remark")
    hold_sheet(sheet)
    conflicts.refuse_presiding(sheet.entry.contest, [sheet.entry.nomination_id], actor)
    if sheet.state != SheetState.SENT:
        raise ConflictError(_("Этот лист не отправлен."))
    if sheet.entry.contest.stage != rounds.STAGE_OF[sheet.round]:
        raise ConflictError(_("Экспертиза закончена: верните к ней конкурс, если лист нужно исправить."))
    sheet.state, sheet.total, sheet.digits, sheet.sent_at = SheetState.OPEN, None, "", None
    sheet.remark, sheet.revision = remark.strip()[:300], sheet.revision + 1
    db.session.flush()
    _write("practices.sheet.back", sheet, actor, remark=sheet.remark)
    telling.tell_sheet_back(sheet)


def _refuse_unopened(sheet: Sheet) -> None:
    if sheet.state == SheetState.SENT:
        raise ConflictError(_("Лист отправлен и больше не меняется. Вернуть его может председатель."))
    refuse_closed(sheet)
    if sheet.state != SheetState.OPEN:
        raise ConflictError(_("Сначала скажите, нет ли у вас конфликта интересов."))


def _fill(sheet: Sheet, opinion: Opinion) -> None:
    keys = [criterion.key for criterion in asked_in(sheet)]
    wrong = [key for key, score in opinion.scores.items() if key not in keys or score not in SCORES]
    if wrong:
        raise InvalidInputError(_("%(key)s: оценка бывает от 0 до 5.", key=wrong[0]), wrong[0])
    long = [key for key, words in opinion.comments.items() if len(words) > MOST_SIGNS]
    if long:
        raise InvalidInputError(_("%(key)s: сократите до %(most)s знаков.", key=long[0], most=MOST_SIGNS), long[0])
    if len(opinion.summary) > LONGEST_SUMMARY:
        raise InvalidInputError(_("Сократите до %(most)s знаков.", most=LONGEST_SUMMARY), "summary")
    sheet.scores = dict(opinion.scores)
    sheet.comments = {key: words for key, words in opinion.comments.items() if key in keys and words}
    sheet.summary = opinion.summary
    sheet.revision += 1


def weights_in(sheet: Sheet) -> Mapping[str, int]:
    """Return the weights of the criteria a sheet is about."""
    return rounds.weights_of(sheet.entry.nomination, sheet.round)


def _write(action: str, sheet: Sheet, actor: int | None, **details: object) -> None:
    contest: Contest = sheet.entry.contest
    audit.write(
        action,
        "practices_sheet",
        sheet.id,
        actor=actor,
        scope=contest.region.scope,
        number=sheet.entry.number,
        **details,
    )
