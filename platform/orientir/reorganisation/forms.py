"""Forms of the four acts. They parse; the rules stand in the services."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, TextAreaField

from orientir.i18n import _l
from orientir.web.forms import DayField
from orientir.web.page_form import PageForm

LONGEST_NAMES = 2000


class OtherForm(PageForm):
    """The other organisation was found and chosen on the page; its number comes along."""

    other_id = HiddenField(_l("Другая организация"))


class CloseForm(OtherForm):
    on_date = DayField(_l("Закрыта с"))


class JoinForm(OtherForm):
    on_date = DayField(_l("Присоединена с"))


class SplitForm(PageForm):
    on_date = DayField(_l("С какого дня"))
    names = TextAreaField(_l("Какие организации получаются"))
    closes = BooleanField(_l("Прежняя организация закрывается"))

    def new_names(self) -> list[str]:
        """Return the names, one of each line."""
        lines = (self.names.data or "")[:LONGEST_NAMES].splitlines()
        return [line.strip() for line in lines if line.strip()]
