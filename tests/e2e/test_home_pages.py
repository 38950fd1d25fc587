"""The first thing a signed-in person sees, an organisation's own figures, whom to call: axe, 320 px, long names."""

from __future__ import annotations

import re

import pytest
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast, make_class, make_school
from playwright.sync_api import expect

from orientir.coverage import services as coverage
from orientir.db import begin_writing, db


@pytest.fixture
def town(cast: Cast) -> Cast:
    """A municipality with six schools, some of which have work to do."""
    for number in range(5):
        make_class(make_school(cast.municipality, f"Лицей № {number}"), 9, total=20 if number else None)
    make_school(cast.municipality, "Школа без классов")
    db.session.commit()
    begin_writing()
    coverage.count(activity="plans.survey", period=2025, class_id=cast.school_class.id, source="wave:1", people=19)
    db.session.commit()
    return cast


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("who", ["teacher", "coordinator", "operator", "administrator", "observer"])
def test_the_home_page_of_each_role_can_be_read_by_everybody(signed_in, look, town: Cast, who: str):
    page = signed_in(getattr(town, who), reduced_motion="reduce")
    page.goto("/")
    expect(page.get_by_role("heading", level=2, name="Что сделать")).to_be_visible()
    look(page).at(f"home of {who}")


@pytest.mark.usefixtures("long_names")
def test_figures_and_calls_can_be_read_by_everybody(signed_in, look, town: Cast):
    page = signed_in(town.coordinator, reduced_motion="reduce")
    seen = look(page)
    for path in (
        f"/organisations/{town.school.id}/figures",
        "/calls",
        f"/calls?municipality={town.municipality.id}&lack=classes",
    ):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        seen.at(path)


def test_a_coordinator_comes_from_the_panel_to_the_school_to_call(signed_in, town: Cast):
    page = signed_in(town.coordinator)
    page.goto("/")
    follow(page.get_by_role("link", name="Кому звонить школа не ввела классы"))
    follow(page.get_by_role("link", name="Школа без классов", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Школа без классов")


EVERYBODY = ("administrator", "operator", "coordinator", "school_admin", "teacher", "observer")
BAR_HEIGHTS = "() => [document.querySelector('.mast').offsetHeight, document.querySelector('.brand').offsetHeight]"


@pytest.mark.parametrize("width", [1024, 1280, 1440])
def test_the_menu_takes_one_line_whoever_looks(signed_in, cast: Cast, width: int):
    for who in EVERYBODY:
        page = signed_in(getattr(cast, who), viewport={"width": width, "height": 700})
        page.goto("/view")
        bar, name = page.evaluate(BAR_HEIGHTS)
        assert bar < 2 * name, (who, width, "a narrow page")
        page.goto("/")
        for size in ("", "large", "huge"):
            page.evaluate("(size) => { document.documentElement.dataset.size = size; }", size)
            bar, name = page.evaluate(BAR_HEIGHTS)
            assert bar < 2 * name, (who, width, size)
        page.context.close()


def test_what_the_bar_has_no_room_for_opens_by_keys_and_closes_again(signed_in, cast: Cast):
    page = signed_in(cast.operator, viewport={"width": 1280, "height": 700})
    more = page.get_by_role("navigation", name="Главное меню").locator("summary")
    last = page.locator(".mast-nav").get_by_role("link", name=re.compile("стрирование"))
    expect(last).to_be_hidden()
    more.press("Enter")
    expect(last).to_be_visible()
    last.press("Escape")
    expect(last).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    page.locator("h1").click()
    expect(last).to_be_hidden()
    more.click()
    follow(last)
    expect(page).to_have_url(re.compile("/administration"))
    expect(page.locator(".mast-nav").get_by_role("link", name=re.compile("стрирование"))).to_be_hidden()
