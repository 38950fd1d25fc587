"""What the log is narrowed to; it stays in the address."""

from __future__ import annotations

from wtforms import Form, SelectField, StringField
from wtforms.validators import ValidationError

from orientir.administration.audit_words import groups
from orientir.i18n import _, _l
from orientir.web.forms import DayField

LONGEST = 100


class ActsFilter(Form):
    since = DayField(_l("С"), optional=True)
    until = DayField(_l("По"), optional=True)
    person = StringField(_l("Кто"))
    group = SelectField(_l("Что"))
    organisation = StringField(_l("Организация"))
    text = StringField(_l("Слова"))

    def offer(self) -> None:
        """Fill the list of groups; a choice that is not in it counts as none."""
        offered = {"": _("все действия"), **{key: str(title) for key, title in groups().items()}}
        self.group.choices = list(offered.items())
        self.group.data = self.group.data if self.group.data in offered else ""

    def validate_until(self, field: DayField) -> None:
        """Refuse a period that ends before it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("Период кончается раньше, чем начинается. Поменяйте даты местами."))

    def typed(self, name: str) -> str:
        """Return what was typed into a field, without signs no name has; a database refuses some of them."""
        text = str(self[name].data or "")[:LONGEST]
        return "".join(sign if sign.isprintable() else " " for sign in text).strip()

    @property
    def conditions(self) -> dict[str, str]:
        """What stands in the address of the list."""
        days = {name: self[name].data.isoformat() for name in ("since", "until") if self[name].data}
        words = {name: self.typed(name) for name in ("person", "group", "organisation", "text")}
        return {name: value for name, value in {**days, **words}.items() if value}
