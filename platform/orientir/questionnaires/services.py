"""Verbs: publish a questionnaire; save, delete and purge drafts. The caller commits."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache

from flask import current_app
from sqlalchemy import CursorResult, Executable, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db, insert_into
from orientir.questionnaires.document import Document
from orientir.questionnaires.drafts import Draft, row_key, seal_draft
from orientir.questionnaires.models import Questionnaire, QuestionnaireDraft, QuestionnaireVersion


def publish(document: Document, *, actor: int | None) -> QuestionnaireVersion:
    """Return the version that holds exactly this document, made now unless it was published before."""
    questionnaire = _questionnaire(document)
    digest = document_digest(document)
    version = db.session.scalar(
        select(QuestionnaireVersion).filter_by(questionnaire_id=questionnaire.id, digest=digest)
    )
    if version is not None:
        return version
    latest = db.session.scalar(
        select(func.max(QuestionnaireVersion.number)).filter_by(questionnaire_id=questionnaire.id)
    )
    version = QuestionnaireVersion(
        questionnaire_id=questionnaire.id,
        number=(latest or 0) + 1,
        document=dict(document.source),
        digest=digest,
        published_at=clock.now(),
    )
    questionnaire.title = document.title
    db.session.add(version)
    db.session.flush()
    audit.write(
        "questionnaire.publish", "questionnaire_version", version.id, actor=actor,
        key=questionnaire.key, number=version.number, digest=digest,
    )  # fmt: skip
    return version


def document_digest(document: Document) -> str:
    """Return the SHA-256 of the document's canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(document.source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _questionnaire(document: Document) -> Questionnaire:
    """Return the row of this key, locked, so that two publishers number their versions one after the other."""
    db.session.execute(
        insert_into(Questionnaire).values(key=document.key, title=document.title).on_conflict_do_nothing()
    )
    return db.session.scalars(select(Questionnaire).filter_by(key=document.key).with_for_update()).one()


def save_draft(code: str, draft: Draft, *, expires_on: date) -> None:
    """Keep unsent answers under a code until the end of `expires_on`; the last of concurrent saves stays."""
    secret = current_app.config["ORIENTIR"].secret_key
    row = {"key": row_key(secret, code), "sealed": seal_draft(secret, code, draft), "expires_on": expires_on}
    connection = db.session.connection()
    connection.execute(_draft_statement(connection.dialect.name), row)


@cache
def _draft_statement(dialect: str) -> Executable:
    """Return what writes a draft over an older one. Every page turned runs it, so it is built once and needs no ORM."""
    statement = {"postgresql": postgresql, "sqlite": sqlite}[dialect].insert(QuestionnaireDraft)
    newer = {"sealed": statement.excluded.sealed, "expires_on": statement.excluded.expires_on}
    done: Executable = statement.on_conflict_do_update(index_elements=["key"], set_=newer)
    return done


def delete_draft(code: str) -> None:
    """Forget the unsent answers under a code: they were sent, or their writer wants to start anew."""
    key = row_key(current_app.config["ORIENTIR"].secret_key, code)
    db.session.execute(delete(QuestionnaireDraft).where(QuestionnaireDraft.key == key))


def purge_drafts(today: date) -> int:
    """Delete drafts that expired before `today` and return how many."""
    gone = db.session.execute(delete(QuestionnaireDraft).where(QuestionnaireDraft.expires_on < today))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
