"""Forms about people. They parse; the rules stand in the services."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, EmailField, Form, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length

from orientir.accounts.roles import role_title
from orientir.i18n import _, _l
from orientir.people.places import Place
from orientir.web.page_form import PageForm


class FilterForm(Form):
    """What the list is narrowed to; it stays in the address."""

    q = StringField(_l("Имя или почта"))
    organisation = StringField(_l("Организация"))
    role = SelectField(_l("Роль"))
    state = SelectField(_l("Доступ"))

    def offer(self, roles: Sequence[str]) -> None:
        """Fill the lists; a choice that is not in them counts as none."""
        states = {"": _("любой"), "active": _("открыт"), "disabled": _("закрыт")}
        listed = {"": _("все"), **{role: str(role_title(role)) for role in roles}}
        for field, offered in ((self.role, listed), (self.state, states)):
            field.choices = list(offered.items())
            field.data = field.data if field.data in offered else ""


class InviteForm(PageForm):
    emails = TextAreaField(
        _l("Адреса почты"), validators=[Length(max=20_000, message=_l("Слишком много. Вставьте часть адресов."))]
    )
    role = SelectField(_l("Роль"))
    place = SelectField(_l("Где"))

    def offer(self, roles: Sequence[str], places: Sequence[Place]) -> None:
        """Fill the lists with what the viewer may give."""
        self.role.choices = [(role, str(role_title(role))) for role in roles]
        first = [("", _("выберите"))] if len(places) != 1 else []
        self.place.choices = [*first, *((place.key, place.title) for place in places)]


class AcceptForm(PageForm):
    name = StringField(_l("Фамилия, имя, отчество"), validators=[InputRequired(_l("Напишите, как вас зовут."))])
    password = PasswordField(
        _l("Придумайте пароль"),
        validators=[InputRequired(_l("Введите пароль.")), Length(max=200, message=_l("Пароль слишком длинный."))],
    )
    again = PasswordField(
        _l("Пароль ещё раз"), validators=[EqualTo("password", _l("Пароли не совпали. Введите ещё раз."))]
    )


class JoinForm(PageForm):
    """For whoever has an account already: a button."""


class HandOverForm(PageForm):
    email = EmailField(
        _l("Почта преемника"),
        validators=[
            InputRequired(_l("Введите адрес почты.")),
            Length(max=254, message=_l("Адрес слишком длинный.")),
        ],
    )
    closes = BooleanField(_l("Закрыть старую учётную запись, если ролей у неё не останется"))
