"""The kinds of lists of one application: the platform's, and those the plugins bring."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app

from orientir.accounts.models import User
from orientir.accounts.viewers import SignedIn
from orientir.contracts import Importer, Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.plugins import current_plugins

KEY = "orientir.importers"


def init_lists(app: Flask, importers: Iterable[Importer]) -> None:
    """Tell `app` the platform's own kinds of lists."""
    app.extensions[KEY] = {importer.key: importer for importer in importers}


def find_importer(key: str) -> Importer:
    """Return the importer; raises MissingError when its plugin is off."""
    own: dict[str, Importer] = current_app.extensions[KEY]
    brought = (one for manifest in current_plugins().manifests.values() for one in manifest.imports)
    found = own.get(key) or next((one for one in brought if one.key == key), None)
    if found is None:
        raise MissingError(_("Плагин, который читает такие списки, выключен."))
    return found


def branches_of(user_id: int, permission: str, scope: Scope) -> tuple[Scope, ...]:
    """Return the branches inside `scope` where the account may write now; rights may have changed since the upload."""
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        return ()
    own = SignedIn(user).scopes(permission)
    if any(one.covers(scope) for one in own):
        return (scope,)
    return tuple(one for one in own if scope.covers(one))
