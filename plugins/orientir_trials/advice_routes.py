"""The page on which words of people after a trial are looked through."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _, plural
from orientir.questionnaires.models import WordState
from orientir.web.access import requires, viewer
from orientir_trials import advice
from orientir_trials.routes import MODERATE

blueprint = Blueprint("trial_advice", __name__, url_prefix="/trials/advice", static_folder=None)
FIELD, KEY = "word-", re.compile(r"[0-9a-f]{32}")


@blueprint.get("")
@requires(MODERATE)
def index() -> str:
    state = _asked_state()
    page = advice.words_in(viewer().scopes(MODERATE), state, request.args.get("page", 1, type=int))
    return render_template(
        "trials/advice.html",
        page=page,
        state=state,
        states=list(WordState),
        trials=advice.trials_of({one.owner_id for one in page.words}),
        page_url=lambda number: url_for(".index", state=state, page=number),
    )


@blueprint.post("")
@requires(MODERATE)
def decide() -> Response:
    """Take the decisions of one page; whatever was left for later stays."""
    decisions = {
        name.removeprefix(FIELD): WordState(said)
        for name, said in request.form.items()
        if name.startswith(FIELD) and said in (WordState.SHOWN, WordState.HIDDEN)
    }
    if len(decisions) > advice.MOST or not all(KEY.fullmatch(one) for one in decisions):
        raise MissingError
    changed = advice.decide_words(viewer().scopes(MODERATE), decisions, actor=viewer().user_id)
    db.session.commit()
    words = plural(changed, _("решение записано|решения записаны|решений записаны"))
    flash(f"{changed} {words}." if changed else _("Вы ничего не изменили."), "good" if changed else "near")
    return redirect(url_for(".index", state=_asked_state()), 303)


def _asked_state() -> WordState:
    asked = request.args.get("state", "")
    return WordState(asked) if asked in set(WordState) else WordState.WAITING
