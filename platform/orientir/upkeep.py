"""What the platform does by itself every night, beside the tasks of its plugins."""

from __future__ import annotations

import logging

from flask import Flask

from orientir import clock
from orientir.contracts import ScheduledTask
from orientir.jobs import plugin_tasks
from orientir.plugins import current_plugins
from orientir.questionnaires import purge_drafts
from orientir.web.once import purge_posted_forms

log = logging.getLogger("orientir.upkeep")
NIGHT = 18  # UTC; two or three in the morning in Siberia


def purge_expired() -> None:
    """Delete, in the platform and in every plugin, what is past its keeping time."""
    today = clock.now().date()
    gone = purge_drafts(today) + purge_posted_forms(today) + current_plugins().purge_expired(today)
    log.info("purged %s rows", gone)


def scheduled_tasks(app: Flask) -> list[ScheduledTask]:
    """Return all that stands on the clock of `app`."""
    purge = ScheduledTask("platform.purge_expired", purge_expired, hour=NIGHT)
    return [purge, *plugin_tasks(app.extensions["orientir.plugins"])]
