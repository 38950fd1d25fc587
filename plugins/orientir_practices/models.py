"""A contest with its nominations and rubric, the entries with their consents, and the bank."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.contracts import Scope
from orientir.db import Model, Moment
from orientir.organisations.models import Organisation, Region
from orientir.questionnaires.models import QuestionnaireVersion

PLUGIN = "practices"
CONTEST, ENTRY = "practices_contest", "practices_entry"  # the kinds of objects roles stand in


class Stage(StrEnum):
    """Where a contest stands; `stages.py` says what may follow what."""

    DRAFT = "draft"
    INTAKE = "intake"
    CHECK = "check"
    EXPERTISE = "expertise"
    SHORTLIST = "shortlist"
    DEFENCE = "defence"
    PROTOCOL = "protocol"
    PUBLISHED = "published"


class EntryState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Contest(Model):
    """The contest of one year. Moments of the end are exclusive: `intake_until` is the first second that is too late.

    `aggregation` is how sheets become one figure (`scoring.py`), `ties` the chain that parts equal ones. `is_blind`:
    jurors see neither organisation nor people. `last_number` numbers the entries in the order they were sent;
    `changed_at` and `sequence` tell calendars of moved dates.
    """

    __tablename__ = "practices_contest"
    __table_args__ = (
        Index("ix_practices_contest_region", "region_id", "year"),
        CheckConstraint(
            "stage IN ('draft', 'intake', 'check', 'expertise', 'shortlist', 'defence', 'protocol', 'published')",
            name="stage",
        ),
        CheckConstraint("aggregation IN ('mean', 'median', 'trimmed')", name="aggregation"),
        CheckConstraint("intake_from < intake_until AND intake_until < expertise_until", name="dates"),
        CheckConstraint("jurors_each BETWEEN 1 AND 9", name="jurors_each"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100 AND spread_limit BETWEEN 1 AND 100", name="marks"),
        CheckConstraint("per_organisation BETWEEN 1 AND 20", name="per_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(String(4000), default="")
    stage: Mapped[str] = mapped_column(String(12), default=Stage.DRAFT)
    intake_from: Mapped[datetime] = mapped_column(Moment)
    intake_until: Mapped[datetime] = mapped_column(Moment)
    check_until: Mapped[date]
    expertise_until: Mapped[datetime] = mapped_column(Moment)
    results_on: Mapped[date]
    jurors_each: Mapped[int] = mapped_column(default=3)
    spread_limit: Mapped[int] = mapped_column(default=25)
    pass_mark: Mapped[int] = mapped_column(default=60)
    aggregation: Mapped[str] = mapped_column(String(8), default="mean")
    ties: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_blind: Mapped[bool] = mapped_column(default=False)
    per_organisation: Mapped[int] = mapped_column(default=2)
    last_number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    sequence: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    version: Mapped[QuestionnaireVersion] = relationship()
    nominations: Mapped[list[Nomination]] = relationship(
        back_populates="contest", order_by="Nomination.number", cascade="all, delete-orphan", lazy="selectin"
    )
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="contest", order_by="Criterion.number", cascade="all, delete-orphan", lazy="selectin"
    )

    defence: Mapped[Defence | None] = relationship(
        back_populates="contest", cascade="all, delete-orphan", lazy="joined", single_parent=True
    )

    @property
    def scope(self) -> Scope:
        """The contest itself: what a secretary, a chair and a juror hold their roles in."""
        return Scope(self.region_id, object_key=f"{CONTEST}:{self.id}")

    @property
    def timezone(self) -> str:
        return self.region.timezone

    @property
    def intake_last(self) -> date:
        """The last day entries are taken, in the region."""
        return self.last_day_before(self.intake_until)

    @property
    def expertise_last(self) -> date:
        """The last day experts may send, in the region."""
        return self.last_day_before(self.expertise_until)

    def last_day_before(self, end: datetime) -> date:
        """Return the day an exclusive end closes, in the region."""
        return (end - timedelta(microseconds=1)).astimezone(ZoneInfo(self.timezone)).date()


class Defence(Model):
    """The second round of a contest that has one: the first is the contest itself (`rounds.py`).

    `weight` is what it counts of a hundred, the first round counts the rest. To it go, of each nomination, the `best`
    so many (None: without a limit) of those with `mark` points of the first round; the chair has the last word
    (`shortlist.py`). `rubric` holds its own criteria as {key, title, weight, anchors}; empty: those of the nomination.
    """

    __tablename__ = "practices_defence"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 1 AND 99", name="weight"),
        CheckConstraint("jurors_each BETWEEN 1 AND 9", name="jurors_each"),
        CheckConstraint("mark BETWEEN 0 AND 100", name="mark"),
        CheckConstraint("best BETWEEN 1 AND 99", name="best"),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    weight: Mapped[int]
    until: Mapped[datetime] = mapped_column(Moment)
    jurors_each: Mapped[int]
    mark: Mapped[int]
    best: Mapped[int | None]
    rubric: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    contest: Mapped[Contest] = relationship(back_populates="defence")


class Nomination(Model):
    """One of the lists places are given in; `weights` by the key of a criterion, together `rubric.WEIGHTS`."""

    __tablename__ = "practices_nomination"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    hint: Mapped[str] = mapped_column(String(300), default="")
    asks_access: Mapped[bool] = mapped_column(default=False)
    weights: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    contest: Mapped[Contest] = relationship(back_populates="nominations")


class Criterion(Model):
    """One line of the rubric with its anchors: what 0, 1, 3 and 5 look like (domain.md C.3)."""

    __tablename__ = "practices_criterion"
    __table_args__ = (UniqueConstraint("contest_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(120))
    anchors: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    contest: Mapped[Contest] = relationship(back_populates="criteria")


class Entry(Model):
    """A practice that is sent to a contest. Its authors are the accounts that hold a role in it (`authors.py`).

    `marks` tell for each answer at which `revision` it was last changed, by whom and when: two authors who write at
    once meet the difference there. `late_until` is an extension the secretary granted, `fix_until` the day until which
    a returned entry may be sent again.
    """

    __tablename__ = "practices_entry"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        Index("ix_practices_entry_state", "contest_id", "state"),
        Index("ix_practices_entry_organisation", "organisation_id"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"))
    nomination_id: Mapped[int] = mapped_column(ForeignKey("practices_nomination.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12), default=EntryState.DRAFT)
    title: Mapped[str] = mapped_column(String(120), default="")
    search_key: Mapped[str] = mapped_column(String(800), default="")
    for_ovz: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    marks: Mapped[dict[str, list[Any]]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    was_returned: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(String(1000), default="")
    late_until: Mapped[datetime | None] = mapped_column(Moment)
    fix_until: Mapped[datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    contest: Mapped[Contest] = relationship(lazy="joined", innerjoin=True)
    nomination: Mapped[Nomination] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def scope(self) -> Scope:
        """The entry itself: what its authors hold their role in."""
        return Scope(self.contest.region_id, object_key=f"{ENTRY}:{self.id}")


class Consent(Model):
    """A consent to one text as it stood then (`digest`), by one account, from one address; withdrawn ones stay."""

    __tablename__ = "practices_consent"
    __table_args__ = (Index("ix_practices_consent_entry", "entry_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(45), default="")
    given_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    entry: Mapped[Entry] = relationship()


class Practice(Model):
    """An entry in the public bank: there only while its authors agree to be published."""

    __tablename__ = "practices_practice"

    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(Moment)
    search_key: Mapped[str] = mapped_column(String(4000), default="")

    entry: Mapped[Entry] = relationship(lazy="joined", innerjoin=True)


class Repeat(Model):
    """An organisation says that it has repeated a practice of the bank."""

    __tablename__ = "practices_repeat"

    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(500), default="")
    told_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    told_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Appeal(Model):
    """A complaint about the procedure, never about a score; answered by the chair."""

    __tablename__ = "practices_appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), unique=True)
    words: Mapped[str] = mapped_column(String(2000))
    filed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    entry: Mapped[Entry] = relationship(lazy="joined", innerjoin=True)
