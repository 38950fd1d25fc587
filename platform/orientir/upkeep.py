"""What the platform does by itself every night, beside the tasks of its plugins."""

from __future__ import annotations

import logging

from flask import Flask

from orientir import clock
from orientir.accounts import links, sign_ins
from orientir.audit.sealing import seal
from orientir.bookings.doors import purge_devices
from orientir.bookings.passes import purge_names
from orientir.bookings.queue import lapse_unconfirmed
from orientir.contracts import ScheduledTask
from orientir.errors import ConflictError
from orientir.files.services import purge_files
from orientir.i18n import _, _l
from orientir.ics.feeds import purge_feeds
from orientir.jobs.queue import plugin_tasks
from orientir.lists.services import purge_lists
from orientir.mail.services import purge_mail, send_waiting
from orientir.notices.reminders import purge_rounds
from orientir.notices.rounds import make_rounds
from orientir.notices.services import purge_notices
from orientir.people.invitations import purge_invitations
from orientir.plugins import current_plugins
from orientir.questionnaires import purge_drafts
from orientir.questionnaires.mixing import mix_tables
from orientir.web.once import purge_posted_forms

log = logging.getLogger("orientir.upkeep")
NIGHT = 18  # UTC; two or three in the morning in Siberia
AFTER_PURGE = NIGHT + 1  # a file written anew holds nothing of what was deleted


OWN = (
    *(purge_drafts, purge_posted_forms, purge_mail, purge_lists, purge_notices, purge_rounds),
    *(sign_ins.purge, links.purge, purge_invitations, purge_names, purge_devices, purge_feeds, purge_files),
)


def purge_expired() -> None:
    """Delete, in the platform and in every plugin, what is past its keeping time."""
    today = clock.now().date()
    gone = sum(purge(today) for purge in OWN) + current_plugins().purge_expired(today)
    log.info("purged %s rows", gone)


def send_mail() -> None:
    """Send the letters that wait."""
    send_waiting()


def seal_audit() -> None:
    """Seal the acts of the last minutes."""
    sealed = seal()
    log.info("sealed %s acts", sealed)


def mix_answers() -> None:
    """Mix what was written together; raises ConflictError, for the page of jobs, when a table was held all the time."""
    done = mix_tables()
    log.info("mixed %s tables", len(done.mixed))
    if done.busy:
        raise ConflictError(
            _("Не перемешаны, их не отпускали: %(names)s. Следующей ночью ещё раз.", names=", ".join(done.busy))
        )


def scheduled_tasks(app: Flask) -> list[ScheduledTask]:
    """Return all that stands on the clock of `app`."""
    purge = ScheduledTask(
        "platform.purge_expired", purge_expired, hour=NIGHT, title=_l("Удалить то, что больше не хранят")
    )
    mail = ScheduledTask("platform.mail", send_mail, minutes=1, title=_l("Отправить письма"))
    sealing = ScheduledTask("platform.seal_audit", seal_audit, minutes=5, title=_l("Запечатать журнал действий"))
    notices = ScheduledTask("platform.notices", make_rounds, minutes=10, title=_l("Напомнить и собрать письма за день"))
    places = ScheduledTask(
        "platform.lapse_bookings", lapse_unconfirmed, minutes=5, title=_l("Отдать места, которые не подтвердили")
    )
    mixing = ScheduledTask("platform.mix_answers", mix_answers, hour=AFTER_PURGE, title=_l("Перемешать ответы анкет"))
    return [purge, mail, sealing, notices, places, mixing, *plugin_tasks(app.extensions["orientir.plugins"])]
