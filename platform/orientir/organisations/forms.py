"""Forms of organisations and classes. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired

from orientir.clock import AcademicYear
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, OrganisationKind
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


class HeadcountForm(PageForm):
    total = WholeNumberField(_l("Всего человек"))
    ovz = WholeNumberField(_l("Из них с ОВЗ"), optional=True)
    disabled = WholeNumberField(_l("Из них с инвалидностью"), optional=True)
    on_date = DayField(_l("На дату"))


class ClassForm(HeadcountForm):
    total = WholeNumberField(_l("Всего человек"), minimum=1)
    name = StringField(_l("Класс"), validators=[InputRequired(_l("Введите класс, например 9А."))])
    year = SelectField(_l("Учебный год"))

    def offer(self, current: AcademicYear) -> None:
        """Fill the list of years: the last one, the present one and the next."""
        starts = (current.start, current.start + 1, current.start - 1)
        self.year.choices = [(str(start), str(AcademicYear(start))) for start in starts]


def day_inside(year: AcademicYear, today: date) -> date:
    """Return the date a new headcount most likely is of: today, or the nearest day of the academic year."""
    return min(max(today, year.first_day), year.last_day)
