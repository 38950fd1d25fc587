"""The sign-in form."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from orientir.i18n import _l
from orientir.web.page_form import PageForm


class SignInForm(PageForm):
    email = EmailField(
        _l("Электронная почта"),
        validators=[InputRequired(_l("Введите адрес почты.")), Length(max=254, message=_l("Адрес слишком длинный."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Пароль"),
        validators=[InputRequired(_l("Введите пароль.")), Length(max=200, message=_l("Пароль слишком длинный."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
