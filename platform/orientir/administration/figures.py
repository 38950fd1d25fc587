"""Figures of the installation for a monitoring system: what waits, what failed, what is not sealed yet."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, text

from orientir import __version__, clock
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.jobs.models import Job, JobState, TaskRun
from orientir.mail.models import MailState, OutgoingMail
from orientir.plugins import current_plugins
from orientir.web.metrics import metric, request_figures


def figure_lines() -> Iterator[str]:
    """Yield all figures in the text format of Prometheus: this process's requests, then what the database says."""
    yield from request_figures().lines()
    yield from metric("orientir_build_info", "gauge", "Version.", [({"version": __version__}, 1)])
    yield from _jobs()
    yield from _letters()
    unsealed = select(func.count()).select_from(AuditEntry).where(AuditEntry.block.is_(None))
    yield from metric(
        "orientir_audit_unsealed", "gauge", "Acts not sealed yet.", [({}, db.session.scalar(unsealed) or 0)]
    )
    yield from metric("orientir_database_bytes", "gauge", "Size of the database.", [({}, _database_bytes())])
    plugins = current_plugins()
    told = [({"what": "left_out"}, len(plugins.failures)), ({"what": "hook_failed"}, len(plugins.troubles))]
    yield from metric("orientir_plugin_failures", "gauge", "Plugins left out, and with a hook that failed.", told)


def _jobs() -> Iterator[str]:
    counted = {row[0]: row[1] for row in db.session.execute(select(Job.state, func.count()).group_by(Job.state))}
    told = [({"state": state.value}, counted.get(state, 0)) for state in JobState]
    yield from metric("orientir_jobs", "gauge", "Jobs by state.", told)
    oldest = db.session.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.WAITING))
    waited = (clock.now() - oldest).total_seconds() if oldest else 0
    yield from metric("orientir_job_oldest_waiting_seconds", "gauge", "How long the oldest waits.", [({}, waited)])
    failing = select(func.count()).select_from(TaskRun).where(TaskRun.ok.is_(False))
    yield from metric(
        "orientir_tasks_failing", "gauge", "Tasks whose last run failed.", [({}, db.session.scalar(failing) or 0)]
    )


def _letters() -> Iterator[str]:
    question = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    counted = {row[0]: row[1] for row in db.session.execute(question)}
    told = [({"state": state.value}, counted.get(state, 0)) for state in MailState]
    yield from metric("orientir_letters", "gauge", "Letters by state.", told)


def _database_bytes() -> int:
    if db.engine.dialect.name == "postgresql":
        return int(db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(db.session.scalar(text(size)) or 0)
