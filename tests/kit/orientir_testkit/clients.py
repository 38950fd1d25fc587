"""The test client: real requests, each in a context of its own, though the test itself stands in one."""

from __future__ import annotations

import contextvars
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from orientir import clock
from orientir.accounts import sign_ins
from orientir.accounts.models import User
from orientir.accounts.sessions import SEEN
from orientir.accounts.viewers import SignedIn
from orientir.db import begin_writing, db

TOKEN = re.compile(r'name="(once|csrf_token)" value="[^"]*"')


def without_tokens(page: str) -> str:
    """Return a page without the names and tokens of its forms, which are others each time."""
    return TOKEN.sub("", page)


class Client(FlaskClient):
    """Flask would let a request share the test's application context, and with it `g`: who is signed in would stick.

    So each request runs in an empty context, and the test's transaction ends before it: the page sees what the test
    made, the test sees what the page did.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)

    def sign_in(self, user: User) -> None:
        """Sign `user` in without the form (and without the price of argon2), in a session row of its own."""
        db.session.commit()
        begin_writing()
        identity = SignedIn(user, sign_ins.start(user, "Firefox, Linux")).get_id()
        db.session.commit()
        with self.session_transaction() as session:
            session.clear()
            session.update({"_user_id": identity, "_fresh": True, SEEN: clock.now().timestamp()})

    def sign_out(self) -> None:
        with self.session_transaction() as session:
            session.clear()
