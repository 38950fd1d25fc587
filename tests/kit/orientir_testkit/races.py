"""Two people do the same thing at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

from flask import Flask

from orientir.db import begin_writing, db
from orientir.errors import OrientirError

REACH = 0.3  # seconds in which the second reaches the lock; a slower one only makes the race easier


Act = Callable[[], object]


def race(app: Flask, act: Act, rival: Act | None = None, *, says: Callable[[object], str] = lambda got: "done") -> str:
    """Act, let a second writer (a `rival`, or one who does the same) start, commit; return how the second one ended.

    That is what `says` makes of its result, the name of our error that refused it, or how it broke.
    """
    ended: list[str] = []
    started = Event()

    def second() -> None:
        with app.app_context():
            started.set()
            try:
                begin_writing()
                got = (rival or act)()
                db.session.commit()
                ended.append(says(got))
            except OrientirError as error:
                ended.append(type(error).__name__)
            except Exception as error:
                ended.append(repr(error))

    db.session.commit()
    begin_writing()
    act()
    writer = Thread(target=second)
    writer.start()
    started.wait(10)
    time.sleep(REACH)
    db.session.commit()
    writer.join(20)
    return ended[0] if ended else "never"
