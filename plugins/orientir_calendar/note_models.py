"""Short public notes: what a school tells of its work, what its teachers have published."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.db import Model, Moment
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Organisation
from orientir_calendar.models import Event
from orientir_calendar.proposed import Proposed


class NoteKind(StrEnum):
    NEWS = "news"
    PUBLICATION = "publication"

    @property
    def title(self) -> LazyText:
        return _KINDS[self]


class NoteState(StrEnum):
    DRAFT = "draft"
    SUGGESTED = "suggested"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def title(self) -> LazyText:
        return _STATES[self]


_KINDS = {NoteKind.NEWS: _l("Новость школы"), NoteKind.PUBLICATION: _l("Публикация педагога")}
_STATES = {
    NoteState.DRAFT: _l("черновик"),
    NoteState.SUGGESTED: _l("на проверке"),
    NoteState.PUBLISHED: _l("на сайте"),
    NoteState.WITHDRAWN: _l("снята с сайта"),
}


class Note(Proposed, Model):
    """A note of `organisation_id`, which is its only author: no field names a person (architecture.md, 6).

    `day` is when it happened or was published, `published_at` when everybody could first read it here. `remark` says
    why it came back from moderation or was taken off the site.
    """

    __tablename__ = "calendar_note"
    __table_args__ = (
        Index("ix_calendar_note_state", "state", "day"),
        CheckConstraint("state IN ('draft', 'suggested', 'published', 'withdrawn')", name="state"),
        CheckConstraint("kind IN ('news', 'publication')", name="kind"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=NoteState.DRAFT)
    remark: Mapped[str] = mapped_column(String(500), default="")
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(String(3000), default="")
    day: Mapped[date]
    url: Mapped[str] = mapped_column(String(300), default="")
    search_key: Mapped[str] = mapped_column(String(4000), default="")
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    event: Mapped[Event | None] = relationship()

    @property
    def is_public(self) -> bool:
        return self.state == NoteState.PUBLISHED

    @property
    def state_title(self) -> LazyText:
        return NoteState(self.state).title

    @property
    def kind_title(self) -> LazyText:
        return NoteKind(self.kind).title
