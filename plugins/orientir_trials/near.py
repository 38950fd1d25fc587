"""What is near: the register narrowed to the class and the town of whoever looks, in one tap."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.db import db
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation
from orientir.students.models import CARD
from orientir.students.queries import present_seat, seats_of
from orientir.web import holders
from orientir.web.access import viewer


@dataclass(frozen=True)
class Near:
    title: str
    url: str


def nearby() -> Near | None:
    """Return the way to what is near for the card in hand or for a teacher of one school; None for everybody else."""
    held = holders.holding(CARD)
    return _for_card(held.remembered["seat"]) if held else _for_school()


def _for_card(origin: int) -> Near | None:
    seats = seats_of(origin)
    if not seats:
        return None
    school_class = present_seat(seats).school_class
    place = school_class.organisation.municipality
    grade = school_class.grade
    words = _("Для вас: %(grade)s класс, %(place)s", grade=grade, place=place.title)
    return Near(words, url_for("trials.index", grade=grade, place=place.id, free=1))


def _for_school() -> Near | None:
    places = {place.id: place for scope in viewer().scopes(BOOKINGS_MAKE) if (place := _place(scope.organisation_id))}
    if len(places) != 1:
        return None
    place = next(iter(places.values()))
    return Near(_("Рядом со школой: %(place)s", place=place.title), url_for("trials.index", place=place.id, free=1))


def _place(organisation_id: int | None) -> Municipality | None:
    school = db.session.get(Organisation, organisation_id) if organisation_id is not None else None
    return school.municipality if school else None
