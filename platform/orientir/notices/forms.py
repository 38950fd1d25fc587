"""Forms of notices. They parse; the rules stand in the services."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from wtforms import Form, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from orientir.contracts import NoticeGroup, Urgency
from orientir.i18n import _, _l
from orientir.mail.models import MailState
from orientir.notices.kinds import GROUP_HINTS, GROUP_TITLES, WAY_TITLES
from orientir.notices.messages import TEXT_LIMIT, TOPIC_LIMIT, Place
from orientir.notices.queries import CONTACTS, LogFilter
from orientir.notices.wording import visible
from orientir.web.forms import DayField
from orientir.web.page_form import PageForm

YEARS = range(2000, 2101)
OCCASION = re.compile("[0-9a-f]{32}")
OWN_WAY = _l("как задумано: срочное сразу, остальное раз в день")
WAYS = [("", OWN_WAY), *((way.value, title) for way, title in WAY_TITLES.items())]


def _ways_of(group: NoticeGroup) -> RadioField:
    return RadioField(GROUP_TITLES[group], description=GROUP_HINTS[group], default="")


class PreferencesForm(PageForm):
    """How the person wants to hear of each group."""

    reminders = _ways_of(NoticeGroup.REMINDERS)
    results = _ways_of(NoticeGroup.RESULTS)
    messages = _ways_of(NoticeGroup.MESSAGES)

    def offer(self) -> None:
        """Fill the lists."""
        for field in (self.reminders, self.results, self.messages):
            field.choices = [(value, str(title)) for value, title in WAYS]

    def ways(self) -> dict[NoticeGroup, Urgency | None]:
        """Return the choice by group; None is the kinds' own way."""
        chosen = {NoticeGroup(name): field.data for name, field in self._fields.items() if name in set(NoticeGroup)}
        return {group: Urgency(way) if way else None for group, way in chosen.items()}


class LogFilterForm(Form):
    """What the log is narrowed to; it stays in the address."""

    kind = SelectField(_l("О чём"))
    channel = SelectField(_l("Как ушло"))
    who = StringField(_l("Кому"))
    first = DayField(_l("С"), optional=True)
    last = DayField(_l("По"), optional=True)

    def offer(self, kinds: Iterable[tuple[str, str]]) -> None:
        """Fill the lists; a choice that is not in them counts as none."""
        channels = {"": _("всё"), "site": _("только на сайте"), **{one.value: str(one.title) for one in MailState}}
        channels[CONTACTS] = _("ответственным без учётной записи")
        for field, offered in ((self.kind, {"": _("всё"), **dict(kinds)}), (self.channel, channels)):
            field.choices = list(offered.items())
            field.data = field.data if field.data in offered else ""

    def asked(self) -> LogFilter:
        """Return the conditions; what could not be read is none."""
        self.validate()
        first, last = (_day(field) for field in (self.first, self.last))
        name = " ".join(visible(self.who.data or "").split())[:100]
        return LogFilter(self.kind.data or "", self.channel.data or "", name, first, last)


class MessageForm(PageForm):
    """A short message to those who answer for schools; `occasion` names it, so that it is told once."""

    places = SelectMultipleField(
        _l("Кому"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Отметьте, кому написать."))],
    )
    topic = StringField(
        _l("О чём"),
        validators=[
            InputRequired(_l("Напишите, о чём сообщение.")),
            Length(max=TOPIC_LIMIT, message=_l("Слишком длинно: больше %(max)d знаков.")),
        ],
    )
    text = TextAreaField(
        _l("Сообщение"),
        validators=[
            InputRequired(_l("Напишите сообщение.")),
            Length(max=TEXT_LIMIT, message=_l("Слишком длинно: больше %(max)d знаков.")),
        ],
    )
    occasion = HiddenField()

    def offer(self, places: Iterable[Place]) -> None:
        """Fill the list with the places the viewer may write to; give the message a name."""
        self.places.choices = [(place.key, place.title) for place in places]
        if not OCCASION.fullmatch(self.occasion.data or ""):
            self.occasion.data = uuid4().hex

    def validate_topic(self, field: StringField) -> None:
        _refuse_nothing(field)

    def validate_text(self, field: TextAreaField) -> None:
        _refuse_nothing(field)


def _day(field: DayField) -> date | None:
    """Return the day asked for, unless it lies where no calendar of ours goes."""
    return field.data if not field.errors and field.data and field.data.year in YEARS else None


def _refuse_nothing(field: StringField) -> None:
    if not any(sign.isalnum() for sign in visible(field.data or "")):
        raise ValidationError(_("Здесь нужны слова: буквы, цифры и обычные знаки."))
