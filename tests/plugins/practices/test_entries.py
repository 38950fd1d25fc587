"""Entries: begun, written by two, sent in time to the second, taken back; what counts is in coverage at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import TIMEZONE, Cast
from orientir_testkit.contests import ANSWERS, make_contest, make_entry, make_expert
from orientir_testkit.races import race
from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.coverage.models import Fact
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.models import Organisation
from orientir_practices import consents, entries
from orientir_practices.counting import SENT
from orientir_practices.models import Contest, Entry, EntryState, Nomination, Stage
from orientir_practices.rights import AUTHOR

LAST_SECOND = datetime(2026, 5, 20, 23, 59, 59, tzinfo=ZoneInfo(TIMEZONE))
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)


@pytest.fixture
def draft(contest: Contest, cast: Cast) -> Entry:
    made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
    consents.give(made, consents.RULES, address="192.0.2.1", actor=cast.teacher.id)
    db.session.commit()
    return made


def net(activity: str) -> int:
    return sum(fact.sign * fact.people for fact in db.session.scalars(select(Fact).where(Fact.activity == activity)))


class TestBeginning:
    def test_the_one_who_begins_is_its_author(self, contest: Contest, cast: Cast):
        entry = entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
        held = db.session.scalars(select(Grant).where(Grant.object_key == entry.scope.object_key)).all()
        assert [(one.user_id, one.role) for one in held] == [(cast.teacher.id, AUTHOR)]
        assert entry.state == EntryState.DRAFT
        assert entry.number is None

    def test_an_organisation_sends_as_many_as_the_contest_allows(self, contest: Contest, cast: Cast):
        for _number in range(contest.per_organisation):
            entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
        with pytest.raises(ConflictError, match="не больше 2"):
            entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
        entries.begin(contest.nominations[1], cast.school, author=cast.teacher)

    def test_one_taken_back_leaves_room(self, contest: Contest, cast: Cast):
        first = entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
        entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
        entries.take_back(first, actor=cast.teacher.id)
        entries.begin(contest.nominations[0], cast.school, author=cast.teacher)

    @pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CHECK, Stage.EXPERTISE, Stage.PUBLISHED])
    def test_outside_the_intake_nothing_begins(self, stage: Stage, contest: Contest, cast: Cast):
        contest.stage = stage
        db.session.flush()
        with pytest.raises(ConflictError):
            entries.begin(contest.nominations[0], cast.school, author=cast.teacher)

    def test_an_expert_sends_nothing_to_the_own_contest(self, contest: Contest, cast: Cast):
        juror = make_expert(contest)
        with pytest.raises(ConflictError, match="эксперт"):
            entries.begin(contest.nominations[0], cast.school, author=juror.user)


class TestDeadline:
    @pytest.fixture
    def closing(self, cast: Cast) -> Entry:
        """An entry of a contest that takes them until the midnight of 20 May."""
        contest = make_contest(cast.region, intake_until=MIDNIGHT)
        made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
        consents.give(made, consents.RULES, address="", actor=cast.teacher.id)
        db.session.commit()
        return made

    def test_the_last_second_is_in_time(self, closing: Entry, cast: Cast):
        with time_machine.travel(LAST_SECOND, tick=False):
            entries.submit(closing, actor=cast.teacher.id)
        assert closing.state == EntryState.SUBMITTED
        assert closing.number == 1

    def test_midnight_is_too_late(self, closing: Entry, cast: Cast):
        with time_machine.travel(MIDNIGHT, tick=False), pytest.raises(ConflictError, match="закончился"):
            entries.submit(closing, actor=cast.teacher.id)
        assert closing.state == EntryState.DRAFT

    def test_an_extension_is_for_one_entry_alone(self, closing: Entry, cast: Cast):
        other = make_entry(closing.contest, cast.school, cast.teacher, EntryState.DRAFT)
        consents.give(other, consents.RULES, address="", actor=cast.teacher.id)
        closing.late_until = MIDNIGHT + timedelta(days=1)
        db.session.commit()
        with time_machine.travel(MIDNIGHT + timedelta(hours=3), tick=False):
            entries.submit(closing, actor=cast.teacher.id)
            with pytest.raises(ConflictError):
                entries.submit(other, actor=cast.teacher.id)


class TestSending:
    def test_no_author_may_be_an_expert_of_the_contest(self, draft: Entry, cast: Cast):
        juror = make_expert(draft.contest, "Лев Эксперт")
        accounts.grant(juror.user, AUTHOR, draft.scope, actor=None)
        with pytest.raises(ConflictError, match="Лев Эксперт"):
            entries.submit(draft, actor=cast.teacher.id)

    def test_a_repeat_changes_nothing(self, draft: Entry, cast: Cast):
        entries.submit(draft, actor=cast.teacher.id)
        sent = draft.submitted_at
        entries.submit(draft, actor=cast.teacher.id)
        assert (draft.number, draft.submitted_at) == (1, sent)
        assert net(SENT) == 1

    def test_two_at_one_moment_have_two_numbers(self, app: Flask, contest: Contest, cast: Cast):
        first, second = (make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT) for _ in range(2))
        for one in (first, second):
            consents.give(one, consents.RULES, address="", actor=None)
        db.session.commit()
        ids = (first.id, second.id)

        def send(number: int):
            return lambda: entries.submit(db.session.get_one(Entry, ids[number]), actor=None)

        assert race(app, send(0), send(1)) == "done"
        db.session.expire_all()
        assert {db.session.get_one(Entry, one).number for one in ids} == {1, 2}

    def test_the_same_entry_sent_twice_at_once_counts_once(self, app: Flask, draft: Entry):
        number = draft.id
        assert race(app, lambda: entries.submit(db.session.get_one(Entry, number), actor=None)) == "done"
        db.session.expire_all()
        assert db.session.get_one(Entry, number).number == 1
        assert net(SENT) == 1

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ({"goal": None}, "О чём практика"),
            ({"ovz": 200}, "с ОВЗ больше"),
            ({"disabled": 165}, "с инвалидностью больше"),
            ({"links": [{"text": "http://example.org"}]}, "начинается с https"),
            ({"links": [{"text": "смотрите на сайте"}]}, "начинается с https"),
        ],
    )
    def test_what_is_missing_or_impossible_is_named(self, answers, words: str, draft: Entry, cast: Cast):
        draft.answers = {key: value for key, value in {**ANSWERS, **answers}.items() if value is not None}
        db.session.flush()
        with pytest.raises(InvalidInputError, match=words):
            entries.submit(draft, actor=cast.teacher.id)
        assert draft.number is None

    def test_the_nomination_of_equal_chances_asks_for_conditions(self, draft: Entry, cast: Cast):
        draft.nomination = next(one for one in draft.contest.nominations if one.asks_access)
        draft.answers = {key: value for key, value in ANSWERS.items() if key != "access"}
        db.session.flush()
        with pytest.raises(InvalidInputError, match="условия для детей"):
            entries.submit(draft, actor=cast.teacher.id)

    def test_without_the_consent_it_does_not_go(self, draft: Entry, cast: Cast):
        consents.withdraw(draft, consents.RULES, actor=cast.teacher.id)
        with pytest.raises(InvalidInputError, match="согласие"):
            entries.submit(draft, actor=cast.teacher.id)

    def test_what_is_sent_is_written_no_more(self, draft: Entry, cast: Cast):
        entries.submit(draft, actor=cast.teacher.id)
        with pytest.raises(ConflictError, match="отправлена"):
            entries.choose_nomination(draft, draft.contest.nominations[2], for_ovz=False, actor=None)

    def test_it_is_counted_for_its_organisation_and_taken_back_with_it(self, draft: Entry, cast: Cast):
        entries.submit(draft, actor=cast.teacher.id)
        fact = db.session.scalars(select(Fact).where(Fact.activity == SENT)).one()
        assert (fact.organisation_id, fact.people) == (cast.school.id, 1)
        entries.take_back(draft, actor=cast.teacher.id)
        entries.take_back(draft, actor=cast.teacher.id)
        assert net(SENT) == 0


def test_a_changed_text_of_a_consent_asks_anew(draft: Entry, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    assert consents.given(draft) == {consents.RULES}
    monkeypatch.setattr(consents, "TEXTS", {**consents.TEXTS, consents.RULES: "Другой текст"})
    assert consents.given(draft) == frozenset()


def test_places_of_an_organisation_hold_when_two_begin_at_once(app: Flask, contest: Contest, cast: Cast):
    """Both see one free place; the lock on the organisation's row lets one of them through."""
    nomination, school, author = contest.nominations[0].id, cast.school.id, cast.teacher.id
    entries.begin(contest.nominations[0], cast.school, author=cast.teacher)
    db.session.commit()

    def begin() -> None:
        entries.begin(
            db.session.get_one(Nomination, nomination),
            db.session.get_one(Organisation, school),
            author=db.session.get_one(User, author),
        )

    assert race(app, begin) == "ConflictError"
    begin_writing()
    assert db.session.query(Entry).count() == 2
