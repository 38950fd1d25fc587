"""Forms of signing in and of one's own account. They parse; the rules stand in the services."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from orientir.i18n import LazyText, _l
from orientir.web.page_form import PageForm

TOO_LONG = _l("Адрес слишком длинный.")
ASK_PASSWORD, LONG_PASSWORD = _l("Введите пароль."), _l("Пароль слишком длинный.")


def _email(label: LazyText) -> EmailField:
    return EmailField(label, validators=[InputRequired(_l("Введите адрес почты.")), Length(max=254, message=TOO_LONG)])


def _password(label: LazyText) -> PasswordField:
    return PasswordField(label, validators=[InputRequired(ASK_PASSWORD), Length(max=200, message=LONG_PASSWORD)])


class SignInForm(PageForm):
    email = _email(_l("Электронная почта"))
    password = _password(_l("Пароль"))
    next = HiddenField()


class CodeForm(PageForm):
    """A code of the application, or one of the paper."""

    code = StringField(
        _l("Код"), validators=[InputRequired(_l("Введите код.")), Length(max=40, message=_l("Код короче."))]
    )


class ForgottenForm(PageForm):
    email = _email(_l("Электронная почта"))


class NewPasswordForm(PageForm):
    password = _password(_l("Новый пароль"))
    again = PasswordField(
        _l("Новый пароль ещё раз"), validators=[EqualTo("password", _l("Пароли не совпали. Введите ещё раз."))]
    )


class PasswordForm(NewPasswordForm):
    """The present password comes first, because errors are listed in this order."""

    current = _password(_l("Нынешний пароль"))


class NameForm(PageForm):
    name = StringField(_l("Фамилия, имя, отчество"))


class EmailForm(PageForm):
    email = _email(_l("Новый адрес почты"))
    current = _password(_l("Пароль"))


class TurnOffForm(CodeForm):
    current = _password(_l("Пароль"))
