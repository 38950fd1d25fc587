"""Settings of an installation: typed, from `ORIENTIR_*` variables over an optional TOML file over defaults.

Settings of a *region* (operator's name, time zone, options of questionnaires) are data, not configuration.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from limits import parse
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from orientir.errors import ConfigError
from orientir.i18n import _

DEVELOPMENT_SECRET = "development-only-secret-do-not-use"  # noqa: S105 - refused in production by `Config.check`
ENVIRONMENTS = ("development", "production", "testing")
LOG_FORMATS = ("text", "json")
ENGINES = ("sqlite", "postgresql")
CONFIG_NAME = "orientir.toml"
SECRET_LENGTH = 32
TOKEN_LENGTH = 20
MAIL_SERVER = re.compile(r"smtps?://[^\s/?#]+(\?tls=off)?")
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ADDRESS = re.compile(r"https?://[^\s/?#@]+")


@dataclass(frozen=True)
class Config:
    """One installation. Every field is a key of the TOML file and, as ORIENTIR_<NAME>, an environment variable."""

    env: str = "development"
    debug: bool = False
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    data_dir: Path = Path("var")
    database_url: str = field(default="", repr=False)  # holds a password
    base_url: str = ""
    plugins: tuple[str, ...] = ("plans", "trials", "calendar", "practices")
    idle_minutes: int = 60
    respondent_idle_minutes: int = 15
    login_attempts: str = "8 per 10 minutes"
    code_attempts: str = "300 per 10 minutes"
    limits_storage: str = "memory://"
    max_request_kilobytes: int = 2048
    trusted_proxies: int = 0
    smtp_url: str = field(default="", repr=False)  # holds a password
    mail_from: str = ""
    metrics_token: str = field(default="", repr=False)
    log_format: str = "text"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; the embedded default is a file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'orientir.sqlite3').resolve()}"

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def check(self) -> None:
        """Raise ConfigError where a setting makes no sense, or would be unsafe in production."""
        if self.env not in ENVIRONMENTS:
            raise ConfigError(
                _("ORIENTIR_ENV: «%(value)s» не подходит. Возможны: development, production.", value=self.env)
            )
        if self.log_format not in LOG_FORMATS:
            raise ConfigError(
                _("ORIENTIR_LOG_FORMAT: «%(value)s» не подходит. Возможны: text, json.", value=self.log_format)
            )
        for name in ("idle_minutes", "respondent_idle_minutes", "max_request_kilobytes"):
            if getattr(self, name) < 1:
                raise ConfigError(_("ORIENTIR_%(name)s: нужно число больше нуля.", name=name.upper()))
        if self.trusted_proxies < 0:
            raise ConfigError(_("ORIENTIR_TRUSTED_PROXIES: нужно число прокси, 0 или больше."))
        if self.base_url and not ADDRESS.fullmatch(self.base_url):
            raise ConfigError(
                _("ORIENTIR_BASE_URL: «%(value)s» не адрес. Напишите так: https://orientir.example.org.",
                  value=self.base_url)
            )  # fmt: skip
        self._check_services()
        self._check_mail()
        if self.is_production:
            self._check_production()

    def _check_services(self) -> None:
        """Try what other libraries will read, so that they fail now, in words, and not at the first visitor."""
        for name in ("login_attempts", "code_attempts"):
            try:
                parse(getattr(self, name))
            except ValueError as error:
                raise ConfigError(
                    _("ORIENTIR_%(name)s: «%(value)s» не подходит. Напишите так: 8 per 10 minutes.",
                      name=name.upper(), value=getattr(self, name))
                ) from error  # fmt: skip
        try:
            dialect = make_url(self.database).get_dialect()
            dialect.import_dbapi()
            known = dialect.name in ENGINES
        except (ArgumentError, ImportError, ValueError):
            known = False
        if not known:
            # The address itself stays out of the message: it holds a password.
            raise ConfigError(
                _("ORIENTIR_DATABASE_URL: такая база не подходит. Нужен адрес вида "
                  "postgresql+psycopg://имя@сервер/база и пакет psycopg; без настройки база лежит в файле.")
            )  # fmt: skip

    def _check_mail(self) -> None:
        if self.smtp_url and not MAIL_SERVER.fullmatch(self.smtp_url):
            # The address itself stays out of the message: it holds a password.
            raise ConfigError(_("ORIENTIR_SMTP_URL: напишите так: smtp://имя:пароль@сервер:587 или smtps://…:465."))
        if self.smtp_url and not MAILBOX.fullmatch(self.mail_from):
            raise ConfigError(
                _("ORIENTIR_MAIL_FROM: укажите адрес, с которого уходят письма, например no-reply@example.org.")
            )
        if self.metrics_token and len(self.metrics_token) < TOKEN_LENGTH:
            raise ConfigError(_("ORIENTIR_METRICS_TOKEN: нужен секрет не короче %(least)s знаков.", least=TOKEN_LENGTH))

    def _check_production(self) -> None:
        if self.secret_key == DEVELOPMENT_SECRET or len(self.secret_key) < SECRET_LENGTH:
            raise ConfigError(
                _("ORIENTIR_SECRET_KEY: нужен свой секрет не короче 32 знаков. Создайте его: orientir init.")
            )
        if self.debug:
            raise ConfigError(_("ORIENTIR_DEBUG: в рабочем режиме отладку включать нельзя. Уберите эту настройку."))
        if not self.is_https:
            raise ConfigError(_("ORIENTIR_BASE_URL: в рабочем режиме адрес должен начинаться с https://."))


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the set-up of this process; `Config.check` judges it.

    The TOML file is `ORIENTIR_CONFIG`, or `orientir.toml` in the data folder when it is there.
    Raises ConfigError naming the setting that is wrong.
    """
    environ = os.environ if environ is None else environ
    values = _read_file(environ) | _read_environment(environ)
    return Config(**{name: _convert(name, value) for name, value in values.items()})


def settings_file(environ: Mapping[str, str]) -> Path:
    """Return where the TOML file lies, or would lie."""
    return Path(environ.get("ORIENTIR_CONFIG") or Path(environ.get("ORIENTIR_DATA_DIR") or "var") / CONFIG_NAME)


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {one.name for one in fields(Config)}
    return {name: environ[key] for name in names if (key := f"ORIENTIR_{name.upper()}") in environ}


def _read_file(environ: Mapping[str, str]) -> dict[str, Any]:
    path = settings_file(environ)
    if not path.is_file():
        if environ.get("ORIENTIR_CONFIG"):
            raise ConfigError(_("ORIENTIR_CONFIG: файла %(path)s нет.", path=path))
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(_("%(path)s: это не TOML: %(error)s", path=path, error=error)) from error
    unknown = values.keys() - {one.name for one in fields(Config)}
    if unknown:
        raise ConfigError(_("%(path)s: неизвестная настройка %(name)s.", path=path, name=sorted(unknown)[0]))
    return values


def _convert(name: str, value: Any) -> Any:  # noqa: ANN401 - TOML values come in any type; this is where they get one
    kind = {one.name: one.type for one in fields(Config)}[name]
    try:
        converted = _CONVERSIONS[str(kind)](value)
    except (TypeError, ValueError) as error:
        raise ConfigError(_("ORIENTIR_%(name)s: «%(value)s» не подходит.", name=name.upper(), value=value)) from error
    return converted.rstrip("/") if name == "base_url" else converted


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.strip()


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    word = str(value).strip().lower()
    if word not in words:
        raise ValueError(word)
    return words[word]


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(_text(value))


def _folder(value: object) -> Path:
    text = _text(value)
    if not text:
        raise ValueError(text)
    return Path(text)


def _names(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _text(value).split(",")
    return tuple(dict.fromkeys(name for part in parts if (name := _text(part))))


_CONVERSIONS: Mapping[str, Any] = {
    "str": _text,
    "bool": _flag,
    "int": _whole,
    "Path": _folder,
    "tuple[str, ...]": _names,
}
