"""The form after a trial: opened by the card of who came, or by the ticket of a group told by number."""

from __future__ import annotations

from uuid import uuid4

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.bookings.tickets import TICKET
from orientir.db import db
from orientir.errors import MissingError
from orientir.questionnaires import Facts, Parsed, parse_section
from orientir.students.in_hand import seats_in_hand
from orientir.students.models import CARD
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder
from orientir_trials import replies
from orientir_trials.replies import Asked

blueprint = Blueprint("trial_replies", __name__, url_prefix="/trials/replies", static_folder=None)
Page = Response | str | tuple[str, int]


@blueprint.route("/<int:booking_id>", methods=["GET", "POST"])
@code_holder(CARD)
def by_card(booking_id: int) -> Page:
    asked = replies.asked_seat(booking_id, [seat.id for seat in seats_in_hand()])
    return _turn(asked, url_for(".by_card", booking_id=booking_id))


@blueprint.route("/", methods=["GET", "POST"])
@code_holder(TICKET)
def by_ticket() -> Page:
    held = holders.holding(TICKET)
    if held is None:
        raise CodeRequired
    booking_id = held.remembered.get("booking")
    if not isinstance(booking_id, int):
        raise MissingError
    return _turn(replies.asked_group(booking_id), url_for(".by_ticket"))


def _turn(asked: Asked, address: str) -> Page:
    """Draw the page, or take it: what is missing is said beside its question, what was sent is thanked for."""
    g.region = asked.trial.season.region
    _document, section = replies.page_of(asked)
    if request.method == "POST":
        parsed = parse_section(section, request.form, Facts())
        if parsed.errors:
            return _page(asked, parsed, address), 422
        replies.answer(asked, request.form.get("send_id", ""), parsed.answers)
        db.session.commit()
        return redirect(f"{address}?thanks=1", 303)
    if "thanks" in request.args or replies.has_answered(asked):
        return render_template("trials/thanks.html", asked=asked, is_group=asked.seat is None)
    return _page(asked, Parsed({}, {}, {}), address)


def _page(asked: Asked, parsed: Parsed, address: str) -> str:
    document, section = replies.page_of(asked)
    return render_template(
        "trials/reply.html",
        asked=asked,
        document=document,
        section=section,
        parsed=parsed,
        facts=Facts(),
        address=address,
        send_id=request.form.get("send_id") or uuid4().hex,
    )
