"""Unsent answers: kept between pages and devices, readable only with the respondent's code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from orientir.db import begin_writing, db
from orientir.questionnaires import Draft, delete_draft, load_draft, purge_drafts, save_draft
from orientir.questionnaires.drafts import open_draft, row_key, seal_draft
from orientir.questionnaires.models import QuestionnaireDraft

CODE, OTHER_CODE = "481720936614", "481720936622"
SECRET = "a server's secret"
TODAY = date(2026, 5, 14)
DRAFT = Draft(answers={"liked": "other", "liked_other": "тайна", "ways": ["foot"]}, section="second")


@pytest.fixture
def saved(app: Flask) -> Flask:
    save_draft(CODE, DRAFT, expires_on=TODAY)
    db.session.commit()
    return app


def rows() -> list[QuestionnaireDraft]:
    return list(db.session.scalars(select(QuestionnaireDraft).execution_options(populate_existing=True)))


def test_a_draft_is_resumed_elsewhere(saved: Flask) -> None:
    with saved.app_context():
        assert load_draft(CODE) == DRAFT


def test_another_code_reads_nothing(saved: Flask) -> None:
    assert load_draft(OTHER_CODE) is None


def test_the_next_page_replaces_the_draft(saved: Flask) -> None:
    further = replace(DRAFT, answers={"liked": "yes"}, section="third")
    save_draft(CODE, further, expires_on=TODAY)

    assert load_draft(CODE) == further
    assert len(rows()) == 1


def test_the_table_tells_nothing(saved: Flask) -> None:
    row = rows()[0]

    assert set(QuestionnaireDraft.__table__.columns.keys()) == {"key", "sealed", "expires_on"}
    assert row.expires_on == TODAY
    for secret in (CODE, "тайна", "liked", DRAFT.send_id):
        assert secret not in row.key
        assert secret.encode() not in row.sealed


def test_the_same_answers_never_look_the_same() -> None:
    assert seal_draft(SECRET, CODE, DRAFT) != seal_draft(SECRET, CODE, DRAFT)


def test_a_draft_opens_with_secret_and_code_together() -> None:
    sealed = seal_draft(SECRET, CODE, DRAFT)

    assert open_draft(SECRET, CODE, sealed) == DRAFT
    assert open_draft(SECRET, OTHER_CODE, sealed) is None
    assert open_draft("another secret", CODE, sealed) is None
    assert row_key(SECRET, CODE) != row_key("another secret", CODE)


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_bit_reads_as_no_draft(saved: Flask, position: int) -> None:
    row = rows()[0]
    spoilt = bytearray(row.sealed)
    spoilt[position] ^= 1
    row.sealed = bytes(spoilt)
    db.session.commit()

    assert load_draft(CODE) is None


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(100)])
def test_rubbish_reads_as_no_draft(sealed: bytes) -> None:
    assert open_draft(SECRET, CODE, sealed) is None


def test_a_draft_moved_to_another_code_reads_as_none(saved: Flask) -> None:
    row = rows()[0]
    row.key = row_key(saved.config["ORIENTIR"].secret_key, OTHER_CODE)
    db.session.commit()

    assert load_draft(OTHER_CODE) is None


def test_a_sent_draft_is_gone(saved: Flask) -> None:
    delete_draft(CODE)
    delete_draft(CODE)

    assert load_draft(CODE) is None
    assert rows() == []


def test_drafts_are_purged_after_their_last_day(saved: Flask) -> None:
    assert purge_drafts(TODAY) == 0
    assert purge_drafts(TODAY + timedelta(days=1)) == 1
    assert rows() == []


def test_a_send_keeps_its_id_over_pages() -> None:
    first = Draft()

    assert replace(first, answers={"liked": "yes"}).send_id == first.send_id
    assert first.send_id != Draft().send_id


def test_concurrent_saves_leave_one_whole_draft(app: Flask) -> None:
    drafts = [Draft(answers={"word": "я" * 50 * number}, section=str(number)) for number in range(12)]

    def save(draft: Draft) -> None:
        with app.app_context():
            begin_writing()
            save_draft(CODE, draft, expires_on=TODAY)
            db.session.commit()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(save, drafts))

    assert load_draft(CODE) in drafts
    assert len(rows()) == 1
