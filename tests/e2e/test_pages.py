"""Every page of the house as it meets people: axe, narrow screens, long names, keys of other hosts, the first visit."""

from __future__ import annotations

import pytest
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast
from orientir_testkit.papers import page_codes
from playwright.sync_api import expect

from orientir_plans.models import Wave

SECTIONS = ("plans", "goal", "study", "sources", "support", "after", "last")
FIRST_VISIT = 40 * 1024


@pytest.mark.usefixtures("long_names")
def test_the_survey_can_be_read_by_everybody(student, ready, look, codes: list[str]):
    one = student(reduced_motion="reduce")
    page, seen = one.page, look(one.page)
    page.goto("/")
    seen.at("front page")
    one.open("1")
    seen.at("a wrong code")
    one.open(codes[0])
    seen.at("intro")
    one.begin()
    one.turn()
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("gaps")
    expect(page.locator("[data-saved]")).to_contain_text("Сохранено в")  # nothing is under way when the draft changes
    ready(codes[0])
    for code in SECTIONS:
        page.goto(f"/s/{code}")
        expect(page).to_have_url(f"/s/{code}")
        seen.at(code)
    page.goto("/s/review")
    seen.at("review")
    follow(page.get_by_role("button", name="Отправить анкету"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Спасибо")
    seen.at("thanks")


@pytest.mark.usefixtures("long_names")
def test_pages_of_the_staff_can_be_read_by_everybody(signed_in, look, codes: list[str], cast: Cast, wave: Wave):
    class_page = f"/plans/{wave.id}/classes/{cast.school_class.id}"
    page = signed_in(cast.operator, reduced_motion="reduce")
    seen = look(page)
    for path in (
        "/",
        "/plans/",
        "/plans/new",
        f"/plans/{wave.id}",
        f"/plans/{wave.id}/close",
        f"/plans/{wave.id}/organisations/{cast.school.id}",
        class_page,
        "/coverage/",
        f"/coverage/plans.survey/region/{cast.region.id}",
        f"/coverage/plans.survey/municipality/{cast.municipality.id}",
        f"/coverage/plans.survey/organisation/{cast.school.id}",
        "/organisations",
        f"/organisations/{cast.school.id}",
        f"/classes/{cast.school_class.id}",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        seen.at(path)
    page.goto(class_page)
    page.get_by_text("Нужны ещё коды").click()
    follow(page.get_by_role("button", name="Добавить коды"))
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("spare codes refused")


def test_a_qr_code_of_the_sheet_leads_into_the_survey(
    signed_in, student, watch, codes: list[str], cast: Cast, wave: Wave
):
    page = signed_in(cast.teacher)
    page.goto(f"/plans/{wave.id}/classes/{cast.school_class.id}")
    sheet = page.request.get(page.get_by_role("link", name="Распечатать листки").get_attribute("href"))
    printed = [url for codes_of_page in page_codes(sheet.body()) for url in codes_of_page]
    assert len(set(printed)) == 27
    one = student()
    watch(one.page).goto("/k/" + printed[0].rpartition("/k/")[2])
    expect(one.page).to_have_url("/s/")  # the digits stay in nobody's history
    one.begin()
    expect(one.page.get_by_role("heading", level=1)).to_have_text("Ваши планы")


@pytest.mark.parametrize("way", ["typed", "scanned"])
def test_the_first_visit_weighs_at_most_40_kilobytes(student, watch, codes: list[str], way: str):
    one = student()
    line = one.page.context.new_cdp_session(watch(one.page))
    weights: list[int] = []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    line.on(
        "Network.requestWillBeSent",
        lambda event: weights.append(int(event.get("redirectResponse", {}).get("encodedDataLength", 0))),
    )
    if way == "typed":
        one.open(codes[0])
    else:
        one.page.goto(f"/k/{codes[0]}")
    one.begin()
    one.page.wait_for_load_state("networkidle")
    assert len([weight for weight in weights if weight]) >= 8  # three pages, style, two scripts, icons, the mark
    assert sum(weights) <= FIRST_VISIT
