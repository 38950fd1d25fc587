"""The pages of the administration as they meet people: axe, narrow screens, long names; and a person's way through."""

from __future__ import annotations

import pytest
from orientir_testkit.browsers import arriving, follow
from orientir_testkit.cast import Cast
from playwright.sync_api import expect
from sqlalchemy import select

from orientir import clock
from orientir.audit.sealing import seal
from orientir.db import db
from orientir.jobs import services as jobs
from orientir.jobs.models import JobState
from orientir.jobs.services import note_run
from orientir.mail import services as mail
from orientir.mail.models import MailState, OutgoingMail
from orientir.settings import services as settings
from orientir.students.services import add_numbers, close_number


@pytest.fixture
def busy(cast: Cast) -> None:
    """An installation in the middle of its work: something of every kind is there to be shown."""
    add_numbers(cast.school_class, 8, actor=cast.teacher.id)
    db.session.commit()
    seal()
    close_number(cast.school_class, 7, actor=cast.teacher.id)
    settings.change(cast.region.id, "region.timezone", "Asia/Omsk", actor=cast.operator.id)
    states = {JobState.RUNNING: 1200, JobState.WAITING: 0, JobState.FAILED: 7, JobState.DONE: 7000}
    for state, done in states.items():
        job = jobs.start("x.y", {}, title="Школы и классы Приозёрска", actor=cast.operator.id, region_id=cast.region.id)
        job.state, job.done, job.total = state, done, 7000
        job.problem = "В строке 7 нет названия." if state == JobState.FAILED else ""
        job.finished_at = clock.now() if state in (JobState.DONE, JobState.FAILED) else None
    note_run("platform.mail", clock.now(), "Почтовый сервер не отвечает.")
    note_run("platform.seal_audit", clock.now(), "")
    for state in MailState:
        letter = mail.post(cast.teacher.email, "Приглашение в «Ориентир»", "Ссылка: https://example.org/" + "x" * 60,
                           kind="account.invitation", region_id=cast.region.id)  # fmt: skip
        letter.state = state
        letter.problem = "Почтовый сервер не знает такого адреса." if state == MailState.FAILED else ""
    db.session.commit()


PAGES = {
    "acts": ("audit", "audit?since=вчера", "audit?text=нет такого"),
    "jobs": ("jobs", "mail"),
    "settings": ("settings", "settings/region.timezone", "settings/two_exams"),
}


@pytest.mark.usefixtures("long_names", "busy")
@pytest.mark.parametrize("paths", PAGES.values(), ids=PAGES)
def test_pages_of_the_administration_can_be_read_by_everybody(signed_in, look, cast: Cast, paths: tuple[str, ...]):
    page = signed_in(cast.administrator, reduced_motion="reduce")
    seen = look(page)
    for path in paths:
        page.goto(f"/administration/{path}")
        expect(page.locator("h1")).to_be_visible()
        seen.at(path)


@pytest.mark.usefixtures("busy")
def test_own_jobs_and_an_opened_letter_can_be_read_by_everybody(signed_in, look, cast: Cast):
    page = signed_in(cast.administrator, reduced_motion="reduce")
    seen = look(page)
    page.goto("/jobs")
    seen.at("own jobs")
    outbox = db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.state == MailState.OUTBOX)).one()
    page.goto("/administration/mail?state=outbox")
    follow(page.get_by_role("button", name=f"Открыть: письмо № {outbox}"))
    expect(page.locator(".letter")).to_contain_text("https://example.org/")
    seen.at("a letter")


@pytest.mark.usefixtures("busy")
def test_a_setting_is_changed_and_taken_back_by_keyboard(signed_in, watch, cast: Cast):
    page = watch(signed_in(cast.operator))
    page.goto("/administration/settings")
    page.get_by_role("link", name="Изменить Вариант").focus()
    with arriving(page):
        page.keyboard.press("Enter")
    page.get_by_label("Включено").focus()
    page.keyboard.press("Space")
    with arriving(page):
        page.get_by_role("button", name="Сохранить").press("Enter")
    expect(page.get_by_text("Сейчас: включено")).to_be_visible()
    page.goto("/administration/settings/region.timezone")
    with arriving(page):
        page.get_by_role("button", name="Вернуть: Иркутск").press("Enter")
    expect(page.get_by_text("Сейчас: Иркутск, UTC+8")).to_be_visible()
    page.goto("/administration/audit?text=настройка")
    expect(page.get_by_text("изменена настройка «Часовой пояс»: Иркутск, UTC+8")).to_be_visible()
