"""The attack on who said what after a trial, by somebody who reads all of the database (decisions 7 and 16)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import time_machine
from orientir_testkit.cast import Cast
from orientir_testkit.traces import joined_by_transaction, laid, strangers_sharing
from sqlalchemy import select

from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.questionnaires.free_words import WordState, list_words
from orientir.questionnaires.mixing import mix_tables
from orientir.questionnaires.models import FreeWord
from orientir.students.models import Student
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers
from orientir_trials import replies
from orientir_trials.models import PLUGIN, Trial, TrialAnswer
from orientir_trials.queries import dates_of

PEOPLE = 10
SEAT, ANSWER, WORD = "trials_reply.place", "trials_answer.key", "free_word.key"

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"])


@pytest.fixture
def said(cast: Cast, offered: Callable[..., Trial]) -> list[tuple[int, str, str]]:
    """Who said what, in the order it was said: a seat, the key of its answers, the key of its words."""
    open_numbers(cast.school_class, PEOPLE, actor=None)
    seats = numbers_of(cast.school_class.id)
    trial = offered()
    wish = Wish(cast.school_class.id, students=tuple(seat.id for seat in seats))
    booking = bookings.book(dates_of(trial)[0].id, wish, request="group", actor=None)
    found = []
    with time_machine.travel("2026-05-20T13:00:00+08:00"):
        attendance.mark(booking.id, Present(students=wish.students), actor=None)
        for number, seat in enumerate(random.Random(3).sample(seats, PEOPLE)):
            found.append((seat.id, *answered(booking.id, seat, number)))
    return found


def answered(booking_id: int, seat: Student, number: int) -> tuple[str, str]:
    known = keys()
    asked = replies.asked_seat(booking_id, [seat.id])
    replies.answer(asked, f"{number:032x}", {"F2": "hands", "F7": f"Совет {number}"})
    db.session.commit()
    answer, word = (now - before for now, before in zip(keys(), known, strict=True))
    return answer.pop(), word.pop()


def keys() -> tuple[set[str], set[str]]:
    return set(db.session.scalars(select(TrialAnswer.key))), set(db.session.scalars(select(FreeWord.key)))


def test_before_the_night_seats_answers_and_words_are_joined(said):
    """The negative control."""
    assert joined_by_transaction(SEAT, ANSWER) == {(seat, answer) for seat, answer, _word in said}
    assert joined_by_transaction(ANSWER, WORD) == {(answer, word) for _seat, answer, word in said}
    assert list(zip(laid(SEAT), laid(ANSWER), laid(WORD), strict=True)) == said
    assert {"trials_reply", "trials_answer"} <= strangers_sharing("free_word")
    assert strangers_sharing("free_word") & {"booking", "booking_seat", "slot"}, "what a send has held tells, too"


def test_after_it_they_are_not(said):
    mix_tables()
    for one, other in ((SEAT, ANSWER), (ANSWER, WORD), (SEAT, WORD)):
        assert joined_by_transaction(one, other) == set()
    assert laid(SEAT) == sorted(seat for seat, _answer, _word in said)
    assert laid(ANSWER) == sorted(answer for _seat, answer, _word in said)
    assert laid(WORD) == sorted(word for _seat, _answer, word in said)
    assert strangers_sharing("free_word") == set()
    assert strangers_sharing("trials_answer") == {"trials_trial", "questionnaire_version"}


def test_words_decided_about_later_tell_nothing_either(said):
    """A decision writes a word by itself, in a transaction in which nobody answers."""
    mix_tables()
    word = db.session.get_one(FreeWord, said[0][2])
    word.state = WordState.SHOWN
    db.session.commit()
    assert joined_by_transaction(SEAT, WORD) == joined_by_transaction(ANSWER, WORD) == set()
    assert len(list_words(PLUGIN, select(Trial.id), WordState.WAITING).words) == PEOPLE - 1
