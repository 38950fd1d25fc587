"""The contest as people meet it: written on a phone, checked at a desk, scored by keyboard, signed and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from orientir_testkit.browsers import PHONE, arriving, follow
from orientir_testkit.cast import Cast, make_user
from orientir_testkit.contests import ANSWERS, WORDS, make_contest, make_entry, make_expert, make_sheet, sent_sheet
from orientir_testkit.files import PDF
from playwright.sync_api import Page, expect

from orientir.accounts.models import User
from orientir.codes import services as codes
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.files.reading import read_upload
from orientir_practices import consents, diplomas, entries, entry_files
from orientir_practices.jury_models import Juror, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.rights import CHAIR, SECRETARY

STILL = {"reduced_motion": "reduce"}
SignIn = Callable[..., Page]


@pytest.fixture
def contest(cast: Cast) -> Contest:
    made = make_contest(cast.region, jurors_each=1)
    db.session.commit()
    return made


@pytest.fixture
def staff(contest: Contest) -> dict[str, User]:
    made = {role: make_user(role, contest.scope) for role in (SECRETARY, CHAIR)}
    db.session.commit()
    return made


@pytest.fixture
def juror(contest: Contest) -> Juror:
    made = make_expert(contest, "Лев Эксперт")
    db.session.commit()
    return made


def settle(made: Entry) -> Entry:
    for kind in (consents.RULES, consents.PUBLICATION):
        consents.give(made, kind, address="", actor=None)
    db.session.commit()
    return made


def type_answers(page: Page, *codes_: str) -> None:
    for code in codes_:
        page.locator(f"#{code}").fill(str(ANSWERS[code]))


def test_an_author_writes_and_sends_from_a_phone(signed_in: SignIn, watch, look, contest: Contest, cast: Cast):
    page = watch(signed_in(cast.teacher, viewport=PHONE, **STILL))
    seen = look(page)
    page.goto(f"/practices/contests/{contest.id}")
    follow(page.get_by_role("link", name="Подать заявку"))
    page.get_by_label("Проба профессии").check()
    follow(page.get_by_role("button", name="Начать"))
    page.locator("#title").fill("Неделя в мастерских")
    expect(page.get_by_text("Сохранено в")).to_be_visible()
    page.reload()
    expect(page.locator("#title")).to_have_value("Неделя в мастерских")
    type_answers(page, "annotation", "problem", "goal")
    expect(page.get_by_text(f"{len(ANSWERS['annotation'])} из 600 знаков")).to_be_visible()
    follow(page.get_by_role("button", name="Дальше"))
    type_answers(page, "steps", "people", "ovz", "disabled")
    page.locator("#partners").fill("Индустриальный техникум")
    page.get_by_text("Добавить ещё").click()
    page.locator("#partners-3").fill("Ремонтный завод")
    seen.at("steps")
    follow(page.get_by_role("button", name="Дальше"))
    type_answers(page, "results", "needs")
    follow(page.get_by_role("button", name="Готово"))
    page.get_by_label("Мы согласны с положением").check()
    seen.at("entry")
    follow(page.get_by_role("button", name="Записать согласия"))
    follow(page.get_by_role("button", name="Подать заявку"))
    expect(page.get_by_role("status").first).to_contain_text("Заявка № 1 подана")
    expect(page.get_by_text("Ремонтный завод")).to_be_visible()


def test_two_authors_see_what_they_both_changed(signed_in: SignIn, look, contest: Contest, cast: Cast):
    entry = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
    db.session.commit()
    address = f"/practices/entries/{entry.id}/idea"
    first, second = (signed_in(cast.teacher, **STILL) for _author in range(2))
    for page in (first, second):
        page.goto(address)
    first.locator("#goal").fill("Цель соавтора.")
    follow(first.get_by_role("button", name="Дальше"))
    second.locator("#goal").fill("Моя цель.")
    follow(second.get_by_role("button", name="Дальше"))
    expect(second.get_by_text("изменил это одновременно")).to_be_visible()
    expect(second.get_by_text("Цель соавтора.")).to_be_visible()
    expect(second.locator("#goal")).to_have_value("Моя цель.")
    follow(second.get_by_role("button", name="Дальше"))
    db.session.rollback()
    assert db.session.get_one(Entry, entry.id).answers["goal"] == "Моя цель."


def test_a_secretary_checks_and_deals(signed_in: SignIn, watch, look, contest: Contest, staff, juror, cast: Cast):
    settle(make_entry(contest, cast.school, cast.teacher, EntryState.SUBMITTED))
    contest.stage = Stage.CHECK
    db.session.commit()
    page = watch(signed_in(staff[SECRETARY], viewport=PHONE, **STILL))
    seen = look(page)
    page.goto(f"/practices/contests/{contest.id}/desk")
    seen.at("desk")
    follow(page.get_by_role("link", name="№ 1. Неделя в мастерских"))
    seen.at("desk entry")
    follow(page.get_by_role("button", name="Принять"))
    follow(page.get_by_role("button", name="Начать экспертизу"))
    follow(page.get_by_role("link", name="Эксперты"))
    follow(page.get_by_role("button", name="Раздать поровну"))
    expect(page.get_by_role("status").first).to_contain_text("Сделано 1 назначение")
    expect(page.get_by_text("Лев Эксперт")).to_be_visible()


def test_a_juror_scores_by_keyboard_alone(signed_in: SignIn, watch, look, contest: Contest, juror, cast: Cast):
    entry = settle(make_entry(contest, cast.school, cast.teacher))
    sheet, contest.stage = make_sheet(entry, juror, SheetState.ASSIGNED), Stage.EXPERTISE
    db.session.commit()
    number = sheet.id
    page = watch(signed_in(juror.user, viewport=PHONE, **STILL))
    seen = look(page)
    page.goto(f"/practices/contests/{contest.id}/jury")
    page.goto(f"/practices/sheets/{number}")
    page.get_by_role("button", name="Конфликта интересов нет").focus()
    with arriving(page):
        page.keyboard.press("Enter")
    for criterion in range(1, 9):
        page.locator(f"#score-К{criterion} input").first.focus()
        for _step in range(5 if criterion == 1 else 4):
            page.keyboard.press("ArrowRight")
    expect(page.locator("[data-total]")).to_contain_text("Итого 82 из 100")
    expect(page.locator("#score-К1")).to_contain_text("нужно объяснение, ещё 30")
    page.keyboard.press("Tab")
    page.locator("#comment-1").focus()
    page.keyboard.type(WORDS)
    expect(page.locator("#score-К1")).not_to_contain_text("нужно объяснение")
    expect(page.get_by_text("Сохранено в")).to_be_visible()
    page.reload()
    expect(page.locator("#score-К1 input").last).to_be_checked()
    seen.at("sheet")
    page.get_by_role("button", name="Отправить лист").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Отправить лист по заявке № 1?")).to_be_visible()
    seen.at("question")
    page.get_by_role("button", name="Отправить", exact=True).focus()
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Лист отправлен")
    page.goto(f"/practices/sheets/{number}")
    expect(page.get_by_text("итог 82 из 100")).to_be_visible()
    seen.at("sent")


def test_a_chair_signs_and_everybody_reads(
    signed_in: SignIn, new_page, watch, look, contest: Contest, staff, juror, cast: Cast
):
    entry = settle(make_entry(contest, cast.school, cast.teacher))
    sheet = make_sheet(entry, juror)
    sheet.state, sheet.total, sheet.digits, sheet.sent_at = SheetState.SENT, 80, "44444444", entry.submitted_at
    sheet.scores = {one.key: 4 for one in contest.criteria}
    contest.stage = Stage.PROTOCOL
    db.session.commit()
    contest_id, entry_id, sheet_id = contest.id, entry.id, sheet.id
    chair = watch(signed_in(staff[CHAIR], **STILL))
    seen = look(chair)
    chair.goto(f"/practices/contests/{contest_id}/sheets/{sheet_id}")
    seen.at("sheet seen")
    chair.goto(f"/practices/contests/{contest_id}/protocol")
    chair.get_by_label("Место заявки № 1").select_option("1")
    follow(chair.get_by_role("button", name="Записать места"))
    follow(chair.get_by_role("button", name="Подписать протокол"))
    seen.at("protocol")
    desk = watch(signed_in(staff[SECRETARY], **STILL))
    desk.goto(f"/practices/contests/{contest_id}/desk")
    follow(desk.get_by_role("button", name="Опубликовать итоги"))
    author = watch(signed_in(cast.teacher, viewport=PHONE, **STILL))
    author.goto(f"/practices/entries/{entry_id}")
    look(author).at("author")
    db.session.rollback()
    diplomas.issue(db.session.get_one(Entry, entry_id))
    db.session.commit()
    digits = next(iter(codes.reveal(diplomas.KIND.key, [str(entry_id)])))
    reader = watch(new_page(viewport=PHONE, **STILL))
    seen = look(reader)
    for path in (f"/practices/contests/{contest_id}", f"/practices/bank/{entry_id}"):
        reader.goto(path)
        seen.at(path)
    reader.goto("/")
    reader.get_by_label("Введите код").fill(grouped(digits))
    follow(reader.get_by_role("button", name="Продолжить"))
    expect(reader.get_by_text("Документ действителен.")).to_be_visible()
    seen.at("verify")


def test_a_secretary_opens_a_file_to_blind_reading(
    signed_in: SignIn, watch, look, contest: Contest, staff, juror, cast: Cast
):
    contest.is_blind = True
    entry = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
    entry_files.attach(entry, read_upload(PDF, "План.pdf"), actor=None)
    entry.state, entry.number, entry.submitted_at = EntryState.SUBMITTED, 1, contest.intake_from
    db.session.commit()
    assert entries.closed_reason(entry)
    page = watch(signed_in(staff[SECRETARY], viewport=PHONE, **STILL))
    page.goto(f"/practices/contests/{contest.id}/entries/{entry.id}")
    expect(page.get_by_text("экспертам не виден")).to_be_visible()
    look(page).at("blind files")


def test_a_second_round_is_made_and_a_short_list_signed(
    signed_in: SignIn, watch, look, contest: Contest, staff, juror, cast: Cast
):
    entry = make_entry(contest, cast.school, cast.teacher)
    contest.stage = Stage.DRAFT
    db.session.commit()
    contest_id, entry_id, juror_id = contest.id, entry.id, juror.id
    operator = watch(signed_in(cast.operator, **STILL))
    operator.goto(f"/practices/contests/{contest_id}/rules")
    follow(operator.get_by_role("link", name="Добавить защиту"))
    operator.get_by_label("У защиты свои критерии").check()
    look(operator).at("defence")
    follow(operator.get_by_role("button", name="Сохранить"))
    look(operator).at("rules")
    db.session.rollback()
    sent_sheet(db.session.get_one(Entry, entry_id), db.session.get_one(Juror, juror_id), 4)
    db.session.get_one(Contest, contest_id).stage = Stage.SHORTLIST
    db.session.commit()
    chair = watch(signed_in(staff[CHAIR], **STILL))
    seen = look(chair)
    chair.goto(f"/practices/contests/{contest_id}/shortlist")
    seen.at("shortlist written")
    chair.get_by_role("checkbox").uncheck()
    chair.get_by_label("Причина, заявка № 1").fill("Авторы снялись")
    follow(chair.get_by_role("button", name="Записать шорт-лист"))
    chair.get_by_role("checkbox").check()
    follow(chair.get_by_role("button", name="Записать шорт-лист"))
    follow(chair.get_by_role("button", name="Подписать шорт-лист"))
    expect(chair.get_by_text("Отпечаток SHA-256")).to_be_visible()
    seen.at("shortlist signed")
