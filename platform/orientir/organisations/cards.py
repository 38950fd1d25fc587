"""The card of an organisation: what is written on it, checked; and what to do when two people write at one time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.requisites import Requisites, read_requisites

NAME_LIMIT, FULL_NAME_LIMIT, ADDRESS_LIMIT = 160, 400, 300
FIRST_DAY = date(1700, 1, 1)  # the oldest schools of Siberia are of the eighteenth century
A_YEAR = timedelta(days=366)


class EditedMeanwhileError(ConflictError):
    """Somebody else has changed the card since the form was drawn; nothing was written."""


@dataclass(frozen=True)
class Particulars:
    """What a card says beside names and place."""

    requisites: Requisites = field(default_factory=Requisites)
    opened_on: date | None = None


@dataclass(frozen=True)
class Card:
    """What a card says beside the municipality. `particulars` None leaves them as they are."""

    kind: str
    name: str
    full_name: str = ""
    address: str = ""
    particulars: Particulars | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns of the organisation this card fills."""
        words: dict[str, Any] = {name: getattr(self, name) for name in ("kind", "name", "full_name", "address")}
        if self.particulars is not None:
            words |= asdict(self.particulars.requisites) | {"opened_on": self.particulars.opened_on}
        return words


def checked(card: Card, today: date) -> Card:
    """Return the card in the words the platform keeps; raises InvalidInputError that names the field."""
    if card.kind not in set(OrganisationKind):
        raise InvalidInputError(_("Выберите вид организации из списка."), "kind")
    return Card(
        kind=card.kind,
        name=one_line(card.name, NAME_LIMIT, "name", required=True),
        full_name=in_words(one_line(card.full_name, FULL_NAME_LIMIT, "full_name")),
        address=one_line(card.address, ADDRESS_LIMIT, "address"),
        particulars=_checked_particulars(card.particulars, today) if card.particulars else None,
    )


def in_words(full_name: str) -> str:
    """Refuse a full name that is only a number, as of a wrong column or a formula: it is printed on papers."""
    if full_name and not any(sign.isalpha() for sign in full_name):
        raise InvalidInputError(_("Полное название пишут словами, как в уставе."), "full_name")
    return full_name


def _checked_particulars(told: Particulars, today: date) -> Particulars:
    if told.opened_on and not FIRST_DAY <= told.opened_on <= today + A_YEAR:
        raise InvalidInputError(_("Проверьте год: открытие вносят не раньше чем за год."), "opened_on")
    return Particulars(read_requisites(asdict(told.requisites)), told.opened_on)


def one_line(typed: str, limit: int, field: str, *, required: bool = False) -> str:
    """Return `typed` on one line; a name made of signs nobody can see or say is refused."""
    text = " ".join(typed.split())
    if not text.isprintable() or (text and not any(sign.isalnum() for sign in text)):
        raise InvalidInputError(_("Здесь нужны слова: буквы, цифры и обычные знаки."), field)
    if len(text) > limit:
        raise InvalidInputError(_("Слишком длинно: больше %(limit)s знаков.", limit=limit), field)
    if required and not text:
        raise InvalidInputError(_("Введите название, например «Школа № 3»."), field)
    return text


def check_since(since: date | None, today: date) -> None:
    """Refuse a change that is dated ahead: the card would say today what is true tomorrow."""
    if since and not FIRST_DAY <= since <= today:
        raise InvalidInputError(
            _("Новое название и новое место вносят с того дня, как они начали действовать."), "since"
        )


def stamp(row: Organisation | Municipality, version: int | None) -> None:
    """Count one more change of a locked row; raises EditedMeanwhileError when the form was drawn before the last one.

    The row is read anew first: it was locked after it had been read, and somebody may have written in between.
    """
    db.session.refresh(row)
    if version is not None and version != row.version:
        raise EditedMeanwhileError
    row.version += 1
