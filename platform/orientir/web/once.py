"""A form that is posted twice has one effect and one answer: a double click, a lost answer, an impatient reload.

Each form drawn for a signed-in person carries a random name. The first post writes it down in the transaction of the
act itself, so the name is known exactly when the act was done; a repeat finds it and is led where the first one was.
Students' pages carry none: a send has a name of its own, and a list of posts would tell their order (architecture §6).
"""

from __future__ import annotations

import hashlib
import time
from datetime import date
from uuid import uuid4

from flask import Flask, Response, current_app, g, redirect, request
from markupsafe import Markup
from sqlalchemy import CursorResult, delete, select, update
from werkzeug.wrappers import Response as AnyResponse

from orientir import clock
from orientir.db import begin_writing, db, insert_into
from orientir.web.access import Required, rule_of, viewer
from orientir.web.links import page_before
from orientir.web.models import PostedForm

FIELD = "once"
ATTEMPTS, PAUSE = 20, 0.05  # seconds; together the second a person waits without wondering


def init_once(app: Flask) -> None:
    """Give templates `once()`, recognise repeated posts and remember where first ones led."""
    app.jinja_env.globals["once"] = field
    app.before_request(lead_where_the_first_went)
    app.after_request(remember_where)


def field() -> Markup:
    """Return the hidden field of a form, or nothing on pages that are not for accounts."""
    if not _is_for_accounts():
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, uuid4().hex)


def lead_where_the_first_went() -> AnyResponse | None:
    """Write the name of this post down; one that is known already is not let through to its page again."""
    name = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not name or not _is_for_accounts():
        return None
    key = hashlib.sha256(f"{viewer().user_id} {request.path} {name}".encode()).hexdigest()
    written = insert_into(PostedForm).values(key=key, location="", posted_on=clock.now().date())
    if db.session.execute(written.on_conflict_do_nothing().returning(PostedForm.key)).first():
        g.posted_form = key
        return None
    return redirect(_where_the_first_went(key) or page_before(), 303)


def _is_for_accounts() -> bool:
    """Tell whether the page in hand needs an account; a teacher who tries the survey is a student there."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and isinstance(rule_of(view), Required) and viewer().is_authenticated


def _where_the_first_went(key: str) -> str:
    """Return where the first post led; it notes that a moment after its act, so a double click waits for it."""
    for _attempt in range(ATTEMPTS):
        db.session.rollback()  # a new transaction sees what was committed meanwhile
        location = db.session.scalar(select(PostedForm.location).where(PostedForm.key == key))
        if location:
            return location
        time.sleep(PAUSE)
    return ""


def remember_where(response: Response) -> Response:
    """Note where the first post leads; a post that was refused was rolled back together with its name."""
    if "posted_form" in g and response.location:
        db.session.rollback()  # what was done is committed; a read since then must not make this a late writer
        begin_writing()
        noted = update(PostedForm).where(PostedForm.key == g.posted_form).values(location=response.location[:400])
        db.session.execute(noted)
        db.session.commit()
    return response


def purge_posted_forms(today: date) -> int:
    """Forget the names of earlier days and return how many."""
    gone = db.session.execute(delete(PostedForm).where(PostedForm.posted_on < today))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
