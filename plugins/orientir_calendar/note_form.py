"""Forms of notes: what a list is narrowed to, a note itself, why one leaves the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from orientir.i18n import LazyText, _, _l
from orientir.notices.wording import visible
from orientir.organisations.models import Municipality, Organisation
from orientir.web.formats import day
from orientir.web.forms import DayField, asked_day, options
from orientir.web.page_form import PageForm
from orientir_calendar.models import Event
from orientir_calendar.note_models import Note, NoteKind
from orientir_calendar.note_queries import WantedNotes
from orientir_calendar.notes import NotePlan


class NotesForm(Form):
    """What a list is narrowed to; it stays in the address. What is not in the lists counts as not said."""

    q = StringField(_l("Слово или название"))
    place = SelectField(_l("Где"))
    kind = SelectField(_l("Что"))
    organisation = SelectField(_l("Чьи"))

    def offer_places(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the lists that depend on nothing, and drop what is in none."""
        _fill(self.place, {"": _("вся область"), **{str(one.id): one.title for one in municipalities}})
        _fill(self.kind, {"": _("новости и публикации"), **{kind.value: kind.title for kind in NoteKind}})

    def offer_writers(self, organisations: Sequence[Organisation]) -> None:
        """Fill the list of who has written there."""
        _fill(self.organisation, {"": _("всех организаций"), **{str(one.id): one.name for one in organisations}})

    def wanted(self) -> WantedNotes:
        """Return the conditions; before `offer_writers` the organisation is as the address says it."""
        return WantedNotes(
            typed=self.q.data or "",
            place=int(self.place.data) if self.place.data else None,
            kind=self.kind.data or "",
            organisation=_number(self.organisation.data),
        )

    def said(self) -> dict[str, Any]:
        """Return the conditions as they stand in the address, without what was left empty."""
        return {name: str(value) for name, value in self.data.items() if value}


class NoteForm(PageForm):
    organisation_id = SelectField(_l("Чья это запись"))
    kind = SelectField(_l("Что это"), choices=options((kind.value, kind.title) for kind in NoteKind))
    title = StringField(_l("Заголовок"), [InputRequired(_l("Напишите заголовок."))])
    day = DayField(_l("Дата"))
    text = TextAreaField(_l("Текст"))
    url = StringField(_l("Ссылка: полный рассказ, статья, сборник"))
    event_id = SelectField(_l("О каком мероприятии"))

    def offer(self, organisations: Sequence[Organisation], events: Sequence[Event]) -> None:
        """Fill the lists of what this person may choose from."""
        self.organisation_id.choices = [(str(one.id), one.name) for one in organisations]
        told = [(str(one.id), f"{day(one.first_day)} {one.first_day.year}: {one.title}") for one in events]
        self.event_id.choices = [("", _("ни о каком")), *told]

    def plan(self) -> NotePlan:
        """Return what a valid form says; raises InvalidInputError naming the field."""
        words = {name: visible(self[name].data or "").strip() for name in ("kind", "title", "text", "url")}
        return NotePlan(
            **words, day=asked_day(self.day), event_id=int(self.event_id.data) if self.event_id.data else None
        )

    @classmethod
    def of(cls, note: Note) -> NoteForm:
        """Return the form as the note stands; a post fills it anew."""
        said = {name: note.own(name) for name in ("kind", "title", "day", "text", "url")}
        return cls(data={**said, "event_id": str(note.event_id or ""), "organisation_id": str(note.organisation_id)})


class WithdrawForm(PageForm):
    remark = TextAreaField(_l("Почему"))


def _fill(field: SelectField, known: Mapping[str, LazyText | str]) -> None:
    field.choices = [(key, str(words)) for key, words in known.items()]
    field.data = field.data if field.data in known else ""


def _number(said: object) -> int | None:
    text = str(said or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
