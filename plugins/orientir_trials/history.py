"""What trials add to «Мои записи»: each attended one leads to its certificate, questions and the ladder."""

from __future__ import annotations

from flask import url_for

from orientir.contracts import HistoryLine
from orientir.i18n import _
from orientir_trials.attended import Attended, attended_by


def student_history(student_id: int) -> list[HistoryLine]:
    """Return the attended trials of a seat."""
    return [_line(one) for one in attended_by([student_id])]


def _line(one: Attended) -> HistoryLine:
    return HistoryLine(
        on=one.slot.day,
        title=one.slot.title,
        state=_("были"),
        url=url_for("trial_papers.attended", booking_id=one.booking.id),
        action=_("Сертификат и отзыв"),
    )
