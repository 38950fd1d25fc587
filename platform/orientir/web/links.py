"""Addresses: the site's own for paper and codes, and where to return to, only ever into our own site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response


def safe_target(target: str | None, fallback: str) -> str:
    """Return `target` when it is a path of this site, else `fallback`; no open redirects."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return fallback
    if any(ord(sign) < 32 for sign in target):
        return fallback
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else fallback


def is_web_address(text: str) -> bool:
    """Tell whether a text is the address of a site; a file on somebody's disk is not."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:  # «http://[»
        return False
    return parts.scheme in ("http", "https") and "." in parts.netloc


def page_path(endpoint: str, **values: object) -> str:
    """Return the path of a page of this site; without a request too, for what tasks write down for later."""
    return current_app.url_map.bind("").build(endpoint, values)


def site_address() -> str:
    """Return the address people type, without a slash at its end: the setting, or where this page was asked for.

    Production requires the setting, so no stranger's Host header ever gets onto paper.
    """
    configured: str = current_app.config["ORIENTIR"].base_url
    return configured or request.url_root.rstrip("/")


def page_before() -> str:
    """Return the path of the page this request came from, when it is one of ours, else the front page."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # «http://[»: browsers do not write such addresses, people do
        return url_for("front.home")
    return safe_target(parts.path if parts.netloc == request.host else None, url_for("front.home"))


def follow_once(name: str, digest: str, target: str) -> Response:
    """Lead to `target`, the page without the token, and let this browser's session remember the token's digest.

    Nothing is changed: messengers and mail filters open links before people do. No page learns the address.
    """
    session[name] = digest
    answer = redirect(target, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
