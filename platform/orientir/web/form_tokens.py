"""Every POST that a cookie authorises brings the token of its form; what a token of its own authorises needs none."""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from orientir.web.access import stands_by_token
from orientir.web.transactions import SAFE_METHODS


class FormTokens(CSRFProtect):
    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 - Flask-WTF's own signature
        """Refuse a post without the token of its form, unless no cookie could have authorised it."""
        if request.method not in SAFE_METHODS and not stands_by_token():
            super().protect(apply_exemptions)


def init_form_tokens(app: Flask) -> None:
    """Let the pages of `app` be posted to from their own forms alone."""
    FormTokens(app)
