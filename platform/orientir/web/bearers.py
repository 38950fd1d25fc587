"""Tokens that stand for an opened code: a script of ours sends one in a header, and no cookie counts beside it.

A browser adds a cookie to whatever another site makes it send; the header it never adds by itself, a form cannot, and a
script of another site may not. So a request that bears a token needs no token of a form (architecture §6, decision 26).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from flask import current_app, g, request

from orientir.crypto import keyed_digest

SCHEME = "Bearer "


def is_borne() -> bool:
    """Tell whether the request in hand bears a token, good or not."""
    return _sent().startswith(SCHEME)


def token_for(kind: str, remembered: Mapping[str, Any]) -> str:
    """Return the token of an opened code of `kind`, which brings `remembered` back and cannot be made up."""
    body = urlsafe_b64encode(json.dumps(remembered).encode()).decode()
    return f"{body}.{_seal(kind, body)}"


def borne(kind: str) -> Mapping[str, Any] | None:
    """Return what the token of the request remembers, or None for one of another kind or of nobody's.

    A rule asks first and the page again, so it is looked at once.
    """
    looked_at: dict[str, Mapping[str, Any] | None] = g.setdefault("borne", {})
    if kind not in looked_at:
        looked_at[kind] = _opened(kind)
    return looked_at[kind]


def _opened(kind: str) -> Mapping[str, Any] | None:
    body, _dot, seal = _sent().removeprefix(SCHEME).partition(".")
    if not compare_digest(seal.encode(), _seal(kind, body).encode()):
        return None
    remembered: Mapping[str, Any] = json.loads(urlsafe_b64decode(body))
    return remembered


def _sent() -> str:
    sent: str = request.environ.get("HTTP_AUTHORIZATION", "")
    return sent


def _seal(kind: str, body: str) -> str:
    secret: str = current_app.config["ORIENTIR"].secret_key
    return keyed_digest(secret, f"bearer:{kind}", body)
