"""A form that is posted twice has one effect and one answer: a double click, a lost answer, an impatient reload.

Each form drawn for a signed-in person carries a random name. The first post writes it down in the transaction of the
act itself, so the name is known exactly when the act was done; a repeat finds it and is led where the first one was.
Students' pages carry none: a send has a name of its own, and a list of posts would tell their order (architecture §6).
"""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import uuid4

from flask import Flask, Response, g, redirect, request
from markupsafe import Markup
from sqlalchemy import CursorResult, delete, select, update
from werkzeug.wrappers import Response as AnyResponse

from orientir import clock
from orientir.db import begin_writing, db, insert_into
from orientir.web.access import viewer
from orientir.web.links import page_before
from orientir.web.models import PostedForm

FIELD = "once"


def init_once(app: Flask) -> None:
    """Give templates `once()`, recognise repeated posts and remember where first ones led."""
    app.jinja_env.globals["once"] = field
    app.before_request(lead_where_the_first_went)
    app.after_request(remember_where)


def field() -> Markup:
    """Return the hidden field of a form, or nothing for whoever is not signed in."""
    if not viewer().is_authenticated:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, uuid4().hex)


def lead_where_the_first_went() -> AnyResponse | None:
    """Write the name of this post down; one that is known already is not let through to its page again."""
    name = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not name or not viewer().is_authenticated:
        return None
    key = hashlib.sha256(f"{viewer().user_id} {request.path} {name}".encode()).hexdigest()
    written = insert_into(PostedForm).values(key=key, location="", posted_on=clock.now().date())
    if db.session.execute(written.on_conflict_do_nothing().returning(PostedForm.key)).first():
        g.posted_form = key
        return None
    location = db.session.scalar(select(PostedForm.location).where(PostedForm.key == key))
    db.session.rollback()
    return redirect(location or page_before(), 303)


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
