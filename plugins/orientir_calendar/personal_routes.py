"""Addresses of personal feeds: for a class by its teacher, for a pupil by the card, and the feeds themselves."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.db import db
from orientir.documents.qr import qr_svg
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.queries import find_class
from orientir.organisations.scopes import scope_of_class
from orientir.students.in_hand import seats_in_hand
from orientir.students.models import CARD
from orientir.web.access import code_holder, public, requires
from orientir.web.links import site_address
from orientir_calendar.answers import CALENDAR, live_answer
from orientir_calendar.links import find_link, link_of, renew_link, token_of
from orientir_calendar.models import FeedLink
from orientir_calendar.personal import personal_calendar
from orientir_calendar.words import PHONES

blueprint = Blueprint("calendar_personal", __name__, url_prefix="/calendar", static_folder=None)
KEPT = "private, max-age=900"


@blueprint.get("/my/<token>.ics")
@public
def feed(token: str) -> AnyResponse:
    """Answer a personal feed to whoever knows its address."""
    link = find_link(token)
    calendar = personal_calendar(link) if link else None
    if calendar is None:
        raise MissingError(_("Этой ссылки больше нет. Возьмите новую на сайте."))
    g.may_be_kept = KEPT
    return live_answer(calendar, CALENDAR)


@blueprint.get("/mine")
@code_holder(CARD)
def mine() -> str:
    origin = seats_in_hand()[0].origin
    return _sheet("calendar/mine.html", link_of(student_id=origin))


@blueprint.post("/mine")
@code_holder(CARD)
def renew_mine() -> AnyResponse:
    renew_link(student_id=seats_in_hand()[0].origin)
    db.session.commit()
    return redirect(url_for(".mine"), 303)


@blueprint.get("/class/<int:class_id>")
@requires(BOOKINGS_MAKE, scope=scope_of_class)
def of_class(class_id: int) -> str:
    return _sheet("calendar/class.html", link_of(class_id=class_id), school_class=find_class(class_id))


@blueprint.post("/class/<int:class_id>")
@requires(BOOKINGS_MAKE, scope=scope_of_class)
def renew_class(class_id: int) -> AnyResponse:
    renew_link(class_id=class_id)
    db.session.commit()
    flash(_("Ссылка готова. Прежняя, если была, больше не действует."), "good")
    return redirect(url_for(".of_class", class_id=class_id), 303)


def _sheet(template: str, link: FeedLink | None, **more: object) -> str:
    address = site_address() + url_for(".feed", token=token_of(link)) if link else ""
    return render_template(
        template,
        address=address,
        webcal="webcal://" + address.partition("://")[2] if address else "",
        qr=Markup(qr_svg(address)) if address else "",  # noqa: S704 - drawn by us
        phones=PHONES,
        **more,
    )
