"""A person's own notices: the list, opening, marking as read, and what to hear of by mail."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.contracts import NoticeKind, Reminder
from orientir.db import db
from orientir.i18n import _, plural
from orientir.notices import queries, services
from orientir.notices.forms import PreferencesForm
from orientir.notices.kinds import EXTENSION, GROUP_HINTS, GROUP_TITLES, Brought, title_of
from orientir.notices.models import Notice
from orientir.notices.wording import chat_text
from orientir.web.access import signed_in, viewer
from orientir.web.numbers import MOST

blueprint = Blueprint("notices", __name__)


def init_notices(app: Flask, kinds: Sequence[NoticeKind] = (), reminders: Sequence[Reminder] = ()) -> None:
    """Give the templates of `app` the bell and the newest notices; each is asked for only where a page shows it.

    `kinds` and `reminders` are those of the blocks that stand above notices.
    """
    app.extensions[EXTENSION] = Brought(tuple(kinds), tuple(reminders))
    app.jinja_env.globals.update(
        unread_notices=unread_notices,
        latest_notices=lambda: queries.latest_unread(viewer().user_id or 0),
        chat_text=chat_text,
        notice_title=title_of,
    )


def unread_notices() -> int:
    """Return what the bell in the head of the page says, asked once for a page."""
    if "unread_notices" not in g:
        g.unread_notices = queries.unread_count(viewer().user_id or 0)
    count: int = g.unread_notices
    return count


@blueprint.get("/notices")
@signed_in
def index() -> str:
    number = request.args.get("page", 1, type=int)
    return render_template("notices/index.html", page=queries.notice_page(_own_id(), str(g.timezone), number))


@blueprint.post("/notices/<int:notice_id>/open")
@signed_in
def open_notice(notice_id: int) -> Response:
    """Mark as read and lead to the thing; a link could not do that, because messengers follow links by themselves."""
    notice = _read(notice_id)
    return redirect(notice.url or url_for("notices.index"), 303)


@blueprint.post("/notices/<int:notice_id>/read")
@signed_in
def read_notice(notice_id: int) -> Response:
    _read(notice_id)
    return redirect(url_for("notices.index"), 303)


@blueprint.post("/notices/read")
@signed_in
def read_all() -> Response:
    upto = min(request.form.get("upto", 0, type=int), MOST)
    count = services.read_all(upto=upto, actor=viewer().user_id)
    db.session.commit()
    if count:
        words = plural(count, _("уведомление|уведомления|уведомлений"))
        flash(_("Прочитано: %(count)s %(words)s.", count=count, words=words), "good")
    return redirect(url_for("notices.index"), 303)


@blueprint.get("/account/notices")
@signed_in
def preferences() -> str:
    chosen = queries.chosen_ways(_own_id())
    form = PreferencesForm(data={group.value: way.value for group, way in chosen.items()})
    form.offer()
    return _preferences_page(form)


@blueprint.post("/account/notices")
@signed_in
def choose() -> Response | tuple[str, int]:
    form = PreferencesForm()
    form.offer()
    if not form.validate_on_submit():
        return _preferences_page(form), 400
    services.choose_ways(form.ways(), actor=_own_id())
    db.session.commit()
    flash(_("Сохранено."), "good")
    return redirect(url_for("notices.preferences"), 303)


def _read(notice_id: int) -> Notice:
    notice = services.read(notice_id, actor=viewer().user_id)
    db.session.commit()
    return notice


def _own_id() -> int:
    return viewer().user_id or 0


def _preferences_page(form: PreferencesForm) -> str:
    return render_template("notices/preferences.html", form=form, titles=GROUP_TITLES, hints=GROUP_HINTS)
