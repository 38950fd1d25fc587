"""Reads: published documents and drafts."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import bindparam, select

from orientir.db import db
from orientir.errors import MissingError
from orientir.questionnaires.document import Document
from orientir.questionnaires.drafts import Draft, open_draft, row_key
from orientir.questionnaires.models import QuestionnaireDraft, QuestionnaireVersion
from orientir.questionnaires.parsing import parse_document

CACHE = "orientir.questionnaires"
# Every page of a respondent asks this, so it is built once and goes past the ORM.
SEALED = select(QuestionnaireDraft.sealed).where(QuestionnaireDraft.key == bindparam("key"))


def document_at(version_id: int) -> Document:
    """Return the parsed document of a published version; MissingError if there is none.

    Versions never change, so each process parses each of them once.
    """
    parsed: dict[int, Document] = current_app.extensions.setdefault(CACHE, {})
    if version_id not in parsed:
        source = db.session.scalar(select(QuestionnaireVersion.document).where(QuestionnaireVersion.id == version_id))
        if source is None:
            raise MissingError
        parsed[version_id] = parse_document(source)
    return parsed[version_id]


def load_draft(code: str) -> Draft | None:
    """Return the unsent answers under a code, or None: nothing was saved, or it cannot be read."""
    secret = current_app.config["ORIENTIR"].secret_key
    sealed = db.session.connection().scalar(SEALED, {"key": row_key(secret, code)})
    return None if sealed is None else open_draft(secret, code, sealed)
