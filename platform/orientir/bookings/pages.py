"""Ways to pages beside these: that of a ticket, of a door, of the owner."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException


def page_if_any(path: str) -> str:
    """Return `path` if some page of this site answers there, else an empty string."""
    try:
        current_app.url_map.bind("").match(path)
    except HTTPException:
        return ""
    return path


def ticket_url(booking_id: int) -> str:
    return page_if_any(f"/bookings/{booking_id}/ticket")
