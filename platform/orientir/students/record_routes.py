"""«Мои записи»: what a card opens, for the student and for a parent with the card in the hand."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.codes.services import find
from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import today_of
from orientir.plugins import current_plugins
from orientir.students.models import CARD, Student
from orientir.students.queries import present_seat, seats_of
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder, public

blueprint = Blueprint("records", __name__, url_prefix="/my")
AHEAD = timedelta(days=60)
MOST_ENTRIES = 6


@blueprint.get("")
@code_holder(CARD)
def mine() -> str:
    seats = _seats()
    seat = present_seat(seats)
    g.region = seat.school_class.organisation.municipality.region
    lines = [line for one in seats for line in current_plugins().student_history(one.id)]
    return render_template(
        "students/records.html",
        seat=seat,
        history=sorted(lines, key=lambda line: line.on, reverse=True),
        entries=_coming(seat.school_class),
        earlier=[one for one in seats if one.school_class.year < seat.school_class.year],
    )


@blueprint.post("/finish")
@public
def finish() -> Response:
    """End the session: the next student starts at the one field."""
    holders.release(CARD)
    return redirect(url_for("front.home"), 303)


def _seats() -> list[Student]:
    """Return the seats of the card in hand; one that was lost and made anew opens nothing more, held or not."""
    held = holders.holding(CARD)
    if held is None:
        raise CodeRequired
    seats = seats_of(held.remembered["seat"])
    if not seats or find(held.digits, today_of(seats[0].school_class.organisation.municipality.region)) is None:
        holders.release(CARD)
        raise ConflictError(_("Эта карточка больше не действует. Попросите у классного руководителя новую."))
    return seats


def _coming(school_class: SchoolClass) -> list[CalendarEntry]:
    """Return the nearest public occasions for the class; a комплект is shown those of all grades."""
    now, municipality = clock.now(), school_class.organisation.municipality
    grade = school_class.grade if school_class.grade == school_class.last_grade else None
    filters = CalendarFilter(region_id=municipality.region_id, municipality_id=municipality.id, grade=grade)
    return current_plugins().calendar_entries(now, now + AHEAD, filters)[:MOST_ENTRIES]
