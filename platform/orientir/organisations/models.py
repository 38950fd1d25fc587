"""Region → Municipality → Organisation → SchoolClass, and the dated numbers of people in a class."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import Model
from orientir.i18n import LazyText, _l
from orientir.organisations.class_names import ClassName
from orientir.organisations.search import KEY_LIMIT, search_key


class OrganisationKind(StrEnum):
    """Types of organisations (273-ФЗ, ст. 23, and the partners of schools)."""

    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    COLLEGE = "college"
    UNIVERSITY = "university"
    ADDITIONAL = "additional"
    TRAINING = "training"
    EMPLOYER = "employer"
    MUNICIPAL = "municipal"
    OPERATOR = "operator"
    OTHER = "other"

    @property
    def title(self) -> LazyText:
        return KIND_TITLES[self]

    @property
    def has_classes(self) -> bool:
        """Whether the organisation keeps classes (kindergartens keep groups of grade 0)."""
        return self in (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


KIND_TITLES = {
    OrganisationKind.SCHOOL: _l("школа"),
    OrganisationKind.KINDERGARTEN: _l("детский сад"),
    OrganisationKind.COLLEGE: _l("колледж или техникум"),
    OrganisationKind.UNIVERSITY: _l("вуз"),
    OrganisationKind.ADDITIONAL: _l("дополнительное образование"),
    OrganisationKind.TRAINING: _l("повышение квалификации (ДПО)"),
    OrganisationKind.EMPLOYER: _l("работодатель"),
    OrganisationKind.MUNICIPAL: _l("муниципальный орган"),
    OrganisationKind.OPERATOR: _l("региональный оператор"),
    OrganisationKind.OTHER: _l("иное"),
}


class MunicipalityKind(StrEnum):
    """Kinds of upper-level municipalities (131-ФЗ, 33-ФЗ).

    Districts are turning into муниципальные округа one by one until 2030. No source says which of the 32 of Irkutsk
    region have, so there is a kind that leaves it open; whoever knows enters the change with its date.
    """

    CITY = "city"
    OKRUG = "okrug"
    RAION = "raion"
    DISTRICT = "district"

    @property
    def title(self) -> LazyText:
        return MUNICIPALITY_KIND_TITLES[self]


MUNICIPALITY_KIND_TITLES = {
    MunicipalityKind.CITY: _l("городской округ"),
    MunicipalityKind.OKRUG: _l("муниципальный округ"),
    MunicipalityKind.RAION: _l("муниципальный район"),
    MunicipalityKind.DISTRICT: _l("район или округ"),
}


class Region(Model):
    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(2), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(64))
    timezone_words: Mapped[str] = mapped_column(String(64))
    operator_name: Mapped[str] = mapped_column(String(200))
    is_demo: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def scope(self) -> Scope:
        return Scope(self.id)


class Municipality(Model):
    """Counters hang on the id, so history survives a new name, kind or code.

    Name, kind and ОКТМО are those of today; `MunicipalityState` keeps what was when. `version` grows with each change.
    """

    __tablename__ = "municipality"
    __table_args__ = (UniqueConstraint("region_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    oktmo: Mapped[str] = mapped_column(String(8), default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    version: Mapped[int] = mapped_column(default=1)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)

    @property
    def title(self) -> str:
        """The name in full, so that a city and the district around it are not mixed up: «Братск, городской округ»."""
        return titled(self.name, self.kind)

    @property
    def kind_title(self) -> LazyText:
        return MunicipalityKind(self.kind).title

    @property
    def scope(self) -> Scope:
        return Scope(self.region_id, self.id)


def titled(name: str, kind: str) -> str:
    """Return the name of a municipality with the word that tells a city from the district around it."""
    city = MunicipalityKind.CITY.title
    return f"{name}, {city}" if kind == MunicipalityKind.CITY and str(city) not in name else name


class Organisation(Model):
    """Sorted and searched by `search_key`, because the two engines disagree on the order and case of Cyrillic.

    An organisation is never removed. `merged_into_id` marks a second entry of the same organisation, whose classes and
    facts have gone over to the other (decision 8); `version` grows with each change of the card, so that nobody
    overwrites what somebody else has just written. ИНН is not unique: branches share it.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_municipality_kind", "municipality_id", "kind"),
        CheckConstraint("merged_into_id IS NULL OR closed_on IS NOT NULL", name="merged"),
        CheckConstraint("merged_into_id <> id", name="merged_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(160))
    full_name: Mapped[str] = mapped_column(String(400), default="")
    search_key: Mapped[str] = mapped_column(String(KEY_LIMIT), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    site: Mapped[str] = mapped_column(String(300), default="")
    document_url: Mapped[str] = mapped_column(String(300), default="")
    document_on: Mapped[date | None]
    inn: Mapped[str] = mapped_column(String(12), default="", index=True)
    kpp: Mapped[str] = mapped_column(String(9), default="")
    ogrn: Mapped[str] = mapped_column(String(15), default="")
    okpo: Mapped[str] = mapped_column(String(10), default="")
    oktmo: Mapped[str] = mapped_column(String(11), default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)

    @property
    def scope(self) -> Scope:
        return Scope(self.municipality.region_id, self.municipality_id, self.id)

    @property
    def kind_title(self) -> LazyText:
        return OrganisationKind(self.kind).title

    @property
    def has_classes(self) -> bool:
        return OrganisationKind(self.kind).has_classes


@event.listens_for(Organisation, "before_insert")
@event.listens_for(Organisation, "before_update")
def _keep_search_key(_mapper: object, _connection: object, organisation: Organisation) -> None:
    organisation.search_key = search_key(organisation.name, organisation.full_name or "")


class SchoolClass(Model):
    """A class of one academic year; `last_grade` differs from `grade` only in a комплект-класс such as «5–6».

    Grade 0 is a group of a kindergarten; its `letter` is the group's name.
    """

    __tablename__ = "school_class"
    __table_args__ = (
        UniqueConstraint("organisation_id", "year", "grade", "last_grade", "letter"),
        CheckConstraint("grade BETWEEN 0 AND 12", name="grade"),
        CheckConstraint("last_grade BETWEEN grade AND 12", name="last_grade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    year: Mapped[int]
    grade: Mapped[int]
    last_grade: Mapped[int]
    letter: Mapped[str] = mapped_column(String(40), default="")

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    headcounts: Mapped[list[Headcount]] = relationship(
        back_populates="school_class", order_by="Headcount.on_date", cascade="all, delete-orphan"
    )

    @property
    def title(self) -> str:
        """The class as people write it: «9«А»», «11», «5–6», «группа «Солнышко»»."""
        return self.class_name.title

    @property
    def class_name(self) -> ClassName:
        return ClassName(self.grade, self.last_grade, self.letter)

    @property
    def academic_year(self) -> AcademicYear:
        return AcademicYear(self.year)

    @property
    def scope(self) -> Scope:
        return self.organisation.scope


class Headcount(Model):
    """How many people a class had on a date; ОВЗ and инвалидность overlap and are never added."""

    __tablename__ = "headcount"
    __table_args__ = (
        UniqueConstraint("class_id", "on_date"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("ovz BETWEEN 0 AND total", name="ovz"),
        CheckConstraint("disabled BETWEEN 0 AND total", name="disabled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id", ondelete="CASCADE"))
    on_date: Mapped[date]
    total: Mapped[int]
    ovz: Mapped[int] = mapped_column(default=0)
    disabled: Mapped[int] = mapped_column(default=0)

    school_class: Mapped[SchoolClass] = relationship(back_populates="headcounts")
