"""The verbs of events: write, suggest, publish, return, cancel, drop or move one day of a series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from orientir import clock
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.files import services as files
from orientir.files.models import StoredFile
from orientir.files.queries import files_of
from orientir.files.reading import Upload
from orientir.files.services import FileOwner
from orientir.i18n import _, _l
from orientir.ics import services as calendars
from orientir.organisations.models import Organisation
from orientir.organisations.queries import today_of
from orientir.organisations.search import search_key
from orientir.web.personal_data import personal_data_problem
from orientir_calendar import visits
from orientir_calendar.kinds import kinds_of, open_kinds, projects_of
from orientir_calendar.models import OBJECT, Event, EventException, EventState
from orientir_calendar.moderation import Moderation
from orientir_calendar.plans import EventPlan, Times, check_plan
from orientir_calendar.proposed import PAPERS
from orientir_calendar.repeats import starts
from orientir_calendar.words import PURPOSES, KindLine

LONGEST_REASON = 300
MOST_PAPERS = 6
A_SECOND = timedelta(seconds=1)
FARTHEST_MOVE = timedelta(days=31)
# A telephone is told that these are another date: the rest of an event changes nothing anybody must act on.
RELEVANT = ("title", "place", "starts_at", "ends_at", "is_all_day", "frequency", "weekdays", "until")


def add_event(organisation: Organisation, plan: EventPlan, *, actor: int | None) -> Event:
    """Return a new event in draft; raises InvalidInputError naming the field."""
    _check(organisation, plan, set(open_kinds(organisation.municipality.region_id)))
    event = Event(uid=str(uuid4()), organisation=organisation, made_by=actor, **plan.columns())
    event.search_key = _key(event)
    db.session.add(event)
    db.session.flush()
    EVENTS.write("add", event, actor)
    return event


def change_event(event: Event, plan: EventPlan, *, actor: int | None) -> None:
    """Write the event anew; days that differ stay only while the series is the same.

    Raises InvalidInputError naming the field, ConflictError for a cancelled one.
    """
    EVENTS.hold(event)
    if event.state == EventState.CANCELLED:
        raise ConflictError(str(EVENTS.gone))
    check_change(event, plan)
    before, proof, repeated = _relevant(event), event.proof_url, bool(event.frequency)
    grades_were = (event.first_grade, event.last_grade)
    for name, value in plan.columns().items():
        setattr(event, name, value)
    event.search_key = _key(event)
    if event.proof_url != proof:
        event.proof_checked_on = None
    if _relevant(event)[2:] != before[2:]:
        if (repeated or event.frequency) and visits.slots_of(event):
            raise InvalidInputError(_("На эти дни идёт запись: переносите и убирайте их по одному."), "frequency")
        event.exceptions.clear()
    _changed(event, is_relevant=_relevant(event) != before)
    db.session.flush()
    visits.follow(event, actor=actor, grades_were=grades_were)
    EVENTS.write("change", event, actor)


def check_change(event: Event, plan: EventPlan) -> None:
    """Raise InvalidInputError naming the field that an event cannot be changed to; what it has already may stay."""
    kinds = {event.kind, *open_kinds(event.organisation.municipality.region_id)}
    _check(event.organisation, plan, kinds, project_id=event.project_id)


def plan_of(event: Event) -> EventPlan:
    """Return what is said of an event as it stands."""
    said = {name: getattr(event, name) for name in EventPlan.__dataclass_fields__ if name != "times"}
    said |= {name: tuple(said[name]) for name in ("audiences", "conditions")}
    times = {name: getattr(event, name) for name in Times.__dataclass_fields__}
    return EventPlan(**said, times=Times(**{**times, "weekdays": tuple(event.weekdays)}))


def suggest(event: Event, *, actor: int | None) -> None:
    """Send a draft to moderation; a trusted organisation's is published at once. A repeat changes nothing."""
    EVENTS.suggest(event, actor=actor)


def publish(event: Event, *, actor: int | None, trust: bool = False) -> None:
    """Put the event into the calendar; with `trust` its organisation publishes by itself from now on."""
    EVENTS.publish(event, actor=actor, trust=trust)


def send_back(event: Event, remark: str, *, actor: int | None) -> None:
    """Return a suggested event with a remark; raises InvalidInputError without one."""
    EVENTS.send_back(event, remark, actor=actor)


def cancel_event(event: Event, reason: str, *, actor: int | None) -> None:
    """Cancel an event; it stays with its reason, and calendars of telephones are told. A repeat changes nothing.

    Raises InvalidInputError without a reason, ConflictError once somebody has come.
    """
    if not reason.strip():
        raise InvalidInputError(_("Напишите причину: её увидят все, кто подписан."), "reason")
    EVENTS.hold(event)
    if event.state == EventState.CANCELLED:
        return
    event.state, event.reason, event.cancelled_at = EventState.CANCELLED, reason.strip()[:LONGEST_REASON], clock.now()
    event.proposed_at = None  # nobody decides about words of what will not be; papers that were held stay so
    _changed(event, is_relevant=True)
    db.session.flush()
    visits.follow(event, actor=actor)
    EVENTS.write("cancel", event, actor)


def drop_day(event: Event, original: datetime, *, actor: int | None) -> None:
    """Leave one day out of a series; raises InvalidInputError for a day it does not have."""
    _except(event, original, None, actor=actor)


def move_day(event: Event, original: datetime, begins: datetime, ends: datetime, *, actor: int | None) -> None:
    """Move one day of a series; raises InvalidInputError for a day it does not have, or an end before the beginning."""
    if ends <= begins:
        raise InvalidInputError(_("Окончание должно быть позже начала."), "ends")
    if abs(begins - original) > FARTHEST_MOVE:
        raise InvalidInputError(_("Переносят не дальше чем на месяц."), "first_day")
    _except(event, original, (begins, ends), actor=actor)


def _except(event: Event, original: datetime, moved: tuple[datetime, datetime] | None, *, actor: int | None) -> None:
    EVENTS.hold(event)
    if event.state == EventState.CANCELLED:
        raise ConflictError(_("Мероприятие отменено."))
    if not event.frequency or original not in starts(event, original):
        raise InvalidInputError(_("Такого дня в этом ряду нет."), "original")
    one = next((one for one in event.exceptions if one.original == original), None)
    stood = original if one is None else one.starts_at
    if one is None:
        one = EventException(original=original)
        event.exceptions.append(one)
    one.starts_at, one.ends_at = moved or (None, None)
    _changed(event, is_relevant=True)
    db.session.flush()
    if stood is not None:
        visits.follow_day(event, stood, moved, actor=actor)
    EVENTS.write("except", event, actor)


def check_proof(event: Event, *, actor: int | None) -> None:
    """Note that the link to what came of an event was opened today; raises ConflictError where there is none."""
    EVENTS.hold(event)
    if not event.proof_url:
        raise ConflictError(_("У мероприятия нет ссылки на рассказ о том, как прошло."))
    today = today_of(event.organisation.municipality.region)
    if event.proof_checked_on == today:
        return
    event.proof_checked_on = today
    db.session.flush()
    EVENTS.write("proof", event, actor)


def attach_paper(event: Event, upload: Upload, purpose: str, *, actor: int | None) -> StoredFile:
    """Return the file as a paper of the event; raises InvalidInputError naming the field, ConflictError."""
    if purpose not in PURPOSES:
        raise InvalidInputError(_("Такого варианта в списке нет. Выберите из показанных."), "purpose")
    if problem := personal_data_problem(upload.title):
        raise InvalidInputError(problem, "title")
    EVENTS.hold(event)
    if event.state == EventState.CANCELLED:
        raise ConflictError(str(EVENTS.gone))
    # The row of the event is held, so of two who bring a last paper the second counts the first.
    file = files.attach(papers_owner(event), upload, purpose=purpose, most=MOST_PAPERS, actor=actor)
    _changed(event, is_relevant=False)
    db.session.flush()
    return file


def remove_paper(event: Event, file: StoredFile, *, actor: int | None) -> None:
    """Take a paper of the event away; telephones forget its address with the next asking."""
    EVENTS.hold(event)
    files.remove(papers_owner(event), file, actor=actor)
    if file.id in event.held_papers:
        held = [one for one in event.held_papers if one != file.id]
        event.proposed = {**event.proposed_words, **({PAPERS: held} if held else {})}
        event.proposed_at = event.proposed_at if event.proposed else None
    _changed(event, is_relevant=False)
    db.session.flush()


def all_papers(event: Event) -> list[StoredFile]:
    """Return the papers of an event, those nobody has decided about too."""
    return files_of(OBJECT, event.id)


def papers_owner(event: Event) -> FileOwner:
    return FileOwner(OBJECT, event.id, event.organisation.scope)


def key_of(said: Event | EventPlan, organisation: Organisation, kinds: Mapping[str, KindLine]) -> str:
    """Return what an event is found by."""
    words = str(kinds[said.kind].title) if said.kind in kinds else ""
    return search_key(said.title, words, organisation.name, said.partners, said.place)


def _put_out(event: Event, actor: int | None) -> None:
    _changed(event, is_relevant=False)
    db.session.flush()
    visits.follow(event, actor=actor)


def _take_words(event: Event, actor: int | None) -> None:
    """Write the words that waited; papers that did are told to telephones."""
    change_event(event, replace(plan_of(event), **event.proposed_words), actor=actor)


def _check(organisation: Organisation, plan: EventPlan, kinds: set[str], project_id: int | None = None) -> None:
    """Raise InvalidInputError naming the field; `project_id` is the programme the event has already."""
    check_plan(plan, frozenset(kinds))
    region_id = organisation.municipality.region_id
    if plan.project_id is not None and plan.project_id not in {
        one.id for one in projects_of(region_id, also=project_id)
    }:
        raise InvalidInputError(_("Такой программы в списке нет."), "project_id")


def _relevant(event: Event) -> tuple[object, ...]:
    return tuple(getattr(event, name) for name in RELEVANT)


def _changed(event: Event, *, is_relevant: bool) -> None:
    """Tell calendars; what was never public counts no changes: nobody has seen them."""
    # A telephone that compares dates of change takes nothing of the same second (LAST-MODIFIED has whole ones).
    event.changed_at = max(clock.now(), event.changed_at + A_SECOND) if event.published_at else clock.now()
    if event.published_at is not None:
        event.sequence += is_relevant
        calendars.touch(event.organisation.municipality.region_id)


def _key(event: Event) -> str:
    return key_of(event, event.organisation, kinds_of(event.organisation.municipality.region_id))


EVENTS = Moderation(
    model=Event,
    act="calendar.event",
    thing=OBJECT,
    begins=frozenset({EventState.DRAFT}),
    gone=_l("Мероприятие отменено. Скопируйте его, если оно снова нужно."),
    decided=_l("Это мероприятие уже не ждёт проверки."),
    published=_put_out,
    accepted=_take_words,
)
