"""Signed-in sessions: who the cookie names, and how long it may rest."""

from __future__ import annotations

from flask import Flask, Response, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, logout_user

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.viewers import Nobody, SignedIn
from orientir.config import Config
from orientir.db import db
from orientir.web.access import serves_files

SEEN = "seen"


class PageSessions(SecureCookieSessionInterface):
    """Cookies ride on pages only: a file may be kept by a proxy for everybody, and by browsers whoever signs in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not serves_files(app, request.endpoint):
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


def mark_seen() -> None:
    """Start the idle clock of a session that just signed in."""
    session[SEEN] = clock.now().timestamp()


def is_known() -> bool:
    """Tell whether an account is signed in."""
    return bool(current_user.is_authenticated)


def _load(identity: str) -> SignedIn | None:
    number, _colon, stamp = identity.partition(":")
    user = db.session.get(User, int(number)) if number.isdecimal() else None
    if user is None or user.disabled_at is not None or user.session_stamp != stamp:
        return None
    return SignedIn(user)
