"""Verbs of the survey for grown-ups: plan a wave, open and close it, issue slips for a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.sql.selectable import ForUpdateArg

from orientir import clock
from orientir.audit import services as audit
from orientir.codes import services as codes
from orientir.coverage import services as coverage
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.holding import lock
from orientir.organisations.models import Region, SchoolClass
from orientir.questionnaires.models import QuestionnaireVersion
from orientir_plans.models import Slip, Wave, WaveState
from orientir_plans.queries import ACTIVITY, progress_of, wave_facts
from orientir_plans.reminders import tell_result

SLIP = "slip"
# A list, not a line to write on: the reason stays in the audit log for ever, and people write names.
REASONS = {
    "lost": _l("потеряли листок"),
    "spoilt": _l("листок испорчен"),
    "newcomer": _l("пришёл новый ученик"),
    "used": _l("по коду уже ответил другой"),
}
REMEMBERED = timedelta(days=60)  # after the last day a code still leads to the words «Опрос закончился»
SPARE_SHARE = 10  # per cent above the headcount a school may print (domain.md, C.1 «Counting»)


@dataclass(frozen=True)
class WavePlan:
    """What an operator decides about a wave: first and last day, grades that answer, the target in per cent."""

    opens_on: date
    closes_on: date
    grades: tuple[int, ...] = (9, 11, 12)
    target_percent: int = 80


def add_wave(region: Region, version: QuestionnaireVersion, plan: WavePlan, *, actor: int | None) -> Wave:
    """Return a new wave in draft; the academic year is that of its first day.

    Raises InvalidInputError naming the field when the dates lie the wrong way round or in two academic years.
    """
    year = clock.AcademicYear.of(plan.opens_on)
    if plan.closes_on < plan.opens_on:
        raise InvalidInputError(_("Последний день раньше первого. Поменяйте даты."), "closes_on")
    if clock.AcademicYear.of(plan.closes_on) != year:
        raise InvalidInputError(_("Волна должна уложиться в один учебный год."), "closes_on")
    wave = Wave(
        region=region,
        version=version,
        year=year.start,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        grades=sorted(plan.grades),
        target_percent=plan.target_percent,
    )
    db.session.add(wave)
    db.session.flush()
    days = f"{plan.opens_on} – {plan.closes_on}"
    audit.write("plans.wave.add", "plans_wave", wave.id, actor=actor, scope=region.scope, days=days)
    return wave


def open_wave(wave: Wave, *, actor: int | None) -> None:
    """Let the codes of the wave in from its first day on and set the year's target; raises ConflictError."""
    hold_wave(wave, changing=True)
    if wave.state != WaveState.DRAFT:
        raise ConflictError(_("Волну уже открывали: сейчас она %(state)s.", state=str(WaveState(wave.state).title)))
    if clock.today(wave.region.timezone) > wave.closes_on:
        raise InvalidInputError(_("Последний день волны уже прошёл. Исправьте даты."), "closes_on")
    wave.state = WaveState.OPEN
    share = Fraction(wave.target_percent, 100)
    coverage.set_target(activity=ACTIVITY, period=wave.year, scope=wave.region.scope, share=share, actor=actor)
    db.session.flush()
    audit.write("plans.wave.open", "plans_wave", wave.id, actor=actor, scope=wave.region.scope)


def close_wave(wave: Wave, *, actor: int | None) -> int:
    """End the wave: one fact per class goes to the ledger, figures do not move. Return the number of answers.

    Raises ConflictError when the wave is not open.
    """
    hold_wave(wave, changing=True)
    if not wave.is_open:
        raise ConflictError(_("Закрыть можно только открытую волну."))
    wave.state = WaveState.CLOSED
    db.session.flush()
    last_day = min(wave.closes_on, clock.today(wave.region.timezone))
    coverage.close_running(activity=ACTIVITY, period=wave.year, source=wave.source, on_date=last_day)
    answers = wave_facts(wave).used
    tell_result(wave, actor=actor)
    audit.write("plans.wave.close", "plans_wave", wave.id, actor=actor, scope=wave.region.scope, answers=answers)
    return answers


def hold_wave(wave: Wave, *, changing: bool) -> None:
    """Read the wave anew and keep it as it is until the transaction ends.

    A send and the closing must not pass each other: what is sent after the count would be in no fact. Sends hold the
    wave together, whoever is `changing` it alone. (On SQLite a writer is alone anyway.)
    """
    lock = ForUpdateArg(of=Wave) if changing else ForUpdateArg(of=Wave, read=True, key_share=True)
    db.session.get(Wave, wave.id, populate_existing=True, with_for_update=lock)


def issue_slips(wave: Wave, school_class: SchoolClass, *, more: int = 0, reason: str = "", actor: int | None) -> int:
    """Make slips for every student of the class by its headcount, and `more` spare ones; return how many are new.

    Spare slips need a reason and end at the headcount plus 10 % (rounded up). Raises InvalidInputError, ConflictError,
    and MissingError for a class the wave does not ask.
    """
    if wave.state == WaveState.CLOSED:
        raise ConflictError(_("Волна закрыта, новые коды не нужны."))
    lock(school_class)
    progress = progress_of(wave, school_class)
    if progress.headcount is None:
        raise InvalidInputError(_("Сначала укажите, сколько в классе учеников: от этого зависит число кодов."))
    held = progress.slips
    wanted = _wanted(progress.headcount, held, more, reason)
    made = [Slip(wave=wave, class_id=school_class.id, number=number) for number in range(held + 1, wanted + 1)]
    db.session.add_all(made)
    db.session.flush()
    codes.issue(SLIP, [str(slip.id) for slip in made], expires_on=wave.closes_on + REMEMBERED)
    if made:
        audit.write(
            "plans.slips.issue",
            "class",
            school_class.id,
            actor=actor,
            scope=school_class.scope,
            wave=wave.id,
            slips=wanted,
            reason=reason,
        )
    return len(made)


def slip_limit(headcount: int) -> int:
    """Return the most slips a class of `headcount` may have: 10 % more, rounded up."""
    return headcount + -(-headcount * SPARE_SHARE // 100)


def codes_of(slips: list[Slip]) -> list[str]:
    """Return the digits of `slips`, the same each time a sheet is printed."""
    return codes.reveal(SLIP, [str(slip.id) for slip in slips])


def close_overdue() -> None:
    """Close the waves whose last day is over; run by the clock."""
    for wave in db.session.scalars(select(Wave).where(Wave.state == WaveState.OPEN)):
        if clock.today(wave.region.timezone) > wave.closes_on:
            close_wave(wave, actor=None)


def _wanted(headcount: int, held: int, more: int, reason: str) -> int:
    if not more:
        return max(headcount, held)
    if reason not in REASONS:
        raise InvalidInputError(_("Выберите, зачем нужны ещё коды."), "reason")
    limit = slip_limit(headcount)
    wanted = max(headcount, held) + more
    if wanted > limit:
        left = max(0, limit - max(headcount, held))
        raise InvalidInputError(
            _("В классе %(headcount)s чел., кодов может быть не больше %(limit)s. Можно добавить: %(left)s.",
              headcount=headcount, limit=limit, left=left),
            "more",
        )  # fmt: skip
    return wanted
