"""The attack on slips and answers by somebody who reads all of the database, before and after a night (decision 7)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from flask import Flask
from orientir_testkit.traces import joined_by_transaction, laid, strangers_sharing
from sqlalchemy import select

from orientir.codes.services import find
from orientir.coverage.rebuilding import differences
from orientir.db import db
from orientir.questionnaires import Draft
from orientir.questionnaires.mixing import mix_tables
from orientir_plans.models import Answer, Slip
from orientir_plans.sittings import send, was_sent

Pairs = list[tuple[int, str]]
LEANT_ON = {"plans_wave", "questionnaire_version", "municipality", "organisation"}  # held by whoever writes all answers
SLIP, ANSWER = "plans_slip.id", "plans_answer.key"


@pytest.fixture
def pairs(codes: list[str], ready: Callable[[str], Draft], school_day) -> Pairs:
    """Which slip brought which answer, in the order of the sends: what nobody may find out."""
    found: Pairs = []
    for code in random.Random(7).sample(codes, 12):
        owner = find(code, school_day)
        assert owner
        known = set(db.session.scalars(select(Answer.key)))
        send(int(owner.owner), code, ready(code).send_id)
        db.session.commit()
        found.append((int(owner.owner), (set(db.session.scalars(select(Answer.key))) - known).pop()))
    return found


@pytest.mark.parametrize("engine_name", ["postgresql"])
class TestOnPostgresql:
    def test_before_the_night_a_reader_of_all_joins_every_slip_to_its_answer(self, pairs: Pairs):
        """The negative control: transactions tell all, and answers lie as they came."""
        assert joined_by_transaction(SLIP, ANSWER) == set(pairs)
        assert laid(ANSWER) == [key for _slip, key in pairs]
        assert "plans_slip" in strangers_sharing("plans_answer")

    def test_after_it_neither_transactions_nor_places_tell(self, pairs: Pairs):
        mix_tables()
        assert joined_by_transaction(SLIP, ANSWER) == set()
        assert laid(ANSWER) == sorted(key for _slip, key in pairs)
        assert laid(SLIP) == sorted(laid(SLIP))
        assert strangers_sharing("plans_answer") == LEANT_ON

    def test_what_comes_later_is_lost_in_the_whole_after_the_next_night(self, pairs: Pairs, codes, ready, school_day):
        mix_tables()
        late = next(code for code in codes if not db.session.get_one(Slip, int(find(code, school_day).owner)).used)
        send(int(find(late, school_day).owner), late, ready(late).send_id)
        db.session.commit()
        assert len(joined_by_transaction(SLIP, ANSWER)) == 1
        mix_tables()
        assert joined_by_transaction(SLIP, ANSWER) == set()
        assert len(set(db.session.scalars(db.text("SELECT xmin::text FROM plans_answer")))) == 1


def test_an_open_wave_goes_on_as_if_nothing_was(app: Flask, pairs: Pairs, codes, ready, school_day):
    before = {one.key: one.answers for one in db.session.scalars(select(Answer))}
    slips = {one.id: (one.used, one.send_digest) for one in db.session.scalars(select(Slip))}
    free = next(code for code in codes if not slips[int(find(code, school_day).owner)][0])
    draft, slip_id = ready(free), int(find(free, school_day).owner)
    mix_tables()
    db.session.expire_all()
    assert {one.key: one.answers for one in db.session.scalars(select(Answer))} == before
    assert {one.id: (one.used, one.send_digest) for one in db.session.scalars(select(Slip))} == slips
    send(slip_id, free, draft.send_id)
    db.session.commit()
    assert was_sent(slip_id, draft.send_id)
    assert len(db.session.scalars(select(Answer)).all()) == len(pairs) + 1
    assert not differences()
