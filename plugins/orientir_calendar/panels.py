"""What the calendar asks of whoever is signed in: events to decide about, drafts that were sent back."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from orientir.contracts import HomePanel, PanelItem, Viewer
from orientir.i18n import _, plural
from orientir_calendar import queries
from orientir_calendar.routes import PUBLISH, SUGGEST

MOST_DRAFTS = 3


def home_panels(viewer: Viewer) -> list[HomePanel]:
    """Return one panel where something waits, none otherwise."""
    items = tuple(_items(viewer))
    return [HomePanel(_("Календарь"), items, order=30)] if items else []


def _items(viewer: Viewer) -> Iterator[PanelItem]:
    if viewer.can(PUBLISH):
        count = queries.count_suggested(viewer.scopes(PUBLISH))
        if count:
            words = plural(count, _("мероприятие ждёт проверки|мероприятия ждут проверки|мероприятий ждут проверки"))
            yield PanelItem(count, words, url_for("calendar_events.moderation"), _("Проверить"))
    elif viewer.can(SUGGEST):
        for event in queries.returned_in(viewer.scopes(SUGGEST), MOST_DRAFTS):
            yield PanelItem(
                None,
                _("«%(title)s» вернули с замечанием", title=event.title),
                url_for("calendar.event", event_id=event.id),
                _("Исправить"),
                event.remark,
            )
