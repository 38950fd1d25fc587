"""A season of trials and the cards of trials offered in it; their dates are slots of the bookings block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Organisation, Region

PLUGIN = "trials"  # the owner of the slots of cards
ACTIVITY = "trials.trial"


class Season(Model):
    """«Весенняя неделя профпроб»: from the first to the last day both included. Who may offer trials stands here."""

    __tablename__ = "trials_season"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    only_colleges: Mapped[bool] = mapped_column(default=False)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class TrialState(StrEnum):
    DRAFT = "draft"
    SUGGESTED = "suggested"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def title(self) -> LazyText:
        return _TITLES[self]


_TITLES = {
    TrialState.DRAFT: _l("готовится"),
    TrialState.SUGGESTED: _l("на проверке"),
    TrialState.APPROVED: _l("в реестре"),
    TrialState.WITHDRAWN: _l("снята"),
}


class Trial(Model):
    """A card (domain.md C.6, 6): what is tried, by whom, where. `remark` says why it came back from moderation.

    `guide` is a post («мастер производственного обучения»), never a name: names of people live elsewhere.
    """

    __tablename__ = "trials_trial"
    __table_args__ = (
        Index("ix_trials_trial_season_state", "season_id", "state"),
        CheckConstraint("first_grade BETWEEN 1 AND last_grade AND last_grade <= 12", name="grades"),
        CheckConstraint("step BETWEEN 1 AND 3", name="step"),
        CheckConstraint("capacity >= 1 AND minimum BETWEEN 0 AND capacity", name="capacity"),
        CheckConstraint("state IN ('draft', 'suggested', 'approved', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("trials_season.id"))
    state: Mapped[str] = mapped_column(String(12), default=TrialState.DRAFT)
    remark: Mapped[str] = mapped_column(String(500), default="")
    approved_on: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(120))
    search_key: Mapped[str] = mapped_column(String(800), default="")
    profession: Mapped[str] = mapped_column(String(120), default="")
    field: Mapped[str] = mapped_column(String(16))
    step: Mapped[int]
    is_priority: Mapped[bool] = mapped_column(default=False)
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    is_online: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(300))
    directions: Mapped[str] = mapped_column(String(500), default="")
    guide: Mapped[str] = mapped_column(String(120), default="")
    hands: Mapped[str] = mapped_column(String(1000), default="")
    takeaway: Mapped[str] = mapped_column(String(300), default="")
    study_url: Mapped[str] = mapped_column(String(300), default="")
    clothes: Mapped[str] = mapped_column(String(300), default="")
    safety: Mapped[str] = mapped_column(String(1000), default="")
    conditions: Mapped[list[str]] = mapped_column(JSON, default=list)
    capacity: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    needs_companion: Mapped[bool] = mapped_column(default=False)
    copied_from: Mapped[int | None] = mapped_column(ForeignKey("trials_trial.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    season: Mapped[Season] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_approved(self) -> bool:
        return self.state == TrialState.APPROVED

    @property
    def state_title(self) -> LazyText:
        return TrialState(self.state).title


def _said(question: str, *codes: str) -> Callable[[Any], bool]:
    """Return what tells of a row that is being written whether its answers hold one of these."""

    def is_said(context: Any) -> bool:  # noqa: ANN401 - SQLAlchemy does not type what it hands over
        return context.get_current_parameters()["answers"].get(question) in codes

    return is_said


class Reply(Model):
    """That somebody who came has answered the form, and nothing of what was said.

    `place` is a seat, or a number within a group told by number; `send_digest` recognises a send that comes twice.
    """

    __tablename__ = "trials_reply"
    __table_args__ = ({"sqlite_with_rowid": False},)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    send_digest: Mapped[str] = mapped_column(String(64))


class TrialAnswer(Model):
    """What one person said after a trial. It knows the card and the year, no date, no class, no booking.

    `key` is random, and on SQLite the row has no hidden number that grows (docs/decisions/0007). `by_hand` and
    `is_clearer` repeat the two answers indicator 6.4 counts: a year of a region is counted in an index, without a look
    at the answers.
    """

    __tablename__ = "trials_answer"
    __table_args__ = (
        Index("ix_trials_answer_counted", "trial_id", "year", "by_hand", "is_clearer"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trials_trial.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    year: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_hand: Mapped[bool] = mapped_column(default=_said("F2", "hands"), server_default=false())
    is_clearer: Mapped[bool] = mapped_column(default=_said("F3", "more", "some"), server_default=false())
