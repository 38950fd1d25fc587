"""The page a letter's «Не присылать» opens. Mail programs post to it by themselves: no cookie, no form, no redirect."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from orientir.accounts.models import User
from orientir.contracts import NoticeGroup
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.notices import mail_off
from orientir.notices.kinds import GROUP_TITLES
from orientir.notices.mail_off import Reader
from orientir.web.access import public

blueprint = Blueprint("mail_off", __name__, url_prefix="/mail")


def init_mail_off(app: Flask) -> None:
    """Let the links of letters work without a form of ours: the signed address is what allows it."""
    for view in (turn_off, turn_on):
        app.extensions["csrf"].exempt(view)


@blueprint.get("/off/<token>")
@public
def page(token: str) -> str:
    return _page(token, _reader(token))


@blueprint.post("/off/<token>")
@public
def turn_off(token: str) -> str:
    reader = _reader(token)
    mail_off.turn_off(reader)
    db.session.commit()
    return _page(token, reader)


@blueprint.post("/on/<token>")
@public
def turn_on(token: str) -> str:
    reader = _reader(token)
    mail_off.turn_on(reader)
    db.session.commit()
    return _page(token, reader)


def _reader(token: str) -> Reader:
    """Return whom the link was made for; an account that is gone gets no letters anyway."""
    reader = mail_off.reader_of(token)
    if reader is None or (reader.user_id is not None and db.session.get(User, reader.user_id) is None):
        raise MissingError(_("Такой ссылки нет. Откройте её из письма ещё раз."))
    return reader


def _page(token: str, reader: Reader) -> str:
    return render_template(
        "notices/mail_off.html",
        token=token,
        is_off=mail_off.is_off(reader),
        may_turn_on=mail_off.may_turn_on(reader),
        has_account=reader.user_id is not None,
        topics=[str(GROUP_TITLES[NoticeGroup(topic)]) for topic in reader.topics if topic in set(NoticeGroup)],
    )
