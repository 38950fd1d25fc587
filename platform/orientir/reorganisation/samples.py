"""Cards for the demo: invented people named by their posts, sites that lead nowhere, numbers nobody is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from stdnum.ru import inn, ogrn

from orientir.db import db
from orientir.i18n import _
from orientir.organisations.cards import Particulars
from orientir.organisations.contact_words import read_phone
from orientir.organisations.contacts import NOBODY, Presence, Responsible, change_contact
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region
from orientir.organisations.requisites import Requisites, classifier_check_digit
from orientir.organisations.services import add_organisation, change_organisation
from orientir.reorganisation.services import close_organisation

UNNAMED_EVERY = 5  # the list «нет ответственного» has something to show


@dataclass(frozen=True)
class SampleCard:
    """What a card of the demo tells; written by the verbs people use, or in bulk at full size."""

    full_name: str
    address: str
    requisites: Requisites
    opened_on: date
    person: Responsible
    presence: Presence


def dress_organisations(region: Region, showcase: Organisation, today: date) -> None:
    """Give the organisations of the demo cards, and the showcase school a predecessor and a former name."""
    own = select(Organisation).join(Organisation.municipality).where(Municipality.region_id == region.id)
    for number, organisation in enumerate(db.session.scalars(own.order_by(Organisation.id)).all(), start=1):
        _dress(organisation, number, today)
    give_predecessor(showcase, today)


def give_predecessor(showcase: Organisation, today: date) -> None:
    """Let the showcase school have taken over another one, so that its page has a story to tell."""
    old = add_organisation(showcase.municipality, OrganisationKind.SCHOOL, _("Вечерняя школа № 7"), actor=None)
    close_organisation(old, today - timedelta(days=300), showcase, actor=None)


def sample_card(number: int, kind: str, name: str, today: date) -> SampleCard:
    """Return the card of the organisation that is `number`th in the demo; one in five names nobody."""
    site = f"https://org{number}.example.org"
    is_named = number % UNNAMED_EVERY
    return SampleCard(
        _full_name(kind, name),
        _("ул. Примерная, д. %(number)s", number=number),
        sample_requisites(number),
        date(1950 + number % 70, 9, 1),
        _person(number) if is_named else NOBODY,
        Presence(site, f"{site}/plan", today - timedelta(days=40 + number)) if is_named else Presence(site),
    )


def sample_requisites(number: int) -> Requisites:
    """Return numbers whose check digits are right and whose beginnings no office gives out."""
    body, long_body, okpo_body = f"{number:09}", f"9{number:011}", f"{number:07}"
    return Requisites(
        inn=body + inn.calc_company_check_digit(body),
        kpp="000001001",
        ogrn=long_body + ogrn.calc_check_digit(long_body + "0"),
        okpo=f"{okpo_body}{classifier_check_digit(okpo_body)}",
    )


def _dress(organisation: Organisation, number: int, today: date) -> None:
    card = sample_card(number, organisation.kind, organisation.name, today)
    change_organisation(
        organisation,
        organisation.municipality,
        organisation.kind,
        organisation.name,
        full_name=card.full_name,
        address=card.address,
        particulars=Particulars(card.requisites, card.opened_on),
        actor=None,
    )
    change_contact(organisation, card.person, card.presence, actor=None)


def _full_name(kind: str, name: str) -> str:
    if kind != OrganisationKind.SCHOOL:
        return ""
    return _("Муниципальное общеобразовательное учреждение «%(name)s» (ДЕМО)", name=name)


def _person(number: int) -> Responsible:
    return Responsible(
        name=_("Ответственный № %(number)s (ДЕМО)", number=number),
        post=_("Заместитель директора"),
        phone=read_phone(f"+7 395 200-00-{number % 100:02}"),
        email=f"org{number}@example.org",
    )
