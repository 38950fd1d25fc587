"""Return addresses: only ever into our own site."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_target(target: str | None, fallback: str) -> str:
    """Return `target` when it is a path of this site, else `fallback`; no open redirects."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return fallback
    if any(ord(sign) < 32 for sign in target):
        return fallback
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else fallback
