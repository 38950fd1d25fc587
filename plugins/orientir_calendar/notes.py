"""The verbs of notes: write, announce by the one engine of moderation, take off the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from orientir import clock
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.models import Organisation
from orientir.organisations.queries import today_of
from orientir.organisations.search import search_key
from orientir.web.links import is_web_address
from orientir.web.personal_data import doubts, personal_data_problem
from orientir_calendar.markup import plain_text
from orientir_calendar.models import Event
from orientir_calendar.moderation import LONGEST_REMARK, Moderation
from orientir_calendar.note_models import Note, NoteKind, NoteState
from orientir_calendar.queries import find_event

SIZES = {"title": 160, "text": 3000, "url": 300}  # what the columns hold
LONGEST_KEY = 4000
OLDEST = timedelta(days=1100)  # three years: what is reported of last year's work still fits


@dataclass(frozen=True)
class NotePlan:
    """The words of a note; `text` is Markdown, `event_id` the event it tells about."""

    kind: str
    title: str
    day: date
    text: str = ""
    url: str = ""
    event_id: int | None = None


def add_note(organisation: Organisation, plan: NotePlan, *, actor: int | None) -> Note:
    """Return a new note in draft; raises InvalidInputError naming the field."""
    _check(organisation, plan)
    note = Note(organisation=organisation, made_by=actor, **asdict(plan))
    note.search_key = _key(note)
    db.session.add(note)
    db.session.flush()
    NOTES.write("add", note, actor)
    return note


def change_note(note: Note, plan: NotePlan, *, actor: int | None) -> None:
    """Write the note anew; a published one stays so. Raises InvalidInputError naming the field."""
    NOTES.hold(note)
    check_change(note, plan)
    for name, value in asdict(plan).items():
        setattr(note, name, value)
    note.search_key, note.changed_at = _key(note), clock.now()
    db.session.flush()
    NOTES.write("change", note, actor)


def check_change(note: Note, plan: NotePlan) -> None:
    """Raise InvalidInputError naming the field that a note cannot be changed to; its event may stay."""
    _check(note.organisation, plan, known_event=note.event_id)


def plan_of(note: Note) -> NotePlan:
    """Return what a note says as it stands."""
    return NotePlan(**{name: getattr(note, name) for name in NotePlan.__dataclass_fields__})


def suggest(note: Note, *, actor: int | None) -> None:
    """Send a note to moderation; a trusted organisation's is published at once. A repeat changes nothing."""
    NOTES.suggest(note, actor=actor)


def publish(note: Note, *, actor: int | None, trust: bool = False) -> None:
    """Let everybody read the note; with `trust` its organisation publishes by itself from now on."""
    NOTES.publish(note, actor=actor, trust=trust)


def send_back(note: Note, remark: str, *, actor: int | None) -> None:
    """Return a suggested note with a remark; raises InvalidInputError without one."""
    NOTES.send_back(note, remark, actor=actor)


def withdraw(note: Note, remark: str, *, actor: int | None) -> None:
    """Take a note off the site at once, with a word for its organisation if there is one. A repeat changes nothing."""
    NOTES.hold(note)
    if note.state == NoteState.WITHDRAWN:
        return
    if note.proposed:  # the next one who reads it reads all of it
        change_note(note, replace(plan_of(note), **note.proposed_words), actor=actor)
        note.proposed, note.proposed_at = {}, None
    note.state, note.remark, note.changed_at = NoteState.WITHDRAWN, remark.strip()[:LONGEST_REMARK], clock.now()
    db.session.flush()
    NOTES.write("withdraw", note, actor)


def doubts_about(note: Note) -> list[str]:
    """Return what in a note looks like somebody's data, for whoever decides whether others may read it."""
    return doubts(f"{note.own('title')}\n{plain_text(note.own('text'))}")


def _put_out(note: Note, _actor: int | None) -> None:
    note.changed_at = clock.now()
    db.session.flush()


def _take_words(note: Note, actor: int | None) -> None:
    change_note(note, replace(plan_of(note), **note.proposed_words), actor=actor)


NOTES = Moderation(
    model=Note,
    act="calendar.note",
    thing="calendar_note",
    begins=frozenset({NoteState.DRAFT, NoteState.WITHDRAWN}),
    gone=_l("Эту запись уже нельзя опубликовать."),
    decided=_l("Эта запись уже не ждёт проверки."),
    published=_put_out,
    accepted=_take_words,
)


def _check(organisation: Organisation, plan: NotePlan, known_event: int | None = None) -> None:
    for field, is_wrong, words in _complaints(plan, today_of(organisation.municipality.region)):
        if is_wrong:
            raise InvalidInputError(words, field)
    for field in ("title", "text"):
        if problem := personal_data_problem(getattr(plan, field)):
            raise InvalidInputError(problem, field)
    if plan.event_id is not None and plan.event_id != known_event:
        _check_event(organisation, find_event(plan.event_id))


def _complaints(plan: NotePlan, today: date) -> Iterator[tuple[str, bool, str]]:
    yield "kind", plan.kind not in tuple(NoteKind), _("Выберите, что это: новость или публикация.")
    yield "title", not plan.title.strip(), _("Напишите заголовок.")
    for field, most in SIZES.items():
        yield field, len(getattr(plan, field)) > most, _("Слишком длинно. Сократите до %(most)s знаков.", most=most)
    wrong_link = bool(plan.url) and not is_web_address(plan.url)
    yield "url", wrong_link, _("Ссылка начинается с https:// или http://.")
    yield "text", not (plan.text.strip() or plan.url), _("Напишите текст или дайте ссылку на него.")
    yield "day", plan.day > today, _("Этот день ещё не наступил.")
    yield "day", plan.day < today - OLDEST, _("Больше трёх лет назад. Проверьте дату.")


def _check_event(organisation: Organisation, event: Event | None) -> None:
    region_id = organisation.municipality.region_id
    if event is None or not event.is_public or event.organisation.municipality.region_id != region_id:
        raise InvalidInputError(_("Такого мероприятия в календаре нет."), "event_id")


def _key(note: Note) -> str:
    """Return what a note is found by; the text goes in by its lines, as one key holds less than all of it."""
    said = (note.title, str(note.kind_title), note.organisation.name, *plain_text(note.text).splitlines())
    return " ".join(map(search_key, said))[:LONGEST_KEY]
