"""Every refusal the platform makes on purpose: one hierarchy, an HTTP status each, and a text for the person.

Services raise these; only the web layer turns them into pages and only the command line turns them into exit codes.
"""

from __future__ import annotations

from orientir.i18n import LazyText, _l


class OrientirError(Exception):
    """Base of all deliberate refusals.

    `status` is the HTTP status of the page, `message` a whole sentence for the person that names what to do.
    """

    status = 400
    default_message: LazyText | str = _l("Запрос не получилось выполнить.")

    def __init__(self, message: LazyText | str | None = None) -> None:
        self.message = message if message is not None else self.default_message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class InvalidInputError(OrientirError):
    """What was sent breaks a rule; `field` names the form field it belongs to, when there is one."""

    def __init__(self, message: LazyText | str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowedError(OrientirError):
    status = 403
    default_message = _l("У вашей учётной записи нет права на это действие.")


class MissingError(OrientirError):
    """Missing, or foreign: a stranger must not learn that the object exists (architecture §6)."""

    status = 404
    default_message = _l("Такой страницы нет или она относится к другой организации.")


class ConflictError(OrientirError):
    status = 409
    default_message = _l("Пока вы заполняли страницу, данные изменились. Откройте её заново.")


class TooManyAttemptsError(OrientirError):
    status = 429
    default_message = _l("Слишком много попыток подряд. Подождите несколько минут.")


class ConfigError(OrientirError):
    """The installation is set up wrongly; the text says which setting and what to put there."""

    status = 500


class PluginError(OrientirError):
    """A plugin cannot be loaded or breaks its contract; the text names the plugin."""

    status = 500
