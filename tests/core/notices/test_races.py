"""Two workers at the same moment: each thing is told once and mailed once; and what happens without the guard."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin
from orientir_testkit.races import PATIENCE
from sqlalchemy import func, select

from orientir.contracts import Due, NoticeKind, Reminder
from orientir.db import begin_writing, db
from orientir.mail.models import OutgoingMail
from orientir.notices import mailing, reminders, rounds
from orientir.notices.models import Notice, NoticeRound
from orientir.notices.services import tell
from orientir.organisations.models import Region

WORKERS = 4
MORNING = datetime.fromisoformat("2026-05-15T09:00+08:00")
FORM = NoticeKind("fair.form", "Форма", "Заполните форму", "%(when)s")


class Forms:
    people: tuple[int, ...] = ()
    scope: Any = None

    def find(self, today, region_id):
        return [Due("form:a", today, self.people, self.scope)]


@pytest.fixture
def forms() -> Forms:
    return Forms()


@pytest.fixture
def plugins(forms: Forms) -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"reminders": (Reminder(FORM, forms.find, (0,)),)})}


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """Run the same work in `WORKERS` threads, each in a transaction of its own, all starting together."""

    def run(work: Callable[[], Any], *, begin: Callable[[], None] = begin_writing) -> list[Any]:
        start = Barrier(WORKERS)

        def one() -> Any:
            with app.app_context():
                start.wait(PATIENCE)
                begin()
                result = work()
                db.session.commit()
                return result

        db.session.commit()
        with ThreadPoolExecutor(WORKERS) as pool:
            futures = [pool.submit(one) for _worker in range(WORKERS)]
            return [future.exception() or future.result() for future in futures]

    return run


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_occasion_told_by_everybody_at_once_is_told_and_mailed_once(cast: Cast, at_once, at_once_kind):
    people, scope = [cast.teacher.id, cast.school_admin.id], cast.region.scope
    heard = at_once(lambda: tell(at_once_kind, people, {"what": "дело"}, about="one", scope=scope))
    assert sorted(heard) == [0] * (WORKERS - 1) + [2]
    assert (count(Notice), count(OutgoingMail)) == (2, 2)


def test_the_rounds_of_two_workers_are_one_round(cast: Cast, forms: Forms, at_once, daily):
    forms.people, forms.scope = (cast.teacher.id, cast.school_admin.id), cast.school.scope
    tell(daily, [cast.operator.id], {"what": "дело"}, about="one", scope=cast.region.scope)
    with time_machine.travel(MORNING, tick=False):
        assert at_once(rounds.make_rounds) == [None] * WORKERS
    assert (count(Notice), count(OutgoingMail)) == (3, 3)
    names = db.session.scalars(select(NoticeRound.name)).all()
    assert len(names) == len(set(names)) == len(reminders.reminders()) + 1


def test_a_daily_letter_is_written_once(cast: Cast, at_once, daily):
    for about in ("one", "two"):
        tell(daily, [cast.operator.id, cast.teacher.id], {"what": about}, about=about, scope=cast.region.scope)
    people, region_id = [cast.operator.id, cast.teacher.id], cast.region.id
    written = at_once(lambda: mailing.mail_digests(db.session.get_one(Region, region_id), people))
    assert sorted(written) == [0] * (WORKERS - 1) + [2]
    assert count(OutgoingMail) == 2


class TestWithoutTheGuard:
    """Negative controls: the tests above would see the race if there were one."""

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_letters_are_written_by_everybody_who_has_looked(self, cast: Cast, at_once, daily, monkeypatch):
        """Look first, write later: without taking the notices before, each worker finds them waiting."""
        tell(daily, [cast.operator.id], {"what": "дело"}, about="one", scope=cast.region.scope)
        all_have_looked = Barrier(WORKERS)
        region_id = cast.region.id

        def careless() -> int:
            region = db.session.get_one(Region, region_id)
            waiting = list(db.session.scalars(select(Notice).where(mailing._waiting(region))))
            all_have_looked.wait(PATIENCE)
            for notice in waiting:
                mailing._post("operator@example.org", notice.subject, "текст", "test.kind", [notice], MORNING)
            return len(waiting)

        assert at_once(careless) == [1] * WORKERS
        assert count(OutgoingMail) == WORKERS

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_a_round_is_made_by_everybody_who_has_looked(self, cast: Cast, at_once):
        all_have_looked = Barrier(WORKERS)
        region_id, day = cast.region.id, MORNING.date()

        def careless() -> bool:
            made = db.session.scalar(select(NoticeRound.name).where(NoticeRound.region_id == region_id))
            all_have_looked.wait(PATIENCE)
            if made is None:
                db.session.add(NoticeRound(region_id=region_id, name="fair.form", on_day=day, made_at=MORNING))
            return made is None

        outcomes = at_once(careless)
        assert sum(outcome is True for outcome in outcomes) == 1  # the key holds; the others fail instead of passing by
        assert len(outcomes) == WORKERS
