"""What follows a form: published for whoever may, suggested for everybody else; the words that say so."""

from __future__ import annotations

from flask import request

from orientir.web.access import viewer
from orientir_calendar.moderation import Moderation
from orientir_calendar.routes import PUBLISH
from orientir_calendar.waiting import Item


def announce(moderation: Moderation[Item], item: Item) -> None:
    """Announce a draft whose form asked for it: no button stands between the form and the public page."""
    if item.state not in moderation.begins or not request.form.get("announce"):
        return
    if viewer().can(PUBLISH, item.organisation.scope):
        moderation.publish(item, actor=viewer().user_id)
    else:
        moderation.suggest(item, actor=viewer().user_id)
