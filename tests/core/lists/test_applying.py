"""Writing in the background: nothing twice, nothing blindly, and a killed job goes on."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.races import PATIENCE, REACH
from sqlalchemy import func, select

from orientir.db import begin_writing, db
from orientir.jobs import queue
from orientir.jobs.models import Job, JobState
from orientir.jobs.queue import run_job, run_waiting
from orientir.lists import applying
from orientir.lists.models import ImportState, ListImport
from orientir.lists.services import confirm, purge_lists
from orientir.organisations import services
from orientir.organisations.models import Headcount, Organisation

from .conftest import ALL_CLASSES, ORGANISATIONS, Bringer

HEAD = "Название\tВид\tАдрес\n"


def _schools(count: int) -> str:
    return HEAD + "".join(f"Школа № {number}\tшкола\tул. Мира, {number}\n" for number in range(100, 100 + count))


def _count() -> int:
    db.session.rollback()
    count = db.session.scalar(select(func.count(Organisation.id))) or 0
    db.session.rollback()  # whoever writes next begins a transaction of their own
    return count


@pytest.fixture
def coordinator(bringer: Callable[..., Bringer], cast: Cast) -> Bringer:
    return bringer(cast.coordinator)


def test_nothing_is_written_before_it_is_confirmed(coordinator: Bringer):
    coordinator.bring(ORGANISATIONS, pasted=_schools(3))
    coordinator.match()
    coordinator.page()
    run_waiting(coordinator.app)
    assert _count() == 2


def test_a_killed_job_goes_on_where_it_stopped(coordinator: Bringer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(applying, "CHUNK", 2)
    coordinator.bring(ORGANISATIONS, pasted=_schools(5))
    coordinator.match()
    coordinator.confirm()
    real, calls = applying.check_rows, []

    def killed(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise MemoryError("killed")
        return real(*arguments)

    monkeypatch.setattr(applying, "check_rows", killed)
    run_waiting(coordinator.app)
    assert _count() == 6
    page = coordinator.page()
    assert "Продолжить загрузку" in page
    monkeypatch.setattr(applying, "check_rows", real)
    coordinator.client.post(f"{coordinator.address}/resume")
    run_waiting(coordinator.app)
    assert _count() == 7
    assert coordinator.counts == {"new": 5, "changed": 0, "unchanged": 0, "error": 0, "done": 5, "failed": 0}
    assert coordinator.found.state == ImportState.DONE


def test_what_changed_after_the_preview_is_told_and_kept(coordinator: Bringer, cast: Cast):
    coordinator.bring(ORGANISATIONS, pasted=HEAD + "Школа № 3\tшкола\tул. Новая, 1\nШкола № 100\tшкола\tул. Мира\n")
    coordinator.match()
    begin_writing()
    services.change_organisation(
        cast.school, cast.municipality, "school", "Школа № 3", address="ул. Старая, 2", actor=None
    )
    services.add_organisation(cast.municipality, "school", "Школа № 100", address="ул. Мира", actor=None)
    db.session.commit()
    page = coordinator.load()
    assert "Записано строк: 1, без изменений: 0, не загружено: 1." in page  # the second is as the list wants it
    assert "сейчас: «Адрес» — ул. Старая, 2" in page
    db.session.expire_all()
    assert cast.school.address == "ул. Старая, 2"


def test_a_confirmation_of_another_preview_is_refused(coordinator: Bringer):
    coordinator.bring(ORGANISATIONS, pasted=_schools(1))
    coordinator.match()
    assert coordinator.client.post(f"{coordinator.address}/confirm", data={"plan": "old"}).status_code == 409
    assert coordinator.found.state == ImportState.PREVIEW


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "negative control"])
def test_two_clicks_start_one_job(app: Flask, coordinator: Bringer, guarded: bool, monkeypatch: pytest.MonkeyPatch):
    coordinator.bring(ORGANISATIONS, pasted=_schools(1))
    coordinator.match()
    identity, digest = coordinator.found.id, coordinator.found.plan_digest
    actor = coordinator.found.actor_id
    db.session.rollback()
    both = Barrier(2)

    def click() -> None:
        with app.app_context():
            begin_writing() if guarded else None
            found = db.session.get_one(ListImport, identity)
            if guarded:
                confirm(found, digest, actor=actor)
            else:  # what a check before the write would do
                is_free = found.state == ImportState.PREVIEW
                db.session.rollback()
                both.wait(PATIENCE)
                begin_writing()
                if is_free:
                    db.session.add(Job(kind="x", title="x", payload={}, created_at=found.created_at))
            db.session.commit()

    clicks = [Thread(target=click) for _click in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(PATIENCE)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Job.id))) == (1 if guarded else 2)


def test_a_confirmed_list_is_neither_matched_anew_nor_thrown_away(coordinator: Bringer):
    coordinator.bring(ORGANISATIONS, pasted=_schools(1))
    coordinator.match()
    fields = {"sheet": "0", "header": "0", "column_name": "0", "column_kind": "1"}
    coordinator.confirm()
    assert coordinator.client.post(f"{coordinator.address}/matching", data=fields).status_code == 409
    assert coordinator.client.post(f"{coordinator.address}/discard").status_code == 409


def test_importing_twice_is_importing_once(bringer: Callable[..., Bringer], cast: Cast):
    school = bringer(cast.school_admin)
    cells = (
        "Класс\tВсего\tс ОВЗ\tДата\n9А\t28\t2\t01.05.2026\n5-6\t12\t\t20.09.2025\n"
        "11\t\t\t01.05.2026\n9Б\t20\t30\t01.05.2026\n"
    )
    seen = []
    for _time in range(2):
        school.bring(f"/organisations/{cast.school.id}/classes/import", pasted=cells)
        if "Какой столбец" in school.page():
            school.match()
        if "Загружать нечего" not in school.page():
            school.load()
        db.session.rollback()
        seen.append(
            sorted((one.class_id, one.on_date, one.total, one.ovz) for one in db.session.scalars(select(Headcount)))
        )
    assert seen[0] == seen[1]
    assert len(seen[0]) == 4


def test_the_rows_that_were_not_written_are_a_file(coordinator: Bringer):
    coordinator.bring(ORGANISATIONS, pasted=HEAD + "=1+1\tтюрьма\tул. Мира\nШкола № 9\tшкола\t\n")
    coordinator.match()
    coordinator.load()
    text = coordinator.client.get(f"{coordinator.address}/rejected.csv").data.decode("utf-8-sig")
    assert text.startswith("Строка;Название;Вид организации;Адрес;Причина\r\n2;'=1+1;тюрьма;ул. Мира;")
    assert "Вид организации «тюрьма»: Такого варианта нет." in text
    assert coordinator.client.get(f"{coordinator.address}/rejected.xlsx").data[:2] == b"PK"


def test_the_table_is_sealed_and_goes_after_its_time(coordinator: Bringer):
    coordinator.bring(ORGANISATIONS, pasted=HEAD + "Тайное имя\tшкола\t\n")
    coordinator.match()
    found = coordinator.found
    last_day = found.expires_on
    assert "Тайное".encode() not in found.sealed_source + (found.sealed_plan or b"")
    db.session.rollback()
    begin_writing()
    assert purge_lists(last_day) == 0
    assert purge_lists(last_day + timedelta(days=1)) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_preview_costs_the_same_for_one_row_and_for_many(coordinator: Bringer, count_queries, count: int):
    coordinator.bring(ORGANISATIONS, pasted=_schools(count))
    with count_queries() as asked:
        coordinator.match()
    with count_queries() as shown:
        coordinator.page()
    assert asked.count < 45
    assert shown.count < 12


def test_a_job_is_watched_by_whoever_started_it(coordinator: Bringer, as_user, cast: Cast):
    coordinator.bring(ORGANISATIONS, pasted=_schools(1))
    coordinator.match()
    coordinator.confirm()
    db.session.rollback()
    job = db.session.scalars(select(Job)).one()
    address = f"/jobs/{job.id}/state"
    assert coordinator.client.get(address).json == {
        "state": "waiting", "words": "ждёт очереди", "done": "0", "total": "", "share": 0, "over": False
    }  # fmt: skip
    for stranger in (cast.teacher, cast.operator, cast.neighbour_coordinator):
        assert as_user(stranger).get(address).status_code == 404
    assert as_user(cast.administrator).get(address).status_code == 200
    run_waiting(coordinator.app)
    assert coordinator.client.get(address).json["over"] is True
    assert db.session.get_one(Job, job.id, populate_existing=True).state == JobState.DONE


HEADCOUNTS = "Организация\tКласс\tДата\tВсего\n"


@pytest.fixture
def crossing(
    app: Flask, engine_name: str, bringer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[str]]:
    """Write two lists at once that name the same two classes in opposite order; return how the jobs ended."""
    make_class(cast.school, 8, total=20)
    jobs = []
    for user, day, order in (
        (cast.operator, "01.05.2026", ("9А", "8А")),
        (cast.coordinator, "02.05.2026", ("8А", "9А")),
    ):
        one = bringer(user)
        one.bring(ALL_CLASSES, pasted=HEADCOUNTS + "".join(f"Школа № 3\t{name}\t{day}\t21\n" for name in order))
        one.match()
        one.confirm()
        jobs.append(one.found.job_id)
    meet, real, turns = Barrier(2), services.add_headcount, count()
    patience = PATIENCE if engine_name == "postgresql" else REACH  # on SQLite nobody comes: a writer is alone

    def add_headcount(*arguments: Any, **values: Any) -> Headcount:
        made = real(*arguments, **values)
        if next(turns) < 2:  # each holds one class now
            with suppress(BrokenBarrierError):
                meet.wait(patience)
        return made

    def run() -> list[str]:
        db.session.commit()
        monkeypatch.setattr(services, "add_headcount", add_headcount)
        writers = [Thread(target=run_job, args=(app, job_id)) for job_id in jobs]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(PATIENCE)
        db.session.rollback()
        return sorted(db.session.scalars(select(Job.state).where(Job.id.in_(jobs))))

    return run


def test_two_lists_that_cross_are_both_written(crossing: Callable[[], list[str]]):
    assert crossing() == [JobState.DONE, JobState.DONE]
    in_may = select(func.count(Headcount.id)).where(Headcount.on_date >= date(2026, 5, 1), Headcount.total == 21)
    assert db.session.scalar(in_may) == 4


@pytest.mark.parametrize("engine_name", ["postgresql"])  # on SQLite a writer is alone
def test_without_another_try_one_of_them_would_fail(crossing: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch):
    """The negative control: the database lets one of the two give way."""
    monkeypatch.setattr(queue, "TRIES", 1)
    assert crossing() == [JobState.DONE, JobState.FAILED]
