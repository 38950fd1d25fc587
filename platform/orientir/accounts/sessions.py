"""Signed-in sessions: which row the cookie names, how long it may rest, and the half-open door of the second step."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from orientir import clock
from orientir.accounts import sign_ins
from orientir.accounts.models import SignIn, User
from orientir.accounts.viewers import Nobody, SignedIn
from orientir.config import Config
from orientir.db import begin_writing, db
from orientir.web.access import serves_files
from orientir.web.headers import kept_how

log = logging.getLogger("orientir.accounts")
SEEN, HALF = "seen", "half"
HALF_OPEN = timedelta(minutes=10)
LARGEST_ID = 2**31 - 1
# What somebody may use who has to set the second step up first.
BEFORE_ENROLLING = frozenset({"accounts.logout", "front.view_page", "front.view_settings", "front.help"})
ENROLLING = "second_factor."

# Every page of an account begins with this question, so it is put together once and asked once: with the roles.
OPEN_SESSION = (
    select(User, SignIn)
    .join(SignIn, SignIn.user_id == User.id)
    .options(joinedload(User.grants))
    .where(User.id == bindparam("number"), SignIn.key == bindparam("key"))
)


class PageSessions(SecureCookieSessionInterface):
    """Cookies ride on pages only: what a proxy may keep for everybody (a file, a feed) must bring nobody's session."""

    digest_method = staticmethod(hashlib.sha1)  # Flask's own, but as the function that `hmac` knows to be quick

    def __init__(self) -> None:
        self._serializers: dict[object, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookies of `app`; Flask makes it anew twice a page."""
        if app.secret_key not in self._serializers:
            self._serializers[app.secret_key] = super().get_signing_serializer(app)
        return self._serializers[app.secret_key]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; telephones that ask for feeds have none, and no seal is made to look at it."""
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified and not serves_files(app, request.endpoint) and not kept_how(response):
            super().save_session(app, session, response)


def init_sessions(app: Flask, config: Config) -> None:
    """Teach `app` to recognise accounts and to end sessions idle for `config.idle_minutes`."""
    app.session_interface = PageSessions()
    # Our templates ask for `viewer`; Flask-Login's own variable would ask the database even for the page of a failure.
    manager = LoginManager(app, add_context_processor=False)
    manager.anonymous_user = Nobody
    manager.session_protection = None
    manager.user_loader(_load)

    @app.before_request
    def end_idle() -> None:
        if "_user_id" not in session:
            return
        now = clock.now().timestamp()
        if now - session.get(SEEN, 0) > config.idle_minutes * 60:
            logout_user()
            session.pop(SEEN, None)
        elif now - session[SEEN] > 60:  # rewriting the cookie more often only costs bytes
            session[SEEN] = now

    app.before_request(lead_to_enrolling)
    app.after_request(note_use)


def lead_to_enrolling() -> AnyResponse | None:
    """Show nothing but the set-up of the second step to whoever must have one and has none."""
    if "_user_id" not in session or request.endpoint is None or serves_files(current_app, request.endpoint):
        return None
    if not getattr(current_user, "must_enrol", False):
        return None
    if request.endpoint in BEFORE_ENROLLING or request.endpoint.startswith(ENROLLING):
        return None
    return redirect(url_for("second_factor.index"), 303)


def note_use(response: Response) -> Response:
    """Note now and then that a session is in use: the platform's own book, nothing a link could make somebody do."""
    key = g.pop("session_to_note", "")
    if key and not response.is_streamed:
        try:
            db.session.rollback()  # the page is done; a read before must not make this a late writer
            begin_writing()
            sign_ins.touch(key)
            db.session.commit()
        except OperationalError:  # the database is busy with real work; ten minutes later is soon enough
            db.session.rollback()
            log.info("a session's use was not noted")
    return response


def enter(user: User, row: SignIn) -> None:
    """Let `user` in with an empty session: whatever a stranger left in this browser does not come along."""
    session.clear()
    login_user(SignedIn(user, row))
    session[SEEN] = clock.now().timestamp()


def hold_half_open(user: User) -> None:
    """Remember, in an otherwise empty session, that the password was right and the code is still to come."""
    session.clear()
    session[HALF] = {"who": SignedIn(user).get_id(), "at": clock.now().timestamp()}


def who_is_half_in() -> User | None:
    """Return the account that gave its password a moment ago, or None."""
    half = session.get(HALF) or {}
    if clock.now().timestamp() - half.get("at", 0) > HALF_OPEN.total_seconds():
        return None
    number, stamp, _key = _parts(half.get("who", ""))
    user = db.session.get(User, number) if number else None
    return user if user and user.disabled_at is None and user.session_stamp == stamp else None


def is_known() -> bool:
    """Tell whether an account is signed in."""
    return bool(current_user.is_authenticated)


def session_key() -> str:
    """Return the name of the session in hand."""
    return str(getattr(current_user, "session_key", ""))


def _load(identity: str) -> SignedIn | None:
    """Return who the cookie names."""
    number, stamp, key = _parts(identity)
    if not number or not key:
        return None
    found = db.session.execute(OPEN_SESSION, {"number": number, "key": key}).unique().one_or_none()
    if found is None:
        return None
    user, row = found
    if user.disabled_at is not None or user.session_stamp != stamp or row.ended_at is not None:
        return None
    if clock.now() - row.seen_at > sign_ins.TOUCH_AFTER:
        g.session_to_note = row.key
    return SignedIn(user, row)


def _parts(identity: str) -> tuple[int, str, str]:
    """Return number, stamp and session of «7:stamp:key»; the number is 0 for what is none."""
    number, stamp, key = [*identity.split(":", 2), "", ""][:3]
    wellformed = number.isascii() and number.isdecimal() and len(number) < 12
    return (int(number) if wellformed and int(number) <= LARGEST_ID else 0), stamp, key
