"""Notices as they meet people: narrow screens, axe, keys alone, the text for a chat, no scripts."""

from __future__ import annotations

import re

import pytest
from orientir_testkit.browsers import arriving, follow
from orientir_testkit.cast import Cast
from playwright.sync_api import expect
from sqlalchemy import select

from orientir.db import db
from orientir.notices.kinds import HEADCOUNT, MESSAGE
from orientir.notices.models import Notice
from orientir.notices.services import read, tell

LONG = "Муниципальное бюджетное общеобразовательное учреждение имени Достопримечательногосударственнова"


@pytest.fixture
def told(cast: Cast) -> None:
    """Something unread that leads to a school, something long that is read."""
    values = {"school": LONG, "count": "3 классах", "classes": "9«А», 11", "date": "1 мая", "when": "Осталось 3 дня."}
    page = f"/organisations/{cast.school.id}"
    people = [cast.operator.id, cast.coordinator.id, cast.school_admin.id]
    tell(HEADCOUNT, people, values, about="one", scope=cast.school.scope, url=page)
    values = {"topic": f"Совещание {LONG}", "text": "В пятницу.\n\nПриходите", "sender": LONG, "email": "a@example.org"}
    tell(MESSAGE, people, values, about="two", scope=cast.region.scope)
    for notice in db.session.scalars(select(Notice).where(Notice.kind == MESSAGE.key)).all():
        read(notice.id, actor=notice.user_id)
    db.session.commit()


@pytest.mark.usefixtures("told")
def test_pages_of_notices_can_be_read_by_everybody(signed_in, look, cast: Cast):
    cast.school.name = LONG
    db.session.commit()
    page = signed_in(cast.operator, reduced_motion="reduce")
    seen = look(page)
    for path in ("/notices", "/account/notices", "/notices/log", "/notices/rules", "/notices/message"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        for summary in page.locator("main details > summary").all():
            summary.click()
        seen.at(path)
    page.goto("/notices/message")
    follow(page.get_by_role("button", name="Дальше"))
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("a message refused")
    page.get_by_label("Приозёрск, городской округ").check()
    page.get_by_label("О чём").fill("Совещание")
    page.get_by_label("Сообщение", exact=True).fill("В пятницу в 15:00.")
    follow(page.get_by_role("button", name="Дальше"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Проверьте сообщение")
    seen.at("the preview")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_notice_leads_to_the_thing_and_is_read(signed_in, watch, told, cast: Cast, scripts: bool):
    page = watch(signed_in(cast.school_admin, java_script_enabled=scripts))
    page.goto("/")
    bell = page.locator(".mast-bell")
    expect(bell).to_contain_text("1")
    follow(bell)
    follow(page.get_by_role("button", name=re.compile("^Открыть")).first)
    expect(page).to_have_url(re.compile(f"/organisations/{cast.school.id}$"))
    expect(page.locator(".mast-bell b")).to_have_count(0)


def test_the_text_for_a_chat_is_copied_or_marked_for_copying(signed_in, told, cast: Cast):
    page = signed_in(cast.school_admin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/notices")
    page.locator("main summary").first.click()
    page.get_by_role("button", name="Скопировать", exact=True).first.click()
    expect(page.get_by_text("Скопировано")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Запишите число учеников на 1 мая\n")
    assert f"/organisations/{cast.school.id}" in copied

    bare = signed_in(cast.coordinator, java_script_enabled=False)
    bare.goto("/notices")
    bare.locator("main summary").first.click()
    expect(bare.locator("textarea").first).to_be_visible()
    expect(bare.locator("[data-copy-button]").first).to_be_hidden()


def test_a_message_goes_by_keys_alone_after_its_numbers_were_read(signed_in, cast: Cast):
    page = signed_in(cast.coordinator)
    page.goto("/notices/message")
    page.get_by_label("Школа № 3").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Совещание")
    page.keyboard.press("Tab")
    page.keyboard.type("В пятницу в 15:00.")
    page.keyboard.press("Tab")
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile(r"1\s+человек"))
    page.get_by_role("button", name="Отправить 1 человеку").focus()
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Сообщение ушло 1 человеку")
