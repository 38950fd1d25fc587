"""What the calendar asks of whoever is signed in: what to decide about, drafts that were sent back."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from orientir.contracts import HomePanel, PanelItem, Viewer
from orientir.i18n import _, plural
from orientir_calendar import note_queries, queries
from orientir_calendar.models import Event
from orientir_calendar.note_models import Note
from orientir_calendar.routes import PUBLISH, SUGGEST
from orientir_calendar.waiting import Item, count_waiting

MOST_DRAFTS = 3


def home_panels(viewer: Viewer) -> list[HomePanel]:
    """Return one panel where something waits, none otherwise."""
    items = tuple(_items(viewer))
    return [HomePanel(_("Календарь"), items, order=30)] if items else []


def _items(viewer: Viewer) -> Iterator[PanelItem]:
    if viewer.can(PUBLISH):
        yield from _to_decide(viewer)
    elif viewer.can(SUGGEST):
        scopes = viewer.scopes(SUGGEST)
        for event in queries.returned_in(scopes, MOST_DRAFTS):
            yield _sent_back(event, url_for("calendar.event", event_id=event.id))
        for note in note_queries.returned_notes(scopes, MOST_DRAFTS):
            yield _sent_back(note, url_for("calendar_notes.note", note_id=note.id))


def _to_decide(viewer: Viewer) -> Iterator[PanelItem]:
    scopes, address = viewer.scopes(PUBLISH), url_for("calendar_events.moderation")
    if count := count_waiting(Event, scopes):
        words = plural(count, _("мероприятие ждёт проверки|мероприятия ждут проверки|мероприятий ждут проверки"))
        yield PanelItem(count, words, address, _("Проверить"))
    if count := count_waiting(Note, scopes):
        words = plural(
            count,
            _(
                "новость или публикация ждёт проверки|новости и публикации ждут проверки"
                "|новостей и публикаций ждут проверки"
            ),
        )
        yield PanelItem(count, words, f"{address}#notes", _("Проверить"))


def _sent_back(item: Item, address: str) -> PanelItem:
    title = _("«%(title)s» вернули с замечанием", title=item.title)
    return PanelItem(None, title, address, _("Исправить"), item.remark)
