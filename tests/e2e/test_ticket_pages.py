"""A student books on a phone, shows the ticket and takes the booking back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast, make_organisation
from orientir_testkit.occasions import fair_plugin, make_slot
from playwright.sync_api import Locator, Page, expect

from orientir.bookings.models import Slot
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir.students import cards, services
from orientir.students.queries import numbers_of

FIRST_VISIT = 40 * 1024


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": fair_plugin()}


@pytest.fixture
def config(config):
    return replace(config, plugins=())


@pytest.fixture
def slot(cast: Cast) -> Slot:
    college = make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE)
    return make_slot(college, advice=(("Что взять", "Обувь"), ("Безопасность", "Искры.\nБез контактных линз.")))


@pytest.fixture
def code(cast: Cast) -> str:
    services.open_numbers(cast.school_class, 27, actor=None)
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return cards.digits_of(numbers_of(cast.school_class.id))[7]


def come_with_a_card(page: Page, slot_id: int, code: str) -> None:
    """Follow the link of an occasion without a card in hand, and type it where one is led."""
    page.goto(f"/book/{slot_id}")
    page.get_by_label("Введите код").fill(grouped(code))
    follow(page.get_by_role("button", name="Продолжить"))
    expect(page).to_have_url(f"/book/{slot_id}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_student_books_and_takes_it_back(new_page: Callable[..., Page], slot: Slot, code: str, scripts: bool):
    page = new_page(java_script_enabled=scripts)
    come_with_a_card(page, slot.id, code)
    follow(page.get_by_role("button", name="Записаться"))
    expect(page.get_by_role("img", name="QR-код билета")).to_be_visible()
    open_question = Locator.click if scripts else follow  # scripts ask in a dialog
    open_question(page.get_by_role("link", name="Отменить запись"))
    expect(page.get_by_role("heading", name="Отменить запись на")).to_be_visible()
    follow(page.get_by_role("button", name="Отменить запись"))
    expect(page.get_by_text("Запись отменена")).to_be_visible()
    follow(page.get_by_role("link", name="Записаться снова"))
    expect(page.get_by_role("button", name="Записаться")).to_be_visible()


def test_the_ticket_and_all_before_it_weigh_at_most_40_kilobytes(new_page, watch, slot: Slot, code: str):
    page = watch(new_page())
    line = page.context.new_cdp_session(page)
    weights: list[int] = []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    come_with_a_card(page, slot.id, code)
    follow(page.get_by_role("button", name="Записаться"))
    expect(page.get_by_role("img", name="QR-код билета")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert sum(weights) <= FIRST_VISIT


def test_booking_and_ticket_can_be_read_by_everybody(new_page, look, slot: Slot, code: str):
    page = new_page(reduced_motion="reduce")
    seen = look(page)
    come_with_a_card(page, slot.id, code)
    seen.at("booking")
    follow(page.get_by_role("button", name="Записаться"))
    expect(page.get_by_role("img", name="QR-код билета")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.locator(".code").evaluate("code => code.getClientRects().length") == 1
    assert page.locator(".code").bounding_box()["height"] < 60
    page.set_viewport_size({"width": 360, "height": 740})
    seen.at("ticket")
    page.goto(f"{page.url}/cancel")
    seen.at("cancelling")
    follow(page.get_by_role("link", name="Оставить"))
    follow(page.get_by_role("link", name="Мои записи"))
    expect(page.get_by_text("место есть")).to_be_visible()
    seen.at("my records")
