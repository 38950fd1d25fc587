"""Notes told to programs: a list for readers of news, an article for search engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from orientir.i18n import _
from orientir.notices.wording import shortened
from orientir.organisations.models import Region
from orientir.web.links import site_address
from orientir_calendar.markup import plain_text
from orientir_calendar.note_models import Note
from orientir_calendar.offers import SCHEMA
from orientir_calendar.syndication import NewsList

LONGEST_SUMMARY = 300


def write_notes(region: Region, notes: Sequence[Note], own: str) -> bytes:
    """Return notes as RSS 2.0; `own` is the address of this list itself."""
    title = ", ".join([_("Ориентир"), region.name, _("новости школ")])
    channel = NewsList(
        title, url_for("calendar_notes.index"), _("Новости школ и публикации педагогов о выборе профессии"), own
    )
    for note in notes:
        channel.add(
            note.title,
            url_for("calendar_notes.note", note_id=note.id),
            f"note-{note.id}@{region.code}.orientir",
            f"{note.organisation.name}. {summary_of(note)}",
            [str(note.kind_title)],
            note.published_at,
        )
    return channel.written()


def article_data(note: Note) -> Mapping[str, Any]:
    """Return a published note as a schema.org Article, ready for JSON-LD; its author is the organisation."""
    address = site_address() + url_for("calendar_notes.note", note_id=note.id)
    author = {"@type": "EducationalOrganization", "name": note.organisation.name}
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Article",
        "headline": note.title,
        "description": summary_of(note),
        "articleBody": plain_text(note.text),
        "datePublished": note.day.isoformat(),
        "dateModified": note.changed_at.isoformat(),
        "inLanguage": "ru",
        "author": author,
        "publisher": author,
        "mainEntityOfPage": address,
        "url": address,
    }
    if note.event is not None:
        event_address = site_address() + url_for("calendar.event", event_id=note.event.id)
        data["about"] = {"@type": "Event", "name": note.event.title, "url": event_address}
    return data


def summary_of(note: Note) -> str:
    """Return the first paragraph of the text, without its marks."""
    return shortened(plain_text(note.text).partition("\n")[0], LONGEST_SUMMARY)
