"""What the platform does by itself every night, beside the tasks of its plugins."""

from __future__ import annotations

import logging

from flask import Flask

from orientir import clock
from orientir.contracts import ScheduledTask
from orientir.jobs.queue import plugin_tasks
from orientir.lists.services import purge_lists
from orientir.mail.services import purge_mail, send_waiting
from orientir.plugins import current_plugins
from orientir.questionnaires import purge_drafts
from orientir.web.once import purge_posted_forms

log = logging.getLogger("orientir.upkeep")
NIGHT = 18  # UTC; two or three in the morning in Siberia


def purge_expired() -> None:
    """Delete, in the platform and in every plugin, what is past its keeping time."""
    today = clock.now().date()
    own = (purge_drafts, purge_posted_forms, purge_mail, purge_lists)
    gone = sum(purge(today) for purge in own) + current_plugins().purge_expired(today)
    log.info("purged %s rows", gone)


def send_mail() -> None:
    """Send the letters that wait."""
    send_waiting()


def scheduled_tasks(app: Flask) -> list[ScheduledTask]:
    """Return all that stands on the clock of `app`."""
    purge = ScheduledTask("platform.purge_expired", purge_expired, hour=NIGHT)
    mail = ScheduledTask("platform.mail", send_mail, minutes=1)
    return [purge, mail, *plugin_tasks(app.extensions["orientir.plugins"])]
