"""A wave of the survey, its slips, and answers that nothing ties to a slip (architecture §6).

A slip knows its class and whether it was used; an answer knows its school and grade, no class, no date, no address.
The order of rows must not give away more, so answers have random keys and lie in that order.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Region, SchoolClass
from orientir.questionnaires.models import QuestionnaireVersion


class WaveState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def title(self) -> LazyText:
        return STATE_TITLES[self]


STATE_TITLES = {
    WaveState.DRAFT: _l("готовится"),
    WaveState.OPEN: _l("идёт"),
    WaveState.CLOSED: _l("закрыта"),
}


class Wave(Model):
    """One run of the survey: from the first to the last day both included, by the region's calendar."""

    __tablename__ = "plans_wave"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="dates"),
        CheckConstraint("target_percent BETWEEN 1 AND 100", name="target"),
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    year: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    grades: Mapped[list[int]] = mapped_column(JSON)
    target_percent: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default=WaveState.DRAFT)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    version: Mapped[QuestionnaireVersion] = relationship()

    @property
    def is_open(self) -> bool:
        return self.state == WaveState.OPEN

    @property
    def source(self) -> str:
        """The name under which coverage counts this wave."""
        return f"wave:{self.id}"


UNSENT = "0" * 64


class Slip(Model):
    """One paper slip. `send_digest` recognises the same send coming twice, and says nothing about its content.

    It has its full length from the start: SQLite lays a row that grows anew, and the places of rows would tell in what
    order slips were used.
    """

    __tablename__ = "plans_slip"
    __table_args__ = (
        UniqueConstraint("wave_id", "class_id", "number"),
        CheckConstraint(f"used OR send_digest = '{UNSENT}'", name="used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("plans_wave.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), index=True)
    number: Mapped[int]
    used: Mapped[bool] = mapped_column(default=False)
    send_digest: Mapped[str] = mapped_column(String(64), default=UNSENT)

    wave: Mapped[Wave] = relationship(lazy="joined", innerjoin=True)
    school_class: Mapped[SchoolClass] = relationship()


class Answer(Model):
    """What one person answered. `key` is random, and on SQLite the row has no hidden number that grows."""

    __tablename__ = "plans_answer"
    __table_args__ = (
        Index("ix_plans_answer_wave_organisation", "wave_id", "organisation_id", "grade"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("plans_wave.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    grade: Mapped[int]
    flags: Mapped[list[str]] = mapped_column(JSON)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
