"""What the letters about an account say: plain text, short, who asks and why, what to do if it was not you."""

from __future__ import annotations

from orientir.i18n import _

Letter = tuple[str, str]


def reset(name: str, address: str, asked_by: str) -> Letter:
    reason = (
        _("%(name)s просит вас задать новый пароль.", name=asked_by)
        if asked_by
        else _("Кто-то, наверное вы, попросил сменить пароль на сайте «Ориентир».")
    )
    return _("Новый пароль для «Ориентира»"), _paragraphs(
        _greeting(name),
        reason,
        _("Откройте ссылку и придумайте пароль. Она действует один час и открывается один раз:"),
        address,
        _("Если вы не просили, ничего не делайте: пароль останется прежним."),
    )


def email_change(name: str, address: str) -> Letter:
    return _("Подтвердите новый адрес почты"), _paragraphs(
        _greeting(name),
        _("На сайте «Ориентир» этот адрес указали как новый адрес вашей учётной записи."),
        _("Чтобы подтвердить его, откройте ссылку. Она действует один час:"),
        address,
        _("Если вы не просили, ничего не делайте: адрес не изменится."),
    )


def email_changed(name: str) -> Letter:
    return _("Адрес вашей учётной записи изменён"), _paragraphs(
        _greeting(name),
        _("Адрес почты вашей учётной записи на сайте «Ориентир» заменён на другой, письма теперь приходят туда."),
        _("Если это сделали не вы, сразу сообщите администратору своей организации."),
    )


def second_factor_reset(name: str, by: str) -> Letter:
    return _("Второй шаг входа снят"), _paragraphs(
        _greeting(name),
        _("%(by)s снял(а) с вашей учётной записи «Ориентира» второй шаг входа — код из приложения.", by=by),
        _("Войдите по паролю и настройте его заново: «Моя учётная запись» → «Второй шаг входа»."),
        _("Если вы об этом не просили, сразу сообщите администратору своей организации."),
    )


def _greeting(name: str) -> str:
    return _("Здравствуйте, %(name)s!", name=name) if name else _("Здравствуйте!")


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
