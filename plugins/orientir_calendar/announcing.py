"""What comes before a form is obeyed, and what follows: nobody overwrites unseen words; who may publishes at once."""

from __future__ import annotations

from flask import request

from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.web.access import viewer
from orientir_calendar.models import Event
from orientir_calendar.moderation import Moderation
from orientir_calendar.note_models import Note
from orientir_calendar.routes import PUBLISH
from orientir_calendar.waiting import Item


def hold_as_seen(moderation: Moderation[Item], item: Item) -> None:
    """Hold what a form is about; raises ConflictError where it was changed after the form was drawn.

    Neither of two editors overwrites the other unawares, and nobody publishes words that came after those they read.
    """
    moderation.hold(item)
    seen = request.form.get("seen", "")
    if seen and seen != item.stamp:
        raise ConflictError(_("Пока вы читали, запись изменили. Посмотрите, какой она стала, и решите ещё раз."))


def decides_about(item: Event | Note) -> bool:
    """Tell whether the viewer may publish it."""
    return viewer().can(PUBLISH, item.organisation.scope)


def announce(moderation: Moderation[Item], item: Item) -> None:
    """Announce a draft whose form asked for it: no button stands between the form and the public page."""
    if item.state not in moderation.begins or not request.form.get("announce"):
        return
    if decides_about(item):
        moderation.publish(item, actor=viewer().user_id)
    else:
        moderation.suggest(item, actor=viewer().user_id)
