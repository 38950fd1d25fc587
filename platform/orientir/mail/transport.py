"""SMTP: one connection for a batch of letters."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from orientir import clock
from orientir.config import Config
from orientir.i18n import _

TIMEOUT = 20  # seconds
UNSUBSCRIBE = "List-Unsubscribe"
FINAL = 500  # SMTP: from here on the refusal is permanent


class MailFailure(Exception):  # noqa: N818 - an outcome that is written down, not an error of the program
    """A letter did not go; `is_final` tells that trying again makes no sense, `code` is safe for the log."""

    def __init__(self, words: str, code: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.code = code
        self.is_final = is_final


@dataclass(frozen=True)
class Letter:
    """What is handed over: plain text to one address."""

    mail_id: int
    address: str
    subject: str
    text: str
    off_url: str = ""


class LetterPolicy(EmailPolicy):
    """Headers as usual, but an address of a page is never folded: folded it would be encoded, and open nothing."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name == UNSUBSCRIBE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode() if name == UNSUBSCRIBE else super().fold_binary(name, value)


class Transport:
    """An open connection to the mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()

    def send(self, letter: Letter) -> None:
        """Hand one letter over; raises MailFailure."""
        try:
            self._server.send_message(_message(self._sender, letter))
        except (smtplib.SMTPException, OSError, ValueError, HeaderParseError) as error:
            raise _failure(error) from error


def connect(config: Config) -> Transport:
    """Return a connection to the server of `smtp_url`: smtp://user:password@host:587 (TLS by STARTTLS), smtps://…:465.

    `smtp://…?tls=off` speaks without TLS, for a server on the same machine. Raises MailFailure.
    """
    parts = urlsplit(config.smtp_url)
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname or "", parts.port or 465, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(parts.hostname or "", parts.port or 587, timeout=TIMEOUT)
            if parts.query != "tls=off":
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (smtplib.SMTPException, OSError) as error:
        raise _failure(error) from error
    return Transport(server, config.mail_from)


def _message(sender: str, letter: Letter) -> EmailMessage:
    domain = sender.rpartition("@")[2]
    message = EmailMessage(LetterPolicy())
    message["From"] = Address(_("Ориентир"), addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<orientir-{letter.mail_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.off_url:
        message[UNSUBSCRIBE] = f"<{letter.off_url}>"
        message[f"{UNSUBSCRIBE}-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    return message


def _failure(error: Exception) -> MailFailure:
    """Return the failure in words that hold no address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return MailFailure(_("Почтовый сервер не знает такого адреса."), f"{codes}", is_final=min(codes) >= FINAL)
    if isinstance(error, smtplib.SMTPResponseException):
        final = error.smtp_code >= FINAL and not isinstance(error, smtplib.SMTPAuthenticationError)
        return MailFailure(
            _("Почтовый сервер отказал (код %(code)s).", code=error.smtp_code), str(error.smtp_code), is_final=final
        )
    if isinstance(error, ValueError | HeaderParseError):
        return MailFailure(_("Адрес не подходит для письма."), type(error).__name__, is_final=True)
    return MailFailure(_("Почтовый сервер не отвечает."), type(error).__name__)
