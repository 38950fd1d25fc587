"""Events of the regional calendar, their exceptions, the lists they choose from, and who publishes without asking."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.db import Model, Moment
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Organisation
from orientir_calendar.proposed import Proposed

PLUGIN, OBJECT = "calendar", "calendar_event"


class EventState(StrEnum):
    DRAFT = "draft"
    SUGGESTED = "suggested"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def title(self) -> LazyText:
        return _TITLES[self]


_TITLES = {
    EventState.DRAFT: _l("черновик"),
    EventState.SUGGESTED: _l("на проверке"),
    EventState.PUBLISHED: _l("в календаре"),
    EventState.CANCELLED: _l("отменено"),
}


class EventKind(Model):
    """A line the region has added to the list of kinds, or its own words for a standard one (the same `key`).

    `activity` is what coverage counts such an event as, "" for none; `color` a name of `words.COLORS`, "" for the usual
    one; a closed kind is offered no more.
    """

    __tablename__ = "calendar_kind"
    __table_args__ = (UniqueConstraint("region_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    key: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(80))
    activity: Mapped[str] = mapped_column(String(64), default="")
    color: Mapped[str] = mapped_column(String(24), default="")
    is_closed: Mapped[bool] = mapped_column(default=False)


class Project(Model):
    """An outer programme («Билет в будущее»): counted on a line of its own, never added to ours (domain.md A.1, 56)."""

    __tablename__ = "calendar_project"
    __table_args__ = (UniqueConstraint("region_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    title: Mapped[str] = mapped_column(String(120))
    is_closed: Mapped[bool] = mapped_column(default=False)


class Event(Proposed, Model):
    """An occasion of `organisation_id`. A whole day starts at the region's midnight and ends at the next.

    `uid` names it for all telephones for ever; `sequence` and `changed_at` tell them what is newer. `frequency` ("" for
    once) repeats it until `until`, on `weekdays` (0 is Monday) where it is weekly; one day that differs is an
    `EventException`. `latitude` and `longitude` are degrees (WGS 84). `remark` says why it came back from moderation,
    `reason` why it is cancelled. `hours` and `direction` are of the federal minimum (письмо № АБ-2324/05).
    """

    __tablename__ = "calendar_event"
    __table_args__ = (
        Index("ix_calendar_event_state", "state", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("first_grade BETWEEN 0 AND last_grade AND last_grade <= 12", name="grades"),
        CheckConstraint("state IN ('draft', 'suggested', 'published', 'cancelled')", name="state"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint("frequency IN ('', 'weekly', 'fortnightly', 'monthly')", name="frequency"),
        CheckConstraint("(frequency = '') = (until IS NULL)", name="until"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_coordinates"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=EventState.DRAFT)
    remark: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(160))
    search_key: Mapped[str] = mapped_column(String(800), default="")
    kind: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_project.id"))
    audiences: Mapped[list[str]] = mapped_column(JSON, default=list)
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    format: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    partners: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    is_all_day: Mapped[bool] = mapped_column(default=False)
    frequency: Mapped[str] = mapped_column(String(12), default="")
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    until: Mapped[date | None]
    url: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = mapped_column(String(4000), default="")
    conditions: Mapped[list[str]] = mapped_column(JSON, default=list)
    direction: Mapped[str] = mapped_column(String(16), default="")
    hours: Mapped[int] = mapped_column(default=0)
    proof_url: Mapped[str] = mapped_column(String(300), default="")
    proof_checked_on: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    project: Mapped[Project | None] = relationship(lazy="joined")
    exceptions: Mapped[list[EventException]] = relationship(
        back_populates="event", order_by="EventException.original", cascade="all, delete-orphan"
    )

    @property
    def timezone(self) -> str:
        return self.organisation.municipality.region.timezone

    @property
    def is_published(self) -> bool:
        return self.state == EventState.PUBLISHED

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it: what was announced and then cancelled says so."""
        return self.published_at is not None and self.state in (EventState.PUBLISHED, EventState.CANCELLED)

    @property
    def state_title(self) -> LazyText:
        return EventState(self.state).title

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude where somebody has said them."""
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    @property
    def lasts(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def last_day(self) -> date:
        """The last day it takes, in its region; the midnight a whole day ends at belongs to the next."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.timezone)).date()


class EventException(Model):
    """One day of a repeated event that is dropped, or (with `starts_at`) moved; `original` is where it would begin."""

    __tablename__ = "calendar_exception"
    __table_args__ = (
        UniqueConstraint("event_id", "original"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="times"),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("calendar_event.id"))
    original: Mapped[datetime] = mapped_column(Moment)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship(back_populates="exceptions")


class TrustedOrganisation(Model):
    """An organisation whose events need no moderation any more."""

    __tablename__ = "calendar_trusted"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    trusted_on: Mapped[date]


class FeedLink(Model):
    """The address of a feed for one class, or for one pupil (`student_id` is the origin of the seats).

    The address itself is derived (`links.token_of`); here lies only its keyed digest. A new generation ends the old
    address.
    """

    __tablename__ = "calendar_link"
    __table_args__ = (CheckConstraint("(class_id IS NULL) <> (student_id IS NULL)", name="owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"), unique=True)
    student_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), unique=True)
    generation: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def owner(self) -> str:
        return f"class:{self.class_id}" if self.class_id is not None else f"student:{self.student_id}"


class SiteMark(Model):
    """What a school says of the section on its site: where it is, that the calendar stands there, when it was fresh."""

    __tablename__ = "calendar_site"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    url: Mapped[str] = mapped_column(String(300))
    has_calendar: Mapped[bool] = mapped_column(default=False)
    fresh_on: Mapped[date]
    marked_at: Mapped[datetime] = mapped_column(Moment)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship()


class SiteCheck(Model):
    """What the robot saw at the address a school has marked; the school's own mark is never written over.

    `found` is None where the page could not be read, and `problem` says why. `digest` is of its visible words,
    `changed_on` the last day they are known to have been renewed on.
    """

    __tablename__ = "calendar_site_check"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    url: Mapped[str] = mapped_column(String(300))
    checked_at: Mapped[datetime] = mapped_column(Moment)
    found: Mapped[bool | None]
    problem: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    changed_on: Mapped[date | None]


class ExternalCount(Model):
    """What an outer programme says of a school's year: an aggregate with its source, never added to our figures.

    A corrected number is a new row and the old one is taken back: what was told stays (domain.md C.4, rule 3).
    """

    __tablename__ = "calendar_external"
    __table_args__ = (
        Index("ix_calendar_external_school", "organisation_id", "year"),
        CheckConstraint("people >= 1 AND ovz BETWEEN 0 AND people", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("calendar_project.id"))
    year: Mapped[int]
    what: Mapped[str] = mapped_column(String(120))
    people: Mapped[int]
    ovz: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))
    taken_back: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)


class Report(Model):
    """What a school says of an event after it: who was there. `event_id` is empty for what no calendar held.

    A corrected report keeps its row and raises `revision`; one that was taken back counts nobody. The people are in
    `ReportLine`; `parents` and `teachers` have no class.
    """

    __tablename__ = "calendar_report"
    __table_args__ = (
        Index("ix_calendar_report_school", "organisation_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("parents >= 0 AND teachers >= 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(160))
    partner: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    parents: Mapped[int] = mapped_column(default=0)
    teachers: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    taken_back: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    event: Mapped[Event | None] = relationship()
    lines: Mapped[list[ReportLine]] = relationship(
        back_populates="report", order_by="ReportLine.class_id", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def people(self) -> int:
        """Pupils, all classes together."""
        return 0 if self.taken_back else sum(line.people for line in self.lines)

    @property
    def won(self) -> int:
        """Pupils who won or took a prize, all classes together."""
        return 0 if self.taken_back else sum(line.won for line in self.lines)


class ReportLine(Model):
    """The pupils of one class: numbers of its list, or how many, «из них» with ОВЗ, инвалидность, a prize (`won`)."""

    __tablename__ = "calendar_report_line"
    __table_args__ = (
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("ovz BETWEEN 0 AND people AND disabled BETWEEN 0 AND people", name="parts"),
        CheckConstraint("won BETWEEN 0 AND people", name="won"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("calendar_report.id"), primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), primary_key=True, index=True)
    people: Mapped[int]
    ovz: Mapped[int] = mapped_column(default=0)
    disabled: Mapped[int] = mapped_column(default=0)
    won: Mapped[int] = mapped_column(default=0)
    students: Mapped[list[int]] = mapped_column(JSON, default=list)

    report: Mapped[Report] = relationship(back_populates="lines")
