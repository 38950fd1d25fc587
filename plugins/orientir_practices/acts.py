"""What a button does: the verb, then either all of it is kept or nothing, a word about it, and the next page."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, OrientirError

Said = str | Callable[[], str]


def act(
    verb: Callable[[], object], back: str, words: Said = "", *, onward: Callable[[], str] | None = None
) -> Response:
    """Do `verb`, commit, say `words` and lead to `onward` (`back` without one); what is refused leads back with why.

    `words` and `onward` may be asked for after the verb: its outcome is known only then.
    """
    try:
        verb()
    except (ConflictError, InvalidInputError) as error:
        return refused(error, back)
    said, ahead = words if isinstance(words, str) else words(), onward
    db.session.commit()
    if said:
        flash(said, "good")
    return redirect(ahead() if ahead else back, 303)


def refused(error: OrientirError, back: str) -> Response:
    """Undo all and lead back with the reason."""
    db.session.rollback()
    flash(str(error), "bad")
    return redirect(back, 303)
