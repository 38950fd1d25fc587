"""The form the living page `/design` shows: one field of each sort, one of them wrong."""

from __future__ import annotations

from wtforms import BooleanField, Form, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2

from orientir.i18n import _, _l


class SampleForm(Form):
    organisation = StringField(
        _l("Организация"), description=_l("Как в уставе, можно коротко"), default=_l("Байкальский техникум")
    )
    people = IntegerField(_l("Сколько придёт"), default=270)
    code = StringField(_l("Код"), default="4817-2093-6614")
    year = SelectField(_l("Учебный год"), choices=[SelectChoice("2025/26"), SelectChoice("2024/25")])
    note = TextAreaField(_l("Пояснение"))
    agree = BooleanField(_l("Сопровождающий назначен"))
    plan = RadioField(
        _l("Есть ли запасной план?"),
        choices=[
            SelectChoice("yes", _l("да")),
            SelectChoice("maybe", _l("думал(а) об этом, но не решил(а)")),
            SelectChoice("no", _l("пока нет")),
        ],
        default="yes",
    )


def sample_form() -> SampleForm:
    """Return the form with an error in one field, as a page shows it after a refusal."""
    form = SampleForm()
    form.people.errors = [_("270 больше, чем учеников в классе: 27. Проверьте число.")]
    return form
