"""A published questionnaire never changes; every answer can name the version it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from orientir.audit.models import AuditEntry
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, MissingError
from orientir.questionnaires import Document, document_at, parse_document, publish
from orientir.questionnaires.models import Questionnaire, QuestionnaireVersion

Json = dict[str, Any]


@pytest.fixture
def version(app: Flask, document: Document) -> QuestionnaireVersion:
    begin_writing()
    made = publish(document, actor=None)
    db.session.commit()
    return made


def corrected(source: Json) -> Document:
    changed = deepcopy(source)
    changed["sections"][0]["questions"][0]["text"] = "Вам понравилось?"
    changed["title"] = "После профессиональной пробы"
    return parse_document(changed)


def test_the_first_version_is_number_one(version: QuestionnaireVersion, document: Document) -> None:
    assert (version.number, version.questionnaire.key, version.questionnaire.title) == (
        1,
        "trial_feedback",
        "После пробы",
    )
    assert document_at(version.id) == document
    assert document_at(version.id).source == document.source


def test_the_same_document_is_published_once(version: QuestionnaireVersion, source: Json) -> None:
    reordered = parse_document(dict(reversed(source.items())))

    assert publish(reordered, actor=None).id == version.id


def test_a_corrected_document_becomes_the_next_version(version: QuestionnaireVersion, source: Json) -> None:
    following = publish(corrected(source), actor=None)
    db.session.commit()

    assert (following.number, following.questionnaire_id) == (2, version.questionnaire_id)
    assert following.questionnaire.title == "После профессиональной пробы"
    assert document_at(version.id).title == "После пробы"
    assert publish(parse_document(source), actor=None).id == version.id


def test_publishing_is_written_down(version: QuestionnaireVersion) -> None:
    entry = db.session.scalars(select(AuditEntry).filter_by(action="questionnaire.publish")).one()

    assert entry.object_id == str(version.id)
    assert entry.details["digest"] == version.digest


def test_a_published_version_refuses_to_change(version: QuestionnaireVersion) -> None:
    version.document = {**version.document, "title": "Другая"}

    with pytest.raises(ConflictError):
        db.session.flush()


def test_a_published_version_refuses_to_go(version: QuestionnaireVersion) -> None:
    db.session.delete(version)

    with pytest.raises(ConflictError):
        db.session.flush()


@pytest.mark.parametrize("statement", [update(QuestionnaireVersion).values(number=7), delete(QuestionnaireVersion)])
def test_published_versions_refuse_to_change_all_at_once(version: QuestionnaireVersion, statement: Any) -> None:
    with pytest.raises(ConflictError):
        db.session.execute(statement)

    assert version.number == 1


def test_two_questionnaires_may_hold_the_same_questions(version: QuestionnaireVersion, source: Json) -> None:
    other = publish(parse_document({**source, "key": "forum_feedback"}), actor=None)

    assert other.number == 1
    assert other.questionnaire_id != version.questionnaire_id
    assert len(db.session.scalars(select(Questionnaire)).all()) == 2


def test_a_document_is_read_from_the_database_once(
    version: QuestionnaireVersion, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    number = version.id
    document_at(number)
    with count_queries() as seen:
        document_at(number)

    assert seen.count == 0


def test_an_unknown_version_is_missing(app: Flask) -> None:
    with pytest.raises(MissingError):
        document_at(404)
