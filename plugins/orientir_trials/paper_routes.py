"""What a pupil takes from a trial: its page, its certificate, the ladder; and the check of a paper."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, g, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.students.in_hand import seats_in_hand
from orientir.students.models import CARD
from orientir.students.queries import present_seat
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder
from orientir_trials import certificates, queries, replies
from orientir_trials.attended import Attended, attended_at, attended_by, next_step, steps_taken
from orientir_trials.routes import WORDS
from orientir_trials.words import STEP_WORDS

blueprint = Blueprint("trial_papers", __name__, url_prefix="/trials", static_folder=None)


@blueprint.get("/ladder")
@code_holder(CARD)
def ladder() -> str:
    seats = seats_in_hand()
    school_class = present_seat(seats).school_class
    g.region = region = school_class.organisation.municipality.region
    tried = attended_by([seat.id for seat in seats])
    following = next_step(tried)
    wanted = queries.Wanted(grade=school_class.grade, steps=(following,), has_free=True)
    return render_template(
        "trials/ladder.html",
        has_tried=bool(tried),
        taken=steps_taken(tried),
        next_step=following,
        is_offered=queries.register(region, wanted, rows=1).total > 0,
        grade=school_class.grade,
        step_words=STEP_WORDS,
        **WORDS,
    )


@blueprint.get("/attended/<int:booking_id>")
@code_holder(CARD)
def attended(booking_id: int) -> str:
    one = _attended(booking_id)
    asked = replies.asked_seat(booking_id, [one.student.id])
    return render_template(
        "trials/attended.html",
        one=one,
        has_certificate=certificates.digits_of(one) is not None,
        has_answered=(answered := replies.has_answered(asked)),
        may_answer=not answered and not replies.is_late(asked),
        **WORDS,
    )


@blueprint.post("/attended/<int:booking_id>/certificate")
@code_holder(CARD)
def issue(booking_id: int) -> Response:
    certificates.issue(_attended(booking_id))
    db.session.commit()
    return redirect(url_for(".certificate", booking_id=booking_id), 303)


@blueprint.get("/attended/<int:booking_id>/certificate.pdf")
@code_holder(CARD)
def certificate(booking_id: int) -> Response:
    one = _attended(booking_id)
    digits = certificates.digits_of(one)
    if digits is None:
        raise ConflictError(_("Сертификат ещё не получали. Нажмите «Получить сертификат» на странице пробы."))
    paper = BytesIO(certificates.certificate_pdf(one, digits))
    return send_file(paper, "application/pdf", download_name=_("Сертификат пробы.pdf"))


@blueprint.get("/certificate")
@code_holder(certificates.KIND.key)
def verify() -> str:
    """Say to whoever typed the code of a paper what it is about, or that it no longer holds."""
    held = holders.holding(certificates.KIND.key)
    if held is None:
        raise CodeRequired
    one = certificates.verified(held.remembered["booking"], held.remembered["student"])
    if one is not None:
        g.region = one.trial.season.region
    return render_template("trials/verify.html", one=one, **WORDS)


def _attended(booking_id: int) -> Attended:
    seats = seats_in_hand()
    g.region = seats[0].school_class.organisation.municipality.region
    return attended_at(booking_id, [seat.id for seat in seats])
