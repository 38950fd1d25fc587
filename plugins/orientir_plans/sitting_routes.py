"""The survey itself, one section a page. Works without JavaScript; every page is kept before the next is shown."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.crypto import keyed_digest
from orientir.db import db
from orientir.errors import OrientirError
from orientir.questionnaires import (
    Parsed,
    Section,
    clean_answers,
    first_gap,
    merge_answers,
    next_section,
    parse_section,
    previous_section,
    review_sections,
    section_at,
)
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder, public
from orientir_plans import sittings
from orientir_plans.services import SLIP
from orientir_plans.sittings import Sitting, UnfinishedError

blueprint = Blueprint("survey", __name__, url_prefix="/s", template_folder="templates", static_folder=None)
SENT = "sent"
AFTER_SENDING = {"survey.send", "survey.thanks", "survey.finish"}


@blueprint.before_request
def lead_to_thanks() -> Response | None:
    """Show whoever has sent the thanks, not a refusal: «Назад» and old tabs lead here."""
    held = holders.holding(SLIP)
    if held and held.remembered.get(SENT) and request.endpoint not in AFTER_SENDING:
        return redirect(url_for(".thanks"), 303)
    return None


@blueprint.get("/")
@code_holder(SLIP)
def intro() -> Response | str:
    sitting = _sitting()
    return render_template("plans/intro.html", sitting=sitting, sections=sitting.sections)


@blueprint.post("/")
@code_holder(SLIP)
def begin() -> Response:
    """Go to the first page, or to the one where the respondent stopped."""
    sitting = _sitting(writing=True)
    stopped = section_at(sitting.sections, sitting.draft.section) or sitting.sections[0]
    sittings.keep(sitting, sitting.draft.answers, stopped.code)
    db.session.commit()
    return redirect(url_for(".section", code=stopped.code), 303)


@blueprint.get("/<code>")
@code_holder(SLIP)
def section(code: str) -> Response | str:
    sitting = _sitting()
    here = section_at(sitting.sections, code)
    if here is None or not sitting.is_begun:
        return redirect(url_for(".intro"), 303)
    return _page(sitting, here, Parsed({}, {}, dict(sitting.draft.answers)))


@blueprint.post("/<code>")
@code_holder(SLIP)
def turn(code: str) -> Response | tuple[str, int]:
    """Keep the page; then go on, go back, or stay where something is missing."""
    sitting = _sitting(writing=True)
    here = section_at(sitting.sections, code)
    if here is None:
        return redirect(url_for(".intro"), 303)
    sittings.check_own(sitting, request.form.get("send_id", ""))
    parsed = parse_section(here, request.form, sitting.facts)
    kept = sittings.keep(sitting, merge_answers(sitting.draft.answers, here, parsed), here.code)
    db.session.commit()
    wish = request.form.get("turn", "next")
    if wish == "save":
        return Response(status=204)
    if wish == "back":
        return redirect(_back(kept, here), 303)
    if parsed.errors:
        return _page(kept, here, parsed), 422
    return redirect(_forth(kept, here), 303)


@blueprint.get("/review")
@code_holder(SLIP)
def review() -> Response | str:
    sitting = _sitting()
    gap = first_gap(sitting.document, sitting.facts, sitting.draft.answers)
    if gap:
        return redirect(url_for(".section", code=gap.code), 303)
    answers = clean_answers(sitting.document, sitting.facts, sitting.draft.answers)
    return render_template(
        "plans/review.html",
        sitting=sitting,
        sections=sitting.sections,
        reviewed=review_sections(sitting.sections, answers),
        edit_url=lambda code: url_for(".section", code=code),
    )


@blueprint.post("/send")
@code_holder(SLIP)
def send() -> Response:
    held = _held()
    slip_id, send_id = held.remembered["slip"], request.form.get("send_id", "")
    try:
        sittings.send(slip_id, held.digits, send_id)
    except UnfinishedError as unfinished:
        db.session.rollback()
        return redirect(url_for(".section", code=unfinished.section.code), 303)
    db.session.commit()
    holders.hold(SLIP, held.digits, {"slip": slip_id, SENT: send_id[:64]})
    return redirect(url_for(".thanks"), 303)


@blueprint.get("/thanks")
@code_holder(SLIP)
def thanks() -> Response | str:
    held = _held()
    if not sittings.was_sent(held.remembered["slip"], held.remembered.get(SENT, "")):
        return redirect(url_for(".intro"), 303)
    return render_template("plans/thanks.html")


@blueprint.post("/finish")
@public
def finish() -> Response:
    """End the session on a shared computer: the next student starts at the one field."""
    holders.release(SLIP)
    return redirect(url_for("front.home"), 303)


def _held() -> holders.Holding:
    held = holders.holding(SLIP)
    if held is None:
        raise CodeRequired
    return held


def _sitting(*, writing: bool = False) -> Sitting:
    """Return the sitting in hand; a code that stopped working is let go, so that the front page is not a trap."""
    held = _held()
    try:
        sitting = sittings.load_sitting(held.remembered["slip"], held.digits, writing=writing)
    except OrientirError:
        if not held.remembered.get(SENT):
            holders.release(SLIP)
        raise
    g.region = sitting.wave.region  # the frame of the page asks for it: here it is known already
    return sitting


def _page(sitting: Sitting, here: Section, parsed: Parsed) -> str:
    return render_template(
        "plans/section.html",
        sitting=sitting,
        section=here,
        sections=sitting.sections,
        parsed=parsed,
        draft_key=keyed_digest(sitting.digits, "page", here.code)[:16],
    )


def _back(sitting: Sitting, here: Section) -> str:
    earlier = previous_section(sitting.sections, here.code)
    return url_for(".section", code=earlier.code) if earlier else url_for(".intro")


def _forth(sitting: Sitting, here: Section) -> str:
    later = next_section(sitting.sections, here.code)
    return url_for(".section", code=later.code) if later else url_for(".review")
