"""The verbs of seasons and cards: plan, write, suggest, approve, copy, set dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.sql.selectable import ForUpdateArg

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings import slots
from orientir.bookings.conditions import conditions_in_words
from orientir.bookings.models import Slot, SlotState
from orientir.bookings.places import hold_slot
from orientir.bookings.plans import SlotPlan
from orientir.bookings.rooms import Span, refuse_taken
from orientir.clock import AcademicYear
from orientir.coverage import services as coverage
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.ics import services as calendars
from orientir.organisations.models import Organisation, OrganisationKind, Region
from orientir.organisations.search import search_key
from orientir.web.links import page_path
from orientir_trials.cards import Card, check_card
from orientir_trials.models import ACTIVITY, PLUGIN, Season, Trial, TrialState
from orientir_trials.queries import dates_of, is_trusted
from orientir_trials.repetition import Repetition
from orientir_trials.seasons import check_season

STANDING = (SlotState.DRAFT, SlotState.PUBLISHED)
COLLEGES = (OrganisationKind.COLLEGE, OrganisationKind.UNIVERSITY)
ASKED_AS = {
    "starts_at": "first_day",
    "ends_at": "minutes",
    "opens_at": "opens_on",
    "closes_at": "closes_hours",
    "cancel_until": "cancel_hours",
}


@dataclass(frozen=True)
class Terms:
    """How dates are booked: from which day, and how many hours before the beginning booking and cancelling end."""

    opens_on: date
    closes_hours: int = 12
    cancel_hours: int = 24
    strict: bool = False
    confirm_hours: int = 0


def add_season(
    region: Region,
    title: str,
    first_day: date,
    last_day: date,
    *,
    only_colleges: bool = False,
    target_percent: int = 65,
    actor: int | None,
) -> Season:
    """Return a new season, and set the year's target for the region (Распоряжение № 337-р, п. 5: 65 % of grades 6–11).

    Raises InvalidInputError naming the field.
    """
    check_season(region, title, first_day, last_day)
    season = Season(
        region=region, region_id=region.id, title=title.strip(), first_day=first_day, last_day=last_day,
        only_colleges=only_colleges,
    )  # fmt: skip
    db.session.add(season)
    db.session.flush()
    year = AcademicYear.of(first_day).start
    share = Fraction(target_percent, 100)
    coverage.set_target(activity=ACTIVITY, period=year, scope=region.scope, share=share, actor=actor)
    audit.write("trials.season.add", "trials_season", season.id, actor=actor, scope=region.scope, title=season.title)
    return season


def add_trial(season: Season, organisation: Organisation, card: Card, *, actor: int | None) -> Trial:
    """Return a new card in draft; raises InvalidInputError naming the field, ConflictError where it may not offer."""
    _refuse_stranger(season, organisation)
    check_card(card)
    trial = Trial(season=season, organisation=organisation, **card.columns())
    trial.search_key = _key(trial)
    db.session.add(trial)
    db.session.flush()
    _write("trials.trial.add", trial, actor)
    return trial


def change_trial(trial: Trial, card: Card, *, actor: int | None) -> None:
    """Write the card anew. Dates to come keep address, places and grades; what their tickets say follows the card.

    Those that were held stay as they were: figures count them by the conditions they had. A card in the register stays
    there: the organisation is trusted since its first one was approved.
    """
    _hold(trial)
    _refuse_withdrawn(trial)
    check_card(card)
    for name, value in card.columns().items():
        setattr(trial, name, value)
    trial.search_key = _key(trial)
    for date_ in dates_of(trial):
        slot = hold_slot(date_.id)
        if slot.state not in STANDING or slot.starts_at <= clock.now():
            continue
        slot.advice = [list(pair) for pair in advice_of(trial)]
        slot.conditions = list(trial.conditions)
        if slot.title != trial.title:
            slot.title, slot.changed_at = trial.title, clock.now()
    db.session.flush()
    _write("trials.trial.change", trial, actor)


def copy_trial(trial: Trial, season: Season, *, actor: int | None) -> Trial:
    """Return a draft of the same words in another season (domain.md D.5, 1); its dates are not copied."""
    _refuse_stranger(season, trial.organisation)
    words = {name: getattr(trial, name) for name in Card.__dataclass_fields__}
    copied = add_trial(
        season, trial.organisation, Card(**{**words, "conditions": tuple(trial.conditions)}), actor=actor
    )
    copied.copied_from = trial.id
    db.session.flush()
    return copied


def suggest(trial: Trial, *, actor: int | None) -> None:
    """Put the card into the register, or before the operator if it is the organisation's first; a repeat is quiet."""
    _hold(trial)
    if trial.state in (TrialState.SUGGESTED, TrialState.APPROVED):
        return
    _refuse_withdrawn(trial)
    if not dates_of(trial):
        raise ConflictError(_("Сначала добавьте хотя бы один сеанс: без даты записываться некуда."))
    trial.remark = ""
    if is_trusted(trial.organisation_id):
        _publish(trial, actor)
        return
    trial.state = TrialState.SUGGESTED
    db.session.flush()
    _write("trials.trial.suggest", trial, actor)


def approve(trial: Trial, *, actor: int | None) -> None:
    """Take a suggested card into the register; from now on the organisation publishes by itself. A repeat is quiet."""
    _hold(trial)
    if trial.state == TrialState.APPROVED:
        return
    if trial.state != TrialState.SUGGESTED:
        raise ConflictError(_("Эту карточку не предлагали: её ещё правит организатор."))
    _publish(trial, actor)


def send_back(trial: Trial, remark: str, *, actor: int | None) -> None:
    """Return a suggested card to its organiser with a remark; raises InvalidInputError without one."""
    if not remark.strip():
        raise InvalidInputError(_("Напишите, что исправить: организатор увидит эти слова."), "remark")
    _hold(trial)
    if trial.state != TrialState.SUGGESTED:
        raise ConflictError(_("Эта карточка уже не на проверке."))
    trial.state, trial.remark = TrialState.DRAFT, remark.strip()[:500]
    db.session.flush()
    _write("trials.trial.return", trial, actor)


def withdraw(trial: Trial, *, actor: int | None) -> None:
    """Take the card out of the register; raises ConflictError while dates stand that people may still come to."""
    _hold(trial)
    if trial.state == TrialState.WITHDRAWN:
        return
    coming = [slot for slot in dates_of(trial) if slot.is_open and slot.starts_at > clock.now()]
    if coming:
        raise ConflictError(_("Впереди сеансы: %(count)s. Сначала отмените их.", count=len(coming)))
    trial.state = TrialState.WITHDRAWN
    db.session.flush()
    _write("trials.trial.withdraw", trial, actor)


def mark_priority(trial: Trial, *, is_priority: bool, actor: int | None) -> None:
    _hold(trial)
    trial.is_priority = is_priority
    db.session.flush()
    _write("trials.trial.priority", trial, actor)


def add_dates(
    trial: Trial, repetition: Repetition, terms: Terms, *, actor: int | None, despite: bool = False
) -> list[Slot]:
    """Return the new dates of a card, open for booking at once where the card is in the register.

    Raises InvalidInputError naming the field; RoomTakenError where something else is at this address then and
    `despite` does not say that there are two rooms.
    """
    _hold(trial)
    _refuse_withdrawn(trial)
    occasions = repetition.occasions(trial.season.region.timezone)
    _refuse_outside(trial.season, occasions)
    if not trial.is_online and not despite:
        refuse_taken(trial.organisation_id, trial.place, occasions)
    made = [_add_slot(trial, plan_date(trial, one, terms), actor) for one in occasions]
    if trial.is_approved:
        for slot in made:
            slots.publish(slot.id, actor=actor)
    return made


def _add_slot(trial: Trial, plan: SlotPlan, actor: int | None) -> Slot:
    """Return a date; a refusal names what was asked in the form of dates, not the moment worked out from it."""
    try:
        return slots.add_slot(PLUGIN, trial.id, ACTIVITY, trial.organisation, plan, actor=actor)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, ASKED_AS.get(error.field or "", error.field)) from error


def advice_of(trial: Trial) -> tuple[tuple[str, str], ...]:
    """Return what the ticket says beside place and time."""
    pairs = [
        (_("Как добраться"), trial.directions),
        (_("Что взять"), trial.clothes),
        (_("Безопасность и здоровье"), trial.safety),
        (_("Условия"), ", ".join(conditions_in_words(trial.conditions))),
    ]
    return tuple((title, text) for title, text in pairs if text)


def plan_date(trial: Trial, occasion: Span, terms: Terms) -> SlotPlan:
    """Return a date of a card as the bookings block wants it."""
    zone = ZoneInfo(trial.season.region.timezone)
    closes = occasion.starts_at - timedelta(hours=terms.closes_hours)
    return SlotPlan(
        title=trial.title,
        place=trial.place,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        opens_at=datetime.combine(terms.opens_on, datetime.min.time(), zone),
        closes_at=closes,
        cancel_until=occasion.starts_at - timedelta(hours=terms.cancel_hours),
        capacity=trial.capacity,
        minimum=trial.minimum,
        first_grade=trial.first_grade,
        last_grade=trial.last_grade,
        conditions=tuple(trial.conditions),
        needs_companion=trial.needs_companion,
        strict=terms.strict,
        confirm_hours=terms.confirm_hours,
        page=page_path("trials.trial", trial_id=trial.id),
        advice=advice_of(trial),
    )


def _publish(trial: Trial, actor: int | None) -> None:
    trial.state = TrialState.APPROVED
    trial.approved_on = trial.approved_on or clock.today(trial.season.region.timezone)
    for slot in dates_of(trial):
        if slot.state == SlotState.DRAFT and slot.starts_at > clock.now():
            slots.publish(slot.id, actor=actor)
    db.session.flush()
    _write("trials.trial.approve", trial, actor)


def _hold(trial: Trial) -> None:
    """Keep the card as it is now until the transaction ends: of two decisions about it one sees the other."""
    db.session.flush()
    db.session.refresh(trial, with_for_update=ForUpdateArg(of=Trial, key_share=True))


def _refuse_stranger(season: Season, organisation: Organisation) -> None:
    if organisation.municipality.region_id != season.region_id:
        raise ConflictError(_("Этот сезон другого региона."))
    if season.only_colleges and organisation.kind not in COLLEGES:
        raise ConflictError(_("В этом сезоне пробы объявляют только колледжи, техникумы и вузы."))
    if season.last_day < clock.today(season.region.timezone):
        raise ConflictError(_("Этот сезон уже прошёл."))


def _refuse_withdrawn(trial: Trial) -> None:
    if trial.state == TrialState.WITHDRAWN:
        raise ConflictError(_("Карточка снята. Скопируйте её, если проба снова нужна."))


def _refuse_outside(season: Season, occasions: Sequence[Span]) -> None:
    days = [one.starts_at.date() for one in occasions]
    if min(days) < season.first_day or max(days) > season.last_day:
        raise InvalidInputError(
            _("Сезон идёт с %(first)s по %(last)s. Проверьте даты.",
              first=f"{season.first_day:%d.%m.%Y}", last=f"{season.last_day:%d.%m.%Y}"),
            "first_day",
        )  # fmt: skip


def _key(trial: Trial) -> str:
    return search_key(trial.title, trial.profession, trial.organisation.name)


def _write(action: str, trial: Trial, actor: int | None) -> None:
    calendars.touch(trial.season.region_id)
    audit.write(action, "trials_trial", trial.id, actor=actor, scope=trial.organisation.scope, title=trial.title)
