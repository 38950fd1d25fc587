"""Forms of organisations and classes. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import Form, SelectField, StringField
from wtforms.validators import ValidationError

from orientir.clock import AcademicYear
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations.class_names import normalise_class, normalise_group
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.queries import current_year
from orientir.web.forms import DayField, WholeNumberField
from orientir.web.page_form import PageForm


class FilterForm(Form):
    """What the list of organisations is narrowed to; it stays in the address."""

    municipality = SelectField(_l("Муниципалитет"))
    kind = SelectField(_l("Вид"))
    q = StringField(_l("Название"))

    def offer(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the lists; a choice that is not in them counts as none."""
        places = {"": _("все"), **{str(one.id): one.title for one in municipalities}}
        kinds = {"": _("все"), **{kind.value: str(kind.title) for kind in OrganisationKind}}
        for field, offered in ((self.municipality, places), (self.kind, kinds)):
            field.choices = list(offered.items())
            field.data = field.data if field.data in offered else ""


class OrganisationForm(PageForm):
    municipality_id = SelectField(_l("Муниципалитет"))
    kind = SelectField(_l("Вид организации"))
    name = StringField(_l("Короткое название"))
    full_name = StringField(_l("Полное название"))
    address = StringField(_l("Адрес"))

    def offer(self, municipalities: Sequence[Municipality]) -> None:
        """Fill the lists; only municipalities the viewer may add to are valid."""
        self.municipality_id.choices = [("", _("выберите")), *((str(one.id), one.title) for one in municipalities)]
        self.kind.choices = [(kind.value, str(kind.title)) for kind in OrganisationKind]


class OrganisationChangeForm(OrganisationForm):
    closed_on = DayField(_l("Закрыта с"), optional=True)


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
