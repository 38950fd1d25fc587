"""The form of one setting: its field depends on what the setting may be."""

from __future__ import annotations

from wtforms import Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from orientir.contracts import Setting, SettingValue
from orientir.i18n import _, _l
from orientir.settings.facts import FACTS, LONGEST
from orientir.web.forms import WholeNumberField
from orientir.web.page_form import PageForm

TEXT_LENGTH = 500
FEW = 5  # choices that are shown at once


class SettingForm(PageForm):
    """`seen` is the last change whoever fills this in knew of."""

    seen = HiddenField()

    @property
    def seen_change(self) -> int:
        """Return the number of that change; what is no number is one nobody can have seen."""
        typed = str(self.seen.data or "0")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def form_of(setting: Setting, value: SettingValue, seen: int, *, is_new: bool = False) -> SettingForm:
    """Return the form of `setting` with what holds now; `is_new` leaves out what was posted."""
    made = type("OneSettingForm", (SettingForm,), {"value": _field(setting)})
    posted = {"formdata": None} if is_new else {}
    form: SettingForm = made(value=_shown(value), seen=str(seen), **posted)
    if isinstance(form["value"], SelectField):
        form["value"].choices = _choices(setting)
    return form


def chosen_value(form: SettingForm, setting: Setting) -> SettingValue:
    """Return what the filled-in form says."""
    data = form["value"].data
    if setting.kind == "flag":
        return bool(data == "on")
    return int(data) if setting.kind == "number" else str(data or "").strip()


def _field(setting: Setting) -> Field:
    if setting.kind == "flag":
        return RadioField(_l("Значение"))
    if setting.kind == "number":
        return WholeNumberField(_l("Значение"), minimum=setting.least, maximum=setting.most)
    if setting.kind == "choice":
        return (RadioField if len(setting.choices) <= FEW else SelectField)(_l("Значение"))
    needed = [InputRequired(_("Напишите значение."))] if setting.name in FACTS else []
    return StringField(_l("Значение"), validators=[*needed, _Fits(LONGEST.get(setting.name, TEXT_LENGTH))])


def _choices(setting: Setting) -> list[tuple[str, str]]:
    if setting.kind == "flag":
        return [("on", _("Включено")), ("off", _("Выключено"))]
    return [(key, str(words)) for key, words in setting.choices]


def _shown(value: SettingValue) -> int | str:
    """Return a value as its field holds it."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class _Fits:
    """Refuses what a column cannot hold, in words."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, _form: PageForm, field: StringField) -> None:
        text = (field.data or "").strip()
        if len(text) > self.longest:
            raise ValidationError(_("Не длиннее %(most)s знаков.", most=self.longest))
        if not text.isprintable():
            raise ValidationError(_("Уберите переносы строк и невидимые знаки."))
