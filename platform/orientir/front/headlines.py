"""The one figure of the front page, kept for a minute: every student opens that page, and the figure sums a region."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app

from orientir import clock
from orientir.coverage.queries import Headline, region_headline

KEPT = timedelta(minutes=1)
NAME = "orientir.headlines"


def init_headlines(app: Flask) -> None:
    """Give `app` a place for the figures of its regions; each process keeps its own."""
    app.extensions[NAME] = {}


def recent_headline(region_id: int) -> Headline | None:
    """Return the figure as it was at most a minute ago, `as_of` says when; where there is none, ask each time."""
    kept: dict[int, Headline] = current_app.extensions[NAME]
    found = kept.get(region_id)
    if found is None or not clock.now() - KEPT <= found.as_of <= clock.now():
        found = region_headline(region_id)
        if found is not None:
            kept[region_id] = found
    return found
