"""Published questionnaires, which never change, and unsent answers, which nobody but their writer can read."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column, relationship

from orientir.db import Model, Moment
from orientir.errors import ConflictError
from orientir.i18n import _l

PUBLISHED = _l("Опубликованная версия анкеты не меняется: ответы ссылаются на неё. Опубликуйте новую.")


class Questionnaire(Model):
    """The name under which versions follow each other; `key` is the document's."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(500))


class QuestionnaireVersion(Model):
    """A snapshot of a document as it was published; `digest` is the SHA-256 of its canonical JSON."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"), UniqueConstraint("questionnaire_id", "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    # Some 30 KB that only the first reader in a process needs.
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment)
    questionnaire: Mapped[Questionnaire] = relationship()


class QuestionnaireDraft(Model):
    """Unsent answers, sealed with a key that needs the respondent's code.

    No moment is kept, only the last day the draft is of use: moments would tell the order of the sends.
    """

    __tablename__ = "questionnaire_draft"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it once; a rowid would tell the order

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date] = mapped_column(index=True)


class WordState(StrEnum):
    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


class FreeWord(Model):
    """What somebody wrote in their own words, apart from their other answers: nothing leads from one to the other.

    `owner` and `owner_id` name the plugin's object it is about («trials», 12). Nobody reads it but who decides about
    it, until that is done. `key` is random, and on SQLite the row has no hidden number that grows (decision 7).
    """

    __tablename__ = "free_word"
    __table_args__ = (
        Index("ix_free_word_owner", "owner", "state", "owner_id"),
        CheckConstraint("state IN ('waiting', 'shown', 'hidden')", name="state"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int]
    question: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(8), default=WordState.WAITING)


@event.listens_for(QuestionnaireVersion, "before_update")
@event.listens_for(QuestionnaireVersion, "before_delete")
def _refuse_change(_mapper: Mapper[Any], _connection: object, _version: object) -> None:
    raise ConflictError(PUBLISHED)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and state.bind_mapper is QuestionnaireVersion.__mapper__:
        raise ConflictError(PUBLISHED)
