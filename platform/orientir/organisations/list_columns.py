"""The columns of a list of organisations: how each cell is read, and how what stands on the card is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, cast

from sqlalchemy import String

from orientir.contracts import ListColumn, Scope
from orientir.db import fold
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.cells import read_day, read_one_of, read_words
from orientir.organisations import list_words as words
from orientir.organisations.cards import in_words
from orientir.organisations.contact_words import phone_words, read_email, read_phone, read_site
from orientir.organisations.contacts import NAME_LIMIT, POST_LIMIT
from orientir.organisations.models import Organisation, OrganisationKind
from orientir.organisations.requisites import NAMES as REQUISITES
from orientir.organisations.requisites import read_requisites

FIELDS = ("name", "kind", "full_name", "address")
PARTICULARS = (*REQUISITES, "opened_on")
PERSON = {"person_name": "name", "post": "post", "phone": "phone", "email": "email"}
CONTACT = (*PERSON, "site")
KINDS: dict[str, str] = {fold(word): kind.value for word, kind in words.KINDS.items()}


def columns(scope: Scope) -> tuple[ListColumn, ...]:
    """Return the columns of a list of organisations; a municipality's own list need not name it."""
    return (
        ListColumn("municipality", _l("Муниципалитет"), read_words, words.MUNICIPALITY,
                   required=scope.municipality_id is None, constant=True, example=_("г. Братск"),
                   hint=_l("С пометкой: «г. Братск» и «Братский район» — разные муниципалитеты.")),
        ListColumn("name", _l("Название"), read_line(_limit("name")), words.ORGANISATION, required=True,
                   example=_("Школа № 3")),
        ListColumn("kind", _l("Вид организации"), read_kind, words.KIND, constant=True, example=_("школа"),
                   hint=_l("Нужен новым организациям.")),
        ListColumn("full_name", _l("Полное название"), read_full_name, words.FULL_NAME,
                   example=_("МБОУ «СОШ № 3»")),
        ListColumn("address", _l("Адрес"), read_line(_limit("address")), words.ADDRESS, example=_("ул. Мира, 5")),
        ListColumn("inn", _l("ИНН"), partial(read_requisite, "inn"), words.INN,
                   hint=_l("По нему узнают организацию, если она названа иначе.")),
        ListColumn("kpp", _l("КПП"), partial(read_requisite, "kpp"), words.KPP),
        ListColumn("ogrn", _l("ОГРН"), partial(read_requisite, "ogrn"), words.OGRN),
        ListColumn("okpo", _l("ОКПО"), partial(read_requisite, "okpo"), words.OKPO),
        ListColumn("oktmo", _l("ОКТМО"), partial(read_requisite, "oktmo"), words.OKTMO),
        ListColumn("opened_on", _l("Открыта"), read_day, words.OPENED, example="01.09.1975"),
        ListColumn("person_name", _l("Ответственный"), read_line(NAME_LIMIT), words.PERSON,
                   hint=_l("Ответственного, телефон, почту и сайт вносят те, у кого есть право на контакты.")),
        ListColumn("post", _l("Должность"), read_line(POST_LIMIT), words.POST, example=_("заместитель директора")),
        ListColumn("phone", _l("Телефон"), read_phone, words.PHONE, example="8 (3952) 12-34-56"),
        ListColumn("email", _l("Почта"), read_email, words.EMAIL, example="school3@example.org"),
        ListColumn("site", _l("Сайт"), read_site, words.SITE, example="https://school3.example.org"),
    )  # fmt: skip


def read_line(limit: int) -> Callable[[str], str]:
    """Return a parser of one line of words that is no longer than its place on the card."""

    def read(typed: str) -> str:
        if not any(sign.isalnum() for sign in typed):
            raise InvalidInputError(_("Здесь нужны слова: буквы, цифры и обычные знаки."))
        if len(typed) > limit:
            raise InvalidInputError(_("Слишком длинно: больше %(limit)s знаков.", limit=limit))
        return typed

    return read


def read_full_name(typed: str) -> str:
    return in_words(read_line(_limit("full_name"))(typed))


def read_kind(typed: str) -> str:
    """Return the kind of an organisation by its title or another word people use for it."""
    titles = {fold(str(kind.title)): kind.value for kind in OrganisationKind}
    return read_one_of(KINDS | titles, lambda: ", ".join(str(kind.title) for kind in OrganisationKind))(typed)


def read_requisite(name: str, typed: str) -> str:
    """Return one number of the documents; a dash is none, and takes nothing off the card."""
    number: str = getattr(read_requisites({name: typed}), name)
    if not number:
        raise InvalidInputError(_("Нет номера. Впишите его или оставьте ячейку пустой."))
    return number


def shown(key: str, value: Any) -> str:  # noqa: ANN401 - each column has its own
    """Return a value as the preview shows it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if key == "kind":
        return str(OrganisationKind(value).title)
    return phone_words(value) if key == "phone" and value else value or ""


def _limit(field: str) -> int:
    return cast(String, Organisation.__table__.c[field].type).length or 0
