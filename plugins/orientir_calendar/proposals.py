"""The verbs of what is changed after everybody could read it (docs/ru/operator.md).

Facts go out at once: a class must not come to the room of yesterday. Words and papers of an organisation that is not
trusted wait for a decision; until then all see the old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from orientir import clock
from orientir.db import db
from orientir.files.models import StoredFile
from orientir.files.reading import Upload
from orientir.i18n import LazyText, _l
from orientir_calendar import notes, services
from orientir_calendar.markup import rich_text
from orientir_calendar.models import Event
from orientir_calendar.moderation import Moderation
from orientir_calendar.note_models import Note
from orientir_calendar.notes import NotePlan
from orientir_calendar.plans import EventPlan
from orientir_calendar.proposed import PAPERS
from orientir_calendar.waiting import PUBLISHED, Item, is_trusted

EVENT_WORDS: Mapping[str, LazyText] = {
    "title": _l("Название"),
    "about": _l("Описание"),
    "partners": _l("Партнёры"),
    "url": _l("Ссылка"),
    "proof_url": _l("Ссылка на рассказ о том, как прошло"),
}
MARKED = ("about", "text")  # written in Markdown
NOTE_WORDS: Mapping[str, LazyText] = {"title": _l("Заголовок"), "text": _l("Текст"), "url": _l("Ссылка")}


def revise_event(event: Event, plan: EventPlan, *, actor: int | None, decides: bool) -> None:
    """Write an event anew; `decides` is who may publish it. Raises what `services.change_event` does."""
    services.EVENTS.hold(event)
    if not _must_wait(event, decides=decides):
        _forget(event)
        services.change_event(event, plan, actor=actor)
        return
    services.check_change(event, plan)
    facts = replace(plan, **{name: getattr(event, name) for name in EVENT_WORDS})
    if facts != services.plan_of(event):
        services.change_event(event, facts, actor=actor)
    _propose(services.EVENTS, event, {name: getattr(plan, name) for name in EVENT_WORDS}, actor)


def revise_note(note: Note, plan: NotePlan, *, actor: int | None, decides: bool) -> None:
    """Write a note anew; `decides` is who may publish it. Raises what `notes.change_note` does."""
    notes.NOTES.hold(note)
    if not _must_wait(note, decides=decides):
        _forget(note)
        notes.change_note(note, plan, actor=actor)
        return
    notes.check_change(note, plan)
    facts = replace(plan, **{name: getattr(note, name) for name in NOTE_WORDS})
    if facts != notes.plan_of(note):
        notes.change_note(note, facts, actor=actor)
    _propose(notes.NOTES, note, {name: getattr(plan, name) for name in NOTE_WORDS}, actor)


def bring_paper(event: Event, upload: Upload, purpose: str, *, actor: int | None, decides: bool) -> StoredFile:
    """Return the file as a paper of the event, held back where it must be looked at first."""
    services.EVENTS.hold(event)
    known = {file.id for file in services.all_papers(event)}
    file = services.attach_paper(event, upload, purpose, actor=actor)
    if _must_wait(event, decides=decides) and file.id not in known:
        event.proposed = {**event.proposed, PAPERS: [*event.held_papers, file.id]}
        _ask(services.EVENTS, event, actor)
    return file


def changes_of(item: Event | Note) -> Iterator[tuple[LazyText, str, str]]:
    """Yield what would be changed: the field, the words all see, the words that wait, both as pages show them."""
    for name, title in (EVENT_WORDS if isinstance(item, Event) else NOTE_WORDS).items():
        if name in item.proposed:
            drawn: Callable[[str], str] = rich_text if name in MARKED else str
            yield title, drawn(getattr(item, name)), drawn(item.proposed[name])


def _must_wait(item: Event | Note, *, decides: bool) -> bool:
    return item.state == PUBLISHED and not decides and not is_trusted(item.organisation_id)


def _propose(moderation: Moderation[Item], item: Item, words: Mapping[str, str], actor: int | None) -> None:
    """Let words that differ from those all see wait; the same words again take a proposal back."""
    new = {name: said for name, said in words.items() if said != getattr(item, name)}
    if new == item.proposed_words and not item.remark:
        return
    item.proposed = {**new, **({PAPERS: item.held_papers} if item.held_papers else {})}
    if item.proposed:
        _ask(moderation, item, actor)
    else:
        item.proposed_at, item.remark = None, ""
        db.session.flush()


def _ask(moderation: Moderation[Item], item: Item, actor: int | None) -> None:
    item.proposed_at, item.remark = clock.now(), ""
    db.session.flush()
    moderation.write("propose", item, actor)


def _forget(item: Event | Note) -> None:
    """Let the words that waited go: whoever decides has written all of them."""
    item.proposed = {PAPERS: item.held_papers} if item.held_papers else {}
    item.proposed_at = item.proposed_at if item.held_papers else None
