"""A respondent at the survey: from an opened slip to one send that nothing ties to the slip afterwards."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import current_app, url_for
from sqlalchemy.sql.selectable import ForUpdateArg

from orientir import clock
from orientir.contracts import CodeDestination, OpenedCode
from orientir.coverage import services as coverage
from orientir.crypto import keyed_digest
from orientir.db import db
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _, _l
from orientir.organisations.models import Region
from orientir.questionnaires import (
    Document,
    Draft,
    Facts,
    Section,
    clean_answers,
    delete_draft,
    document_at,
    first_gap,
    load_draft,
    save_draft,
    visible_sections,
)
from orientir_plans.flags import quality_flags
from orientir_plans.models import Answer, Slip, Wave, WaveState
from orientir_plans.places import Place, find_place, hold_slip
from orientir_plans.queries import ACTIVITY, destinations, is_accepting
from orientir_plans.services import hold_wave

USED = _l("По этому коду уже ответили. Попросите у учителя новый код.")
NOT_YET = _l("Опрос ещё не начался.")
OVER = _l("Опрос закончился, ответы больше не принимаются.")
STALE = _l("Эта страница открыта по другому коду или устарела. Введите свой код ещё раз.")
FINALS = {9: 9, 11: 12}  # what the questionnaire calls a grade, and the last grade it stands for
SEND_PURPOSE = "plans-send"


class SlipUsedError(ConflictError):
    default_message = USED


class UnfinishedError(ConflictError):
    """Something is still open; `section` is the first page to go back to."""

    def __init__(self, section: Section) -> None:
        super().__init__(_("Сначала ответьте на все вопросы. Вы вернулись туда, где есть пропуск."))
        self.section = section


@dataclass(frozen=True)
class Sitting:
    """One slip being answered. `digits` are the respondent's secret, they open the draft."""

    place: Place
    digits: str
    document: Document
    facts: Facts
    draft: Draft
    is_begun: bool

    @property
    def wave(self) -> Wave:
        return self.place.wave

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return visible_sections(self.document, self.facts, self.draft.answers)


def open_slip(code: OpenedCode) -> CodeDestination | None:
    """Return the way into the survey for a slip's code; raises the word for a used slip and a wave that is not on."""
    place = find_place(int(code.owner)) if code.owner.isdecimal() else None
    if place is None:
        return None
    _check_open(place)
    return CodeDestination(url_for("survey.intro"), {"slip": place.slip_id})


def load_sitting(slip_id: int, digits: str, *, writing: bool = False) -> Sitting:
    """Return the sitting of an opened slip with what was saved so far; raises as `open_slip` does.

    `writing` holds the slip until the transaction ends: pages of one slip posted at one moment, from two tabs or by an
    autosave beside a turn, are merged one after the other and none is lost.
    """
    if writing:
        hold_slip(slip_id)  # first: what another page has saved meanwhile is read only after it
    place = find_place(slip_id)
    if place is None:
        raise MissingError
    _check_open(place)
    draft = load_draft(digits)
    return Sitting(
        place=place,
        digits=digits,
        document=document_at(place.wave.version_id),
        facts=facts_of(place.grade, place.last_grade, place.wave.region),
        draft=draft or Draft(),
        is_begun=draft is not None,
    )


def check_own(sitting: Sitting, send_id: str) -> None:
    """Raise ConflictError unless the posted page was drawn for this draft.

    On a shared computer a page of the last student may still stand in another tab; its answers are not this one's.
    """
    if not hmac.compare_digest(send_id.encode(), sitting.draft.send_id.encode()):
        raise ConflictError(STALE)


def facts_of(grade: int, last_grade: int, region: Region) -> Facts:
    """Return what is known without asking: the region's switches and colleges, the grade where the class has one.

    12 of evening schools is a final grade, as 11. A комплект «9–11» says nothing: there the questionnaire asks.
    """
    finals = [final for final, last in FINALS.items() if grade <= last and last_grade >= final]
    return Facts(
        known={"grade": finals[0]} if len(finals) == 1 else {},
        settings=frozenset(name for name, on in region.settings.items() if on is True),
        registers={"organisations": lambda: destinations(region.id)},
    )


def keep(sitting: Sitting, answers: Mapping[str, Any], section: str) -> Sitting:
    """Save the draft and return the sitting as it stands now."""
    draft = replace(sitting.draft, answers=dict(answers), section=section)
    save_draft(sitting.digits, draft, expires_on=sitting.wave.closes_on)
    return replace(sitting, draft=draft, is_begun=True)


def send(slip_id: int, digits: str, send_id: str) -> None:
    """Take the answers of the draft: slip used, answer stored, coverage raised, draft gone, or nothing of it.

    The same `send_id` again is the same send and has no second effect; content is never compared (architecture §6).
    Raises SlipUsedError, UnfinishedError, ConflictError when the wave is not on or the page belongs to another draft.
    """
    slip = find_slip(slip_id, writing=True)
    if _is_repeated(slip, send_id):
        return
    hold_wave(slip.wave, changing=False)
    sitting = load_sitting(slip_id, digits)
    check_own(sitting, send_id)
    gap = first_gap(sitting.document, sitting.facts, sitting.draft.answers)
    if gap:
        raise UnfinishedError(gap)
    slip.used, slip.send_digest = True, _digest(send_id)
    _store(sitting)
    delete_draft(digits)


def was_sent(slip_id: int, send_id: str) -> bool:
    """Tell whether this very send has been taken."""
    return _is_repeated(find_slip(slip_id), send_id)


def find_slip(slip_id: int, *, writing: bool = False) -> Slip:
    """Return the slip as it stands in the database, held for this transaction where `writing`; raises MissingError."""
    held = ForUpdateArg(of=Slip) if writing else None
    slip = db.session.get(Slip, slip_id, populate_existing=True, with_for_update=held)
    if slip is None:
        raise MissingError
    return slip


def _store(sitting: Sitting) -> None:
    place, wave = sitting.place, sitting.wave
    answers = clean_answers(sitting.document, sitting.facts, sitting.draft.answers)
    db.session.add(
        Answer(
            key=secrets.token_hex(16),
            wave_id=wave.id,
            version_id=wave.version_id,
            municipality_id=place.municipality_id,
            organisation_id=place.organisation_id,
            grade=int(sitting.facts.known.get("grade") or answers[sitting.document.givers()["grade"]]),
            flags=quality_flags(answers, seconds=clock.now().timestamp() - sitting.draft.began_at),
            answers=answers,
        )
    )
    coverage.count(activity=ACTIVITY, period=wave.year, class_id=place.class_id, source=wave.source)


def _is_repeated(slip: Slip, send_id: str) -> bool:
    return slip.used and hmac.compare_digest(slip.send_digest, _digest(send_id))


def _digest(send_id: str) -> str:
    return keyed_digest(current_app.config["ORIENTIR"].secret_key, SEND_PURPOSE, send_id[:64])


def _check_open(place: Place) -> None:
    if place.is_used:
        raise SlipUsedError
    wave = place.wave
    if not is_accepting(wave):
        early = wave.state == WaveState.DRAFT or clock.today(wave.region.timezone) < wave.opens_on
        raise ConflictError(NOT_YET if early else OVER)
