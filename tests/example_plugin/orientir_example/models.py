"""One table; its name begins with the plugin's, its foreign keys lead to the platform only."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.organisations.models import SchoolClass


class Hour(Model):
    """A classroom hour that was held; one taken back stays, because the ledger of coverage names it."""

    __tablename__ = "example_hour"
    __table_args__ = (CheckConstraint("people >= 1", name="people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), index=True)
    held_on: Mapped[date]
    people: Mapped[int]
    is_taken_back: Mapped[bool] = mapped_column(default=False)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    school_class: Mapped[SchoolClass] = relationship(lazy="joined", innerjoin=True)
