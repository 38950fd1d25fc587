"""Acts as people say them, by the name they have in the log; plugins bring theirs in the manifest.

The sentences have no person in them («закрыт номер 7»): who did it stands beside, and nobody's gender is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from orientir.accounts.roles import Role
from orientir.contracts import Text
from orientir.db import fold
from orientir.i18n import _, _l
from orientir.plugins import current_plugins
from orientir.settings.definitions import definitions
from orientir.settings.facts import FACTS
from orientir.web.formats import in_ranges

UNKNOWN = "—"

GROUPS: Mapping[str, Text] = {
    "account": _l("учётные записи"),
    "organisation": _l("организации"),
    "municipality": _l("муниципалитеты"),
    "region": _l("регион и настройки"),
    "class": _l("классы"),
    "headcount": _l("численность"),
    "student": _l("номера учеников"),
    "card": _l("карточки учеников"),
    "slot": _l("сеансы"),
    "booking": _l("записи на сеансы"),
    "door": _l("входы на сеансы"),
    "target": _l("цели"),
    "coverage": _l("охват"),
    "questionnaire": _l("анкеты"),
    "list": _l("загрузка и выгрузка списков"),
    "notices": _l("уведомления"),
    "invitation": _l("приглашения"),
    "file": _l("файлы"),
    "letter": _l("письма"),
    "job": _l("фоновые задания"),
    "audit": _l("журнал"),
}

WORDS: Mapping[str, Text] = {
    "account.add": _l("заведена учётная запись"),
    "account.disable": _l("учётная запись отключена"),
    "account.email": _l("сменён адрес почты"),
    "account.email_asked": _l("запрошена смена адреса почты"),
    "account.enable": _l("учётная запись снова включена"),
    "account.forget": _l("учётная запись удалена по просьбе человека"),
    "account.grant": _l("дана роль: %(role)s"),
    "account.hand_over": _l("переданы дела: %(roles)s"),
    "account.password": _l("сменён пароль"),
    "account.recovery_codes": _l("выпущены новые запасные коды"),
    "account.rename": _l("изменено имя в учётной записи"),
    "account.reset_asked": _l("запрошен сброс пароля"),
    "account.reset_started": _l("отправлена ссылка для сброса пароля"),
    "account.revoke": _l("снята роль: %(role)s"),
    "account.second_factor_failed": _l("неверный код второго шага при входе"),
    "account.second_factor_off": _l("выключен второй шаг входа"),
    "account.second_factor_on": _l("включён второй шаг входа"),
    "account.second_factor_reset": _l("сброшен второй шаг входа"),
    "account.sign_in": _l("вход на сайт"),
    "account.take": _l("снята роль: %(role)s"),
    "booking.add": _l("запись на сеанс %(slot)s: %(people)s чел."),
    "booking.attest": _l("выдана справка об участии класса: %(came)s чел."),
    "booking.cancel": _l("отменена запись на сеанс %(slot)s"),
    "booking.confirm": _l("подтверждена запись на сеанс %(slot)s"),
    "booking.mark": _l("отмечен приход: %(came)s чел."),
    "booking.pass_list": _l("внесены имена для пропуска: %(names)s"),
    "booking.resize": _l("изменена запись: %(people)s чел. вместо %(was)s"),
    "booking.unmark": _l("отметка о приходе снята"),
    "card.issue": _l("выпущены карточки учеников: %(issued)s"),
    "card.reissue": _l("карточка номера %(number)s заменена новой"),
    "card.reissue_all": _l("все карточки класса заменены новыми: %(cards)s"),
    "class.add": _l("добавлен класс %(title)s на %(year)s учебный год"),
    "class.numbers": _l("открыты номера: %(opened)s"),
    "class.rename": _l("название класса исправлено: было %(before)s, стало %(title)s"),
    "coverage.declaration_move": _l("число охваченных (%(people)s) перешло от двойной записи"),
    "coverage.declaration_stay": _l("число охваченных (%(people)s) осталось у двойной записи: у организации есть своё"),
    "coverage.declare": _l("указано, сколько человек охвачено: %(people)s"),
    "demo.build": _l("создан демонстрационный регион"),
    "door.add": _l("открыт вход «%(label)s» к сеансу %(slot)s"),
    "door.revoke": _l("закрыт вход «%(label)s» к сеансу %(slot)s"),
    "file.add": _l("приложен файл: %(what)s"),
    "file.remove": _l("убран файл: %(what)s"),
    "headcount.add": _l("внесена численность на %(on_date)s: %(total)s"),
    "headcount.correct": _l("исправлена численность на %(on_date)s: %(total)s"),
    "headcount.remove": _l("удалена численность на %(on_date)s (была %(total)s)"),
    "invitation.accept": _l("приглашение принято"),
    "invitation.send": _l("отправлено приглашение: %(role)s"),
    "invitation.send_again": _l("приглашение отправлено ещё раз"),
    "invitation.withdraw": _l("приглашение отозвано"),
    "job.retry": _l("задание запущено ещё раз"),
    "job.run_task": _l("работа по расписанию запущена вручную: %(task)s"),
    "letter.forget": _l("письмо удалено из исходящих"),
    "letter.open": _l("открыт текст письма"),
    "letter.retry": _l("письмо отправлено ещё раз"),
    "list.confirm": _l("подтверждена загрузка списка"),
    "list.import": _l("загружен список, строк: %(done)s"),
    "municipality.change": _l("изменены сведения о муниципалитете"),
    "municipality.close": _l("муниципалитет закрыт"),
    "notices.message": _l("разослано сообщение, получателей: %(people)s"),
    "notices.rule": _l("напоминание «%(rule)s»: %(on)s"),
    "organisation.add": _l("добавлена организация «%(name)s»"),
    "organisation.change": _l("изменены сведения об организации"),
    "organisation.close": _l("организация закрыта с %(on_date)s"),
    "organisation.contact": _l("изменён ответственный в организации"),
    "organisation.join": _l("организация присоединена к другой с %(on_date)s"),
    "organisation.merge": _l("двойная запись организации слита с основной"),
    "organisation.next_year": _l("классы переведены на следующий учебный год"),
    "organisation.next_year_undo": _l("перевод на следующий год отменён, классов снова ждут: %(waiting)s"),
    "organisation.reopen": _l("организация снова открыта"),
    "organisation.split": _l("организация разделена с %(on_date)s"),
    "questionnaire.publish": _l("опубликована версия %(number)s анкеты"),
    "region.add": _l("создан регион, код %(code)s"),
    "region.municipalities": _l("загружены муниципалитеты: %(added)s"),
    "region.setting": _l("изменена настройка «%(title)s»: %(value)s"),
    "slot.add": _l("добавлен сеанс, мест: %(seats)s"),
    "slot.cancel": _l("отменён сеанс, записей: %(cancelled)s"),
    "slot.change": _l("изменён сеанс, мест: %(seats)s"),
    "slot.held": _l("сеанс проведён, пришли: %(came)s"),
    "slot.message": _l("сообщение всем, кто записан; узнают: %(told)s"),
    "slot.publish": _l("на сеанс открыта запись"),
    "student.close": _l("закрыт номер %(number)s"),
    "student.reopen": _l("снова открыт номер %(number)s"),
    "target.move": _l("цель (%(percent)s) перешла от двойной записи"),
    "target.set": _l("поставлена цель: %(percent)s"),
    "target.stay": _l("цель (%(percent)s) осталась у двойной записи: у организации есть своя"),
}


def known_words() -> dict[str, Text]:
    """Return the sentences of the platform and of the plugins that are on, by action."""
    added = [manifest.audit_words for manifest in current_plugins().manifests.values()]
    return {action: words for part in (WORDS, *added) for action, words in part.items()}


def groups() -> dict[str, Text]:
    """Return the groups acts can be narrowed to: the platform's nouns, and each plugin that tells its acts."""
    plugins = current_plugins().manifests.values()
    return {**GROUPS, **{manifest.name: manifest.title for manifest in plugins if manifest.audit_words}}


def actions_of_group(group: str) -> list[str]:
    """Return the known actions of a group."""
    return sorted(action for action in known_words() if action.partition(".")[0] == group)


def actions_saying(typed: str) -> list[str]:
    """Return the known actions whose sentence has all the words somebody typed."""
    words = fold(typed).split()
    return sorted(
        action for action, said in known_words().items() if all(word in fold(f"{said} {action}") for word in words)
    )


def sentence(action: str, details: Mapping[str, Any]) -> str:
    """Return what was done, in words; an action nobody has words for is told as it is called."""
    words = known_words().get(action)
    if words is None:
        return _("действие %(action)s", action=action)
    values = defaultdict(lambda: UNKNOWN, {name: _value(name, value) for name, value in details.items()})
    if action == "region.setting":
        values.update(_setting_values(details))
    if "value" in details and "percent" not in details and isinstance(details["value"], int):
        values["percent"] = f"{details['value'] / 100:g}".replace(".", ",") + "\N{NO-BREAK SPACE}%"
    return str(words) % values


def value_words(value: object) -> str:
    """Return a value of a detail or of a setting as people say it."""
    if isinstance(value, bool):
        return _("включено") if value else _("выключено")
    if isinstance(value, list) and len(value) > 2 and all(isinstance(one, int) for one in value):
        return in_ranges(value)
    if isinstance(value, list):
        return ", ".join(value_words(one) for one in value)
    return str(value) if value not in (None, "") else UNKNOWN


def _value(name: str, value: object) -> str:
    if name == "role":
        return _role(value)
    if name == "roles" and isinstance(value, list):
        return ", ".join(_role(one) for one in value)
    if name == "year" and isinstance(value, int):
        return f"{value}/{(value + 1) % 100:02d}"
    if name.endswith("_on") or name.startswith("on_"):
        return _day(value)
    return value_words(value)


def _role(value: object) -> str:
    return str(Role(str(value)).title) if value in set(Role) else value_words(value)


def _day(value: object) -> str:
    try:
        return f"{date.fromisoformat(str(value)):%d.%m.%Y}"
    except ValueError:
        return value_words(value)


def _setting_values(details: Mapping[str, Any]) -> dict[str, str]:
    """Return the title of a setting and its value in words; entries of earlier versions told flags as «on»."""
    name = str(details.get("name"))
    setting = definitions().get(name) or FACTS.get(name)
    value = details.get("value", details.get("on"))
    choices = {key: str(words) for key, words in setting.choices} if setting else {}
    return {
        "title": str(setting.title) if setting else str(details.get("name", UNKNOWN)),
        "value": choices.get(str(value)) or value_words(value),
    }
