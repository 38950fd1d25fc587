"""Writing a confirmed list, in the background and in chunks: each is right by itself, and none is written twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from orientir.audit import services as audit
from orientir.contracts import Finding, Importer, JobKind, RowState, RunningJob
from orientir.db import db
from orientir.errors import ConflictError, MissingError, OrientirError
from orientir.i18n import _, _l
from orientir.lists.importers import find_importer
from orientir.lists.models import ImportState, ListImport
from orientir.lists.plans import PlannedRow, check_rows
from orientir.lists.services import KIND, context_of
from orientir.lists.storage import open_plan, open_rejected, seal_rejected

CHUNK = 30  # on SQLite a chunk holds the one write lock; 30 classes with numbers take about 0.7 s of CPU

Rejected = list[tuple[int, str]]
"""Rows that were not written: their place in the plan, and why."""


def run_import(job: RunningJob) -> Mapping[str, Any]:
    """Write the rows of a confirmed list; each is checked once more against what stands there by then."""
    found = db.session.get(ListImport, job.payload["import_id"])
    if found is None:
        raise MissingError(_("Список успели удалить: срок хранения вышел."))
    importer, plan = find_importer(found.importer), open_plan(found.sealed_plan)
    position = found.position
    while position < len(plan):
        db.session.refresh(found, with_for_update=True)
        if found.position != position:
            raise ConflictError(_("Этот список уже загружает другой процесс."))
        chunk = plan[position : position + CHUNK]
        _write_chunk(found, importer, chunk, position)
        position += len(chunk)
        found.position = position
        job.report(position, len(plan))
    found.state = ImportState.DONE
    audit.write(
        "list.import", "list_import", found.id, actor=found.actor_id, scope=found.scope,
        importer=importer.key, **found.counts,
    )  # fmt: skip
    return {"import_id": found.id, **found.counts}


IMPORT_JOB = JobKind(KIND, _l("Загрузка списка"), run_import)


def _write_chunk(found: ListImport, importer: Importer, chunk: Sequence[PlannedRow], first: int) -> None:
    wanted = [(first + place, row) for place, row in enumerate(chunk) if row.writes]
    context = context_of(found, importer, found.choices)
    findings = check_rows([(row.number, row.cells) for _place, row in wanted], importer, context)
    rejected: Rejected = []
    written = 0
    for (place, row), finding in zip(wanted, findings, strict=True):
        reason = _write(row, finding, importer, found)
        if reason:
            rejected.append((place, reason))
        else:
            written += 1
    counts = dict(found.counts)
    found.counts = {
        **counts,
        "done": counts.get("done", 0) + written,
        "failed": counts.get("failed", 0) + len(rejected),
    }
    if rejected:
        found.sealed_outcome = seal_rejected([*open_rejected(found.sealed_outcome), *rejected])


def _write(row: PlannedRow, finding: Finding, importer: Importer, found: ListImport) -> str:
    """Write one row and return "", or return why it was not written."""
    if finding.state is RowState.UNCHANGED:
        return ""
    if finding.state is RowState.ERROR:
        return " ".join(problem.text for problem in finding.problems)
    if not row.says(finding) or finding.write is None:
        return _what_changed(finding, importer, found)
    try:
        with db.session.begin_nested():
            finding.write()
            db.session.flush()
    except OrientirError as error:
        return str(error)
    except IntegrityError:
        return _("Кто-то только что внёс то же самое. Загрузите список ещё раз.")
    return ""


def _what_changed(finding: Finding, importer: Importer, found: ListImport) -> str:
    titles = {column.key: str(column.title) for column in importer.columns(found.scope)}
    now = ", ".join(
        _("«%(title)s» — %(old)s", title=titles.get(change.column, change.column), old=change.old)
        for change in finding.changes
        if change.old
    )
    if now:
        return _("После просмотра данные изменились, сейчас: %(now)s. Загрузите список ещё раз.", now=now)
    return _("После просмотра данные изменились. Загрузите список ещё раз.")
