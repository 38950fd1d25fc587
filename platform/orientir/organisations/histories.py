"""What was before: former names and places of an organisation, who came after whom, states of a municipality.

Also the responsible person of an organisation: the only row here that is overwritten and keeps no past, because a
person who has left the work is nobody's business any more.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Municipality, MunicipalityKind, Organisation, titled
from orientir.organisations.search import KEY_LIMIT, search_key


class FormerName(Model):
    """A name the organisation bore until a day, or a second name it was once entered under; search finds it."""

    __tablename__ = "organisation_former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    full_name: Mapped[str] = mapped_column(String(400), default="")
    until: Mapped[date]
    search_key: Mapped[str] = mapped_column(String(KEY_LIMIT), default="")


@event.listens_for(FormerName, "before_insert")
def _keep_search_key(_mapper: object, _connection: object, former: FormerName) -> None:
    former.search_key = search_key(former.name, former.full_name or "")


class FormerPlace(Model):
    """A municipality the organisation lay in until a day."""

    __tablename__ = "organisation_former_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    until: Mapped[date]

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)


class SuccessionKind(StrEnum):
    """How one organisation came after another."""

    SUCCESSOR = "successor"
    JOINED = "joined"
    SPLIT = "split"

    @property
    def title(self) -> LazyText:
        return SUCCESSION_TITLES[self]


SUCCESSION_TITLES = {
    SuccessionKind.SUCCESSOR: _l("правопреемник"),
    SuccessionKind.JOINED: _l("присоединение"),
    SuccessionKind.SPLIT: _l("разделение"),
}


class Succession(Model):
    """One line of descent; a school that was split has several successors, one that took in others several ancestors.

    Classes and figures stay with whom they were recorded at (decision 8).
    """

    __tablename__ = "organisation_succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("predecessor_id <> successor_id", name="different"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    on_date: Mapped[date]

    predecessor: Mapped[Organisation] = relationship(foreign_keys=[predecessor_id], lazy="joined", innerjoin=True)
    successor: Mapped[Organisation] = relationship(foreign_keys=[successor_id], lazy="joined", innerjoin=True)

    @property
    def kind_title(self) -> LazyText:
        return SuccessionKind(self.kind).title


class Contact(Model):
    """The responsible person, sealed: a copy of the database without the key is no telephone book of a region."""

    __tablename__ = "organisation_contact"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class MunicipalityState(Model):
    """Name, kind and ОКТМО of a municipality from a day on; without one: from before we know."""

    __tablename__ = "municipality_state"
    __table_args__ = (UniqueConstraint("municipality_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    since: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    oktmo: Mapped[str] = mapped_column(String(8), default="")

    @property
    def title(self) -> str:
        return titled(self.name, self.kind)

    @property
    def kind_title(self) -> LazyText:
        return MunicipalityKind(self.kind).title
