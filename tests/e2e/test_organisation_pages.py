"""Pages of organisations and municipalities: read by everybody, at 320 px, in every view."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast, make_class, make_school
from playwright.sync_api import expect

from orientir.db import db
from orientir.organisations import services
from orientir.organisations.cards import Particulars
from orientir.organisations.contacts import Presence, Responsible, change_contact
from orientir.organisations.territory import Description, change_municipality
from orientir.reorganisation.samples import sample_requisites


@pytest.fixture
def full_cards(cast: Cast) -> int:
    """Cards with everything on them; return the second entry of the school."""
    services.change_organisation(
        cast.school,
        cast.municipality,
        "school",
        "Школа с углублённым изучением Достопримечательногосударственнова",
        full_name="Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 3»",
        address="Приозёрск, ул. Достопримечательногосударственная, д. 3, корпус 5",
        particulars=Particulars(sample_requisites(3), date(1961, 9, 1)),
        since=date(2025, 9, 1),
        actor=None,
    )
    person = Responsible("Зоя Павловна", "Заместитель директора", "8 (3952) 12-34-56, доб. 7", "zoya@example.org")
    address = "https://dostoprimechatelnogosudarstvennova.example.org"
    change_contact(cast.school, person, Presence(address, f"{address}/plan.pdf", date(2025, 9, 1)), actor=None)
    described = Description("Заречный муниципальный округ", "okrug", "25607000")
    change_municipality(cast.neighbour_municipality, described, since=date(2026, 1, 1), actor=None)
    double = make_school(cast.municipality, "Школа № 3 ещё раз")
    make_class(double, 9)
    make_class(double, 11)
    db.session.commit()
    return double.id


SCHOOL, DOUBLE, DISTRICT = "/organisations/{school}", "/organisations/{double}", "/municipalities/{district}"
PAGES = {
    "card": ("/organisations?q=Школа+3", SCHOOL, f"{SCHOOL}/edit", f"{SCHOOL}/contact"),
    "contacts": ("/organisations/contacts", "/organisations/contacts?missing=y"),
    "changes": (f"{SCHOOL}/changes", f"{SCHOOL}/changes/close?q=ещё", f"{SCHOOL}/changes/split"),
    "others": (f"{SCHOOL}/changes/join?q=ещё&other={{double}}", f"{DOUBLE}/changes/double?q=Школа&other={{school}}"),
    "municipalities": ("/municipalities", DISTRICT),
    "municipality": (f"{DISTRICT}/edit", f"{DISTRICT}/close"),
}


@pytest.mark.parametrize("group", PAGES)
def test_pages_of_organisations_can_be_read_by_everybody(signed_in, look, cast: Cast, full_cards: int, group: str):
    ids = {"school": cast.school.id, "double": full_cards, "district": cast.neighbour_municipality.id}
    page = signed_in(cast.operator, reduced_motion="reduce")
    seen = look(page)
    for path in PAGES[group]:
        answer = page.goto(path.format(**ids))
        assert answer is not None
        assert answer.ok, path
        for fold in page.locator("main summary").all():
            fold.click()
        seen.at(path)


def test_two_entries_become_one_by_a_few_clicks(signed_in, watch, look, cast: Cast, full_cards: int):
    page = watch(signed_in(cast.coordinator))
    page.goto(f"/organisations/{full_cards}")
    follow(page.get_by_role("link", name="Закрыть или объединить…"))
    follow(page.get_by_role("link", name="Внесена дважды"))
    page.get_by_label("Название или ИНН").fill("школа 3")
    follow(page.get_by_role("button", name="Найти"))
    follow(page.get_by_role("link", name="Выбрать").first)
    expect(page.get_by_role("heading", name="Что произойдёт")).to_be_visible()
    follow(page.get_by_role("button", name="Объединить"))
    expect(page.get_by_role("status")).to_contain_text("Записи объединены")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Школа с углублённым")
