"""Security headers of every answer. Our own hook: a door sets its own policy, the one that allows the camera."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, g, request

from orientir.web.access import serves_files
from orientir.web.application import PageResponse
from orientir.web.ready import for_every_answer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A list that other sites show in a frame says so by `g.may_be_framed`; it acts on nothing and knows nobody.
FRAMED = {
    **{name: value for name, value in HEADERS.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
}


def kept_how(response: Response) -> str:
    """Return how others may keep the answer in words of RFC 9111, "" for not at all.

    What is nobody's (a public feed) says so by `g.may_be_kept`; a page of an error instead of it is somebody's again.
    """
    return str(g.get("may_be_kept", "")) if response.status_code in (200, 304) else ""


def init_headers(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer of `app`; with `https` browsers are told to stay on it."""
    of_https = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if https else {}
    pages, framed = [*(HEADERS | of_https).items()], [*(FRAMED | of_https).items()]

    @app.after_request
    @for_every_answer
    def protect(response: Response) -> Response:
        cast(PageResponse, response).usual = framed if g.get("may_be_framed") else pages
        if not serves_files(app, request.endpoint):
            # Pages belong to a person on a shared computer: «Назад» must not show the last one's answers.
            response.headers["Cache-Control"] = kept_how(response) or "no-store"
        return response
