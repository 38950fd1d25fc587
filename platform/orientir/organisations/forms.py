"""Forms of organisations and classes. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from orientir.clock import AcademicYear
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.cards import Particulars
from orientir.organisations.class_names import normalise_class, normalise_group
from orientir.organisations.contacts import Presence, Responsible
from orientir.organisations.models import Municipality, MunicipalityKind, Organisation, OrganisationKind
from orientir.organisations.queries import State, current_year
from orientir.organisations.requisites import NAMES, Requisites
from orientir.organisations.territory import Description
from orientir.web.forms import DayField, WholeNumberField
from orientir.web.page_form import PageForm


class FilterForm(Form):
    """What the list of organisations is narrowed to; it stays in the address."""

    municipality = SelectField(_l("Муниципалитет"))
    kind = SelectField(_l("Вид"))
    state = SelectField(_l("Показать"))
    q = StringField(_l("Название или ИНН"))
    missing = BooleanField(_l("Только без ответственного"), false_values=(False, "false", "", "0"))

    def offer(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the lists; a choice that is not in them counts as none."""
        places = {"": _("все"), **{str(one.id): one.title for one in municipalities}}
        kinds = {"": _("все"), **{kind.value: str(kind.title) for kind in OrganisationKind}}
        states = {"": _("действующие"), State.CLOSED.value: _("закрытые"), State.ALL.value: _("все")}
        for field, offered in ((self.municipality, places), (self.kind, kinds), (self.state, states)):
            field.choices = list(offered.items())
            field.data = field.data if field.data in offered else ""

    def wanted(self) -> dict[str, Any]:
        """Return the conditions for `queries.list_organisations`."""
        return {
            "municipality_id": int(self.municipality.data) if self.municipality.data else None,
            "kind": self.kind.data or "",
            "typed": self.q.data or "",
            "state": State(self.state.data or State.OPEN),
        }


class OrganisationForm(PageForm):
    municipality_id = SelectField(_l("Муниципалитет"))
    kind = SelectField(_l("Вид организации"))
    name = StringField(_l("Короткое название"))
    full_name = StringField(_l("Полное название"))
    address = StringField(_l("Адрес"))
    opened_on = DayField(_l("Открыта с"), optional=True)
    inn = StringField(_l("ИНН"))
    kpp = StringField(_l("КПП"))
    ogrn = StringField(_l("ОГРН"))
    okpo = StringField(_l("ОКПО"))
    oktmo = StringField(_l("ОКТМО"))

    def offer(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the lists; only municipalities the viewer may add to are valid."""
        self.municipality_id.choices = [("", _("выберите")), *((str(one.id), one.title) for one in municipalities)]
        self.kind.choices = [(kind.value, str(kind.title)) for kind in OrganisationKind]

    def facts(self) -> dict[str, Any]:
        """Return what was typed, for `services.add_organisation` and `change_organisation`."""
        requisites = Requisites(**{name: self[name].data or "" for name in NAMES})
        words = {name: self[name].data or "" for name in ("kind", "name", "full_name", "address")}
        return {**words, "particulars": Particulars(requisites, self.opened_on.data)}


class VersionField(HiddenField):
    """The version of the card a form was drawn for; what is no number came from no page of ours and is not checked."""

    @property
    def number(self) -> int | None:
        typed = str(self.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


class OrganisationChangeForm(OrganisationForm):
    since = DayField(_l("Новое название или место действует с"), optional=True)
    version = VersionField()


class ContactForm(PageForm):
    person_name = StringField(_l("Кто отвечает"))
    post = StringField(_l("Должность"))
    phone = StringField(_l("Телефон"))
    email = StringField(_l("Электронная почта"))
    site = StringField(_l("Сайт организации"))
    document_url = StringField(_l("Документ о профориентации: концепция, программа или план"))
    document_on = DayField(_l("Когда принят"), optional=True)
    version = VersionField()

    def person(self) -> Responsible:
        """Return the responsible person as typed."""
        words = {name: self[name].data or "" for name in ("post", "phone", "email")}
        return Responsible(name=self.person_name.data or "", **words)

    def presence(self) -> Presence:
        """Return the site and the document as typed."""
        return Presence(self.site.data or "", self.document_url.data or "", self.document_on.data)


class MunicipalityForm(PageForm):
    name = StringField(_l("Название"))
    kind = SelectField(_l("Вид"))
    oktmo = StringField(_l("ОКТМО"))
    since = DayField(_l("Действует с"), optional=True)
    version = VersionField()

    def offer(self) -> None:
        """Fill the list of kinds."""
        self.kind.choices = [(kind.value, str(kind.title)) for kind in MunicipalityKind]

    def description(self) -> Description:
        """Return what was typed."""
        return Description(self.name.data or "", self.kind.data or "", self.oktmo.data or "")


class MunicipalityClosingForm(PageForm):
    successor_id = SelectField(_l("Куда переходят организации"))
    on_date = DayField(_l("Закрыт с"))

    def offer(self, places: Sequence[Municipality]) -> None:
        """Fill the list of successors."""
        self.successor_id.choices = [("", _("выберите")), *((str(one.id), one.title) for one in places)]


class NamedForm(PageForm):
    """Year and name of a class; stands above the headcount's fields, because errors are listed in this order."""

    year = SelectField(_l("Учебный год"))
    name = StringField(_l("Класс"))


class HeadcountForm(PageForm):
    total = WholeNumberField(_l("Всего человек"))
    ovz = WholeNumberField(_l("Из них с ОВЗ"), optional=True)
    disabled = WholeNumberField(_l("Из них с инвалидностью"), optional=True)
    on_date = DayField(_l("На дату"))


class ClassForm(NamedForm, HeadcountForm):
    """A new class comes with at least one pupil; `of_kindergarten` tells how its name is read."""

    of_kindergarten = False

    def offer(self, organisation: Organisation) -> None:
        """Fill the list of years (the present one, the next, the last) and learn whose class it is going to be."""
        current = current_year(organisation.municipality.region).start
        self.year.choices = [(str(start), str(AcademicYear(start))) for start in (current, current + 1, current - 1)]
        self.total.minimum = 1
        self.of_kindergarten = organisation.kind == OrganisationKind.KINDERGARTEN

    def validate_name(self, field: StringField) -> None:
        """Refuse the name together with the other fields, not after they are right."""
        try:
            (normalise_group if self.of_kindergarten else normalise_class)(field.data or "")
        except InvalidInputError as error:
            raise ValidationError(str(error)) from error


def day_inside(year: AcademicYear, today: date) -> date:
    """Return the date a new headcount most likely is of: today, or the nearest day of the academic year."""
    return min(max(today, year.first_day), year.last_day)
