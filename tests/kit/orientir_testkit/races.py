"""Two people do the same thing at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, text

from orientir.db import begin_writing, db
from orientir.errors import OrientirError
from orientir_testkit.queries import FRAMES, heard

REACH = 0.3  # seconds a writer on SQLite is given to come to the door: there a slower one only makes the race easier
PATIENCE = 60  # seconds: it ends what hangs, and nothing that only goes slowly
WAITS = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")

Act = Callable[[], object]


def wait_for_rival(is_over: Callable[[], bool]) -> None:
    """Wait until the other one is through, or waits for what we hold; SQLite tells nobody who waits, so a moment there.

    However slow the machine is, both have looked by then at what neither has committed.
    """
    if db.engine.dialect.name == "sqlite":
        time.sleep(REACH)
        return
    give_up = time.monotonic() + PATIENCE
    with db.engine.connect() as line:
        while not (is_over() or line.scalar(WAITS)) and time.monotonic() < give_up:
            line.rollback()
            time.sleep(0.01)


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
    started.wait(PATIENCE)
    wait_for_rival(lambda: bool(ended))
    db.session.commit()
    writer.join(PATIENCE)
    return ended[0] if ended else "never"


def write_alone(url: str, statement: str, **values: Any) -> None:
    """Write from another connection, as another worker or a person at the database does."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


@contextmanager
def written_before(place: int, write: Callable[[], None]) -> Iterator[list[str]]:
    """Let somebody else write right before the statement of a `place`; yield what was about to be asked then."""
    seen, held = 0, list[str]()

    def note(statement: str) -> None:
        nonlocal seen
        if held or statement.upper().startswith(FRAMES):
            return
        seen += 1
        if seen == place:
            held.append(statement)
            write()

    with heard(note):
        yield held
