"""The ledger of facts and the figures derived from it; only the ledger, targets and declarations are sources."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from orientir.db import Model, Moment

TARGET_UNITS = 10_000


class Fact(Model):
    """One entry of the append-only ledger; a correction is a second entry with the opposite sign.

    `home` names whom the people belong to: a class, or a level of an organisation in one academic `year`.
    """

    __tablename__ = "coverage_fact"
    __table_args__ = (
        # The same source twice is one fact; its reversal carries the same source with the other sign.
        UniqueConstraint("plugin", "reference", "revision", "sign"),
        UniqueConstraint("reverses_id"),
        Index("ix_coverage_fact_home", "activity", "period", "home", "evidence"),
        CheckConstraint("sign IN (1, -1)", name="sign"),
        CheckConstraint("(sign = 1) = (reverses_id IS NULL)", name="reverses"),
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("ovz BETWEEN 0 AND people", name="ovz"),
        CheckConstraint("disabled BETWEEN 0 AND people", name="disabled"),
        CheckConstraint("(evidence = 'seat') = (student_id IS NOT NULL)", name="seat"),
        CheckConstraint("evidence <> 'party' OR starts_at < ends_at", name="party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16))
    period: Mapped[int]
    on_date: Mapped[date]
    home: Mapped[str] = mapped_column(String(48))
    year: Mapped[int]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    host_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    evidence: Mapped[str] = mapped_column(String(8))
    student_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), index=True)
    people: Mapped[int]
    ovz: Mapped[int] = mapped_column(default=0)
    disabled: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    others: Mapped[bool] = mapped_column(default=False)
    plugin: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    sign: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("coverage_fact.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class Counter(Model):
    """Running figures of one home; `covered` is the largest of the three lower bounds beside it."""

    __tablename__ = "coverage_counter"
    __table_args__ = (
        Index("ix_coverage_counter_class", "activity", "period", "class_id"),
        CheckConstraint("participations >= 0 AND seats >= 0 AND parties >= 0 AND slips >= 0", name="figures"),
        CheckConstraint("covered BETWEEN 0 AND participations", name="covered"),
    )

    activity: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    home: Mapped[str] = mapped_column(String(48), primary_key=True)
    year: Mapped[int]
    class_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    level: Mapped[str] = mapped_column(String(16))
    participations: Mapped[int] = mapped_column(default=0)
    seats: Mapped[int] = mapped_column(default=0)
    parties: Mapped[int] = mapped_column(default=0)
    slips: Mapped[int] = mapped_column(default=0)
    covered: Mapped[int] = mapped_column(default=0)


class Total(Model):
    """Roll-up of the counters of one organisation, level and academic year.

    People told by class (`in_classes`) and people told by level only (`at_large`) may be the same, so they never add.
    """

    __tablename__ = "coverage_total"
    __table_args__ = (CheckConstraint("participations >= 0 AND in_classes >= 0 AND at_large >= 0", name="figures"),)

    activity: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    participations: Mapped[int] = mapped_column(default=0)
    in_classes: Mapped[int] = mapped_column(default=0)
    at_large: Mapped[int] = mapped_column(default=0)


class RunningCount(Model):
    """Slips of one class used so far in one open source (a wave): a number, no times, no order."""

    __tablename__ = "coverage_running"
    __table_args__ = (CheckConstraint("people >= 1", name="people"),)

    activity: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    people: Mapped[int]


class Target(Model):
    """The planned share of one branch in hundredths of a per cent; branches below without their own inherit it."""

    __tablename__ = "coverage_target"
    __table_args__ = (
        UniqueConstraint("activity", "period", "branch"),
        CheckConstraint(f"value BETWEEN 1 AND {TARGET_UNITS}", name="value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(String(64))
    period: Mapped[int]
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # UNIQUE ignores rows with a NULL on both engines, so the branch is written out once more.
    branch: Mapped[str] = mapped_column(String(64))
    value: Mapped[int]

    @property
    def share(self) -> Fraction:
        return Fraction(self.value, TARGET_UNITS)


class Declaration(Model):
    """How many people the organisation itself says it reached; it lies between the computed bounds when filed."""

    __tablename__ = "coverage_declaration"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    activity: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    people: Mapped[int]
    declared_at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


@event.listens_for(Fact, "before_update")
@event.listens_for(Fact, "before_delete")
def _refuse_change(_mapper: object, _connection: object, fact: Fact) -> None:
    raise RuntimeError(f"the ledger is append-only: fact {fact.id} cannot be changed, record a reversal")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change(state: ORMExecuteState) -> None:
    writes = state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_ is Fact:
        raise RuntimeError("the ledger is append-only: facts cannot be changed in bulk, record reversals")
