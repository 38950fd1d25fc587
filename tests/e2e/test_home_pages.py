"""The first thing a signed-in person sees, an organisation's own figures, whom to call: axe, 320 px, long names."""

from __future__ import annotations

import pytest
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
    page.get_by_role("link", name="Кому звонить школа не ввела классы").click()
    page.get_by_role("link", name="Школа без классов", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Школа без классов")
