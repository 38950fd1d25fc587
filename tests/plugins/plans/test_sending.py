"""One send: slip used, answer kept, class counted, draft gone; twice is once; nothing ties answer to slip."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import inspect, select

from orientir.coverage.models import Fact
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, OrientirError
from orientir.questionnaires import Draft, document_at, load_draft, save_draft, visible_sections
from orientir_plans import sittings
from orientir_plans.models import Answer, Slip, Wave
from orientir_plans.queries import progress_of, share_of, unused_slips
from orientir_plans.services import WavePlan, add_wave, close_wave, issue_slips
from orientir_plans.sittings import Sitting, SlipUsedError, UnfinishedError, facts_of, keep, load_sitting, send
from orientir_plans.versions import current_version

Ready = Callable[[str], Draft]
Opened = Callable[[str], FlaskClient]


def slip_of(code: str) -> Slip:
    from orientir.codes.services import find

    found = find(code, date(2026, 5, 14))
    assert found
    return db.session.get_one(Slip, int(found.owner))


def test_a_send_is_counted_for_class_school_municipality_and_region(cast: Cast, codes: list[str], ready: Ready) -> None:
    draft = ready(codes[0])
    send(slip_of(codes[0]).id, codes[0], draft.send_id)
    db.session.commit()

    for scope in (cast.school.scope, cast.municipality.scope, cast.region.scope):
        assert share_of(2025, scope).covered == 1
    assert progress_of(slip_of(codes[0]).wave, cast.school_class).share.covered == 1
    assert share_of(2025, cast.school.scope).base == 27
    assert share_of(2025, cast.neighbour_school.scope).covered == 0


def test_the_answer_holds_what_was_answered_and_the_draft_is_gone(
    codes: list[str], ready: Ready, complete_answers: dict[str, Any]
) -> None:
    draft = ready(codes[0])
    send(slip_of(codes[0]).id, codes[0], draft.send_id)
    answer = db.session.scalars(select(Answer)).one()
    assert answer.answers == complete_answers
    assert (answer.grade, answer.flags) == (9, ["fast"])
    assert load_draft(codes[0]) is None


def test_the_same_send_again_is_the_same_send(codes: list[str], ready: Ready) -> None:
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    for _attempt in range(3):
        send(slip_id, codes[0], draft.send_id)
        db.session.commit()
    assert len(db.session.scalars(select(Answer)).all()) == 1


def test_another_send_by_the_same_slip_is_refused(codes: list[str], ready: Ready) -> None:
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    send(slip_id, codes[0], draft.send_id)
    db.session.commit()
    other = ready(codes[0])
    assert other.send_id != draft.send_id
    with pytest.raises(SlipUsedError, match="уже ответили"):
        send(slip_id, codes[0], other.send_id)


def test_a_send_under_a_name_that_is_not_the_drafts_own_is_refused(codes: list[str], ready: Ready) -> None:
    ready(codes[0])
    for stranger in ("", "x", "я", Draft().send_id):
        with pytest.raises(ConflictError, match="по другому коду"):
            send(slip_of(codes[0]).id, codes[0], stranger)
    assert not slip_of(codes[0]).used


def test_unfinished_answers_are_not_sent_and_lead_back(wave: Wave, codes: list[str]) -> None:
    draft = Draft()
    save_draft(codes[0], draft, expires_on=wave.closes_on)
    with pytest.raises(UnfinishedError) as gap:
        send(slip_of(codes[0]).id, codes[0], draft.send_id)
    assert gap.value.section.code == "plans"


def test_nothing_is_taken_after_the_last_day_or_after_closing(wave: Wave, codes: list[str], ready: Ready) -> None:
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    with time_machine.travel("2026-05-22T16:00:01+00:00"), pytest.raises(ConflictError, match="закончился"):
        send(slip_id, codes[0], draft.send_id)
    close_wave(wave, actor=None)
    with pytest.raises(ConflictError):
        send(slip_id, codes[0], draft.send_id)


def test_before_the_wave_opens_the_word_is_not_yet(cast: Cast) -> None:
    early = add_wave(cast.region, current_version(), WavePlan(date(2026, 5, 10), date(2026, 5, 22)), actor=None)
    issue_slips(early, cast.school_class, actor=None)
    with pytest.raises(ConflictError, match="ещё не начался"):
        load_sitting(unused_slips(early, cast.school_class.id)[0].id, "0")


@pytest.mark.parametrize(("first", "last", "known"), [(9, 9, 9), (12, 12, 11), (8, 9, 9), (10, 11, 11), (9, 11, None)])
def test_a_grade_is_asked_only_where_the_class_does_not_tell_it(
    cast: Cast, wave: Wave, first: int, last: int, known: int | None
) -> None:
    facts = facts_of(first, last, cast.region)
    assert facts.known.get("grade") == known
    asked = [question.code for section in visible_sections(document_at(wave.version_id), facts, {}) for question in
             section.questions]  # fmt: skip
    assert ("GR" in asked) == (known is None)


def test_a_lost_answer_may_be_asked_for_again_after_closing(wave: Wave, codes: list[str], ready: Ready) -> None:
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    send(slip_id, codes[0], draft.send_id)
    close_wave(wave, actor=None)
    send(slip_id, codes[0], draft.send_id)
    assert len(db.session.scalars(select(Answer)).all()) == 1


def test_the_same_send_six_times_at_one_moment_has_one_effect(app: Flask, codes: list[str], ready: Ready) -> None:
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    db.session.commit()
    assert storm(app, [(slip_id, codes[0], draft.send_id)] * 6) == 0
    assert len(db.session.scalars(select(Answer)).all()) == 1
    assert share_of(2025, slip_of(codes[0]).school_class.scope).covered == 1


@pytest.mark.parametrize("engine_name", ["postgresql"])  # a writer on SQLite is alone: no lock to take away
def test_without_the_lock_the_race_happens(
    app: Flask, codes: list[str], ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: let nobody hold the slip, and one paper slip brings several answers."""
    gate, store = threading.Barrier(4), sittings._store

    def unheld(slip_id: int, *, writing: bool = False) -> Slip:
        return db.session.get_one(Slip, slip_id)

    def all_at_once(sitting: Sitting) -> None:
        gate.wait()  # each has looked at the slip and at the draft, none has written
        store(sitting)

    monkeypatch.setattr(sittings, "find_slip", unheld)
    monkeypatch.setattr(sittings, "_store", all_at_once)
    draft, slip_id = ready(codes[0]), slip_of(codes[0]).id
    db.session.commit()
    storm(app, [(slip_id, codes[0], draft.send_id)] * 4)
    assert len(db.session.scalars(select(Answer)).all()) == 4


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_send_and_the_closing_never_pass_each_other(app: Flask, wave: Wave, codes: list[str], ready: Ready) -> None:
    sends = [(slip_of(code).id, code, ready(code).send_id) for code in codes[:6]]
    wave_id = wave.id
    db.session.commit()
    closing = partial(lambda: close_wave(db.session.get_one(Wave, wave_id), actor=None))
    refused = together(app, [*[partial(send, *each) for each in sends], closing])
    written = sum(fact.people for fact in db.session.scalars(select(Fact)))
    assert written == len(db.session.scalars(select(Answer)).all()) == 6 - refused
    assert not differences()


def test_pages_posted_at_one_moment_are_all_kept(app: Flask, wave: Wave, codes: list[str]) -> None:
    """Two tabs, or an autosave beside a turn: each adds its part to the draft, none overwrites another."""
    slip_id, draft = slip_of(codes[0]).id, Draft()
    save_draft(codes[0], draft, expires_on=wave.closes_on)
    db.session.commit()

    def add(name: str) -> None:
        sitting = load_sitting(slip_id, codes[0], writing=True)
        keep(sitting, {**sitting.draft.answers, name: "yes"}, "plans")

    names = [f"Q{number}" for number in range(6)]
    together(app, [partial(add, name) for name in names])
    kept = load_draft(codes[0])
    assert kept
    assert sorted(kept.answers) == names


def test_a_class_sends_at_one_moment_and_everybody_counts(app: Flask, codes: list[str], ready: Ready) -> None:
    sends = [(slip_of(code).id, code, ready(code).send_id) for code in codes[:10]]
    db.session.commit()
    assert storm(app, sends) == 0
    db.session.expire_all()
    assert share_of(2025, slip_of(codes[0]).school_class.scope).covered == 10


def storm(app: Flask, sends: list[tuple[int, str, str]]) -> int:
    """Send all at one moment; return how many were refused."""
    return together(app, [partial(send, *each) for each in sends])


def together(app: Flask, acts: list[Callable[[], object]]) -> int:
    """Do all at one moment, each in a thread and a transaction of its own; return how many were refused."""
    refused: list[OrientirError] = []
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                begin_writing()
                act()
                db.session.commit()
            except OrientirError as error:
                db.session.rollback()
                refused.append(error)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return len(refused)


def test_an_answer_has_no_class_no_date_no_address_and_no_row_number(app: Flask) -> None:
    columns = {column["name"] for column in inspect(db.engine).get_columns("plans_answer")}
    assert columns == {
        "key", "wave_id", "version_id", "municipality_id", "organisation_id", "grade", "flags", "answers",
    }  # fmt: skip
    slips = {column["name"] for column in inspect(db.engine).get_columns("plans_slip")}
    assert slips == {"id", "wave_id", "class_id", "number", "used", "send_digest"}
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(Exception, match="rowid"):
            db.session.execute(db.text("SELECT rowid FROM plans_answer"))


def test_a_used_slip_says_so_in_the_words_of_the_issue(opened: Opened, codes: list[str], ready: Ready) -> None:
    draft = ready(codes[0])
    send(slip_of(codes[0]).id, codes[0], draft.send_id)
    db.session.commit()
    refusal = opened(codes[1]).post("/code", data={"code": codes[0]})
    assert refusal.status_code == 409
    assert "По этому коду уже ответили. Попросите у учителя новый код." in refusal.text.replace("\xa0", " ")
