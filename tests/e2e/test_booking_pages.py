"""A class is booked as teachers do it: on a phone, in a break, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from orientir_testkit.browsers import follow
from orientir_testkit.cast import SCHOOL_DAY, Cast, make_organisation, make_user
from orientir_testkit.occasions import HOUR, fair_plugin, make_slot
from playwright.sync_api import Page, expect

from orientir.accounts.roles import Role
from orientir.bookings.attendance import Present, mark
from orientir.bookings.attestations import ATTESTATION, attest
from orientir.bookings.models import Slot
from orientir.bookings.services import book
from orientir.bookings.wishes import Companion, Wish
from orientir.codes import services as codes
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir.students.services import open_numbers


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": fair_plugin()}


@pytest.fixture
def slot(app: Flask, cast: Cast) -> int:
    """An occasion with 20 places at a college; the class has its 27 numbers."""
    open_numbers(cast.school_class, 27, actor=None)
    college = make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE)
    advice = (("Что взять", "Сменную обувь"),)
    return make_slot(college, capacity=30, needs_companion=True, advice=advice).id


def test_a_whole_class_is_booked_on_one_screen(signed_in: Callable[..., Page], watch, slot: int, cast: Cast):
    page = watch(signed_in(cast.teacher))
    page.goto(f"/bookings/new/{slot}")
    page.get_by_label("весь класс, 27").check()
    expect(page.get_by_text("Отмечено: 27")).to_be_visible()
    page.get_by_label("27", exact=True).uncheck()
    page.get_by_label("Из них с ОВЗ").fill("2")
    page.get_by_label("Кто поедет с детьми").fill("Петрова Анна")
    page.get_by_label("Телефон сопровождающего").fill("8 (3952) 12-34-56")
    page.get_by_label("Согласия родителей собраны").check()
    follow(page.get_by_role("button", name="Записать класс"))
    expect(page.get_by_text("Записано: 26 человек.")).to_be_visible()
    expect(page.get_by_text("места есть")).to_be_visible()


def test_it_works_without_scripts(signed_in: Callable[..., Page], slot: int, cast: Cast):
    page = signed_in(cast.teacher, java_script_enabled=False)
    page.goto(f"/bookings/new/{slot}")
    expect(page.get_by_label("весь класс, 27")).to_be_hidden()
    page.get_by_label("14", exact=True).check()
    follow(page.get_by_role("button", name="Записать класс"))
    expect(page.get_by_role("alert")).to_contain_text("Кто поедет с детьми")
    expect(page.get_by_label("14", exact=True)).to_be_checked()
    page.get_by_label("Кто поедет с детьми").fill("Петрова Анна")
    page.get_by_label("Телефон сопровождающего").fill("8 (3952) 12-34-56")
    follow(page.get_by_role("button", name="Записать класс"))
    expect(page.get_by_text("Записано: 1 человек.")).to_be_visible()


def test_the_pages_can_be_read_by_everybody(signed_in: Callable[..., Page], look, slot: int, cast: Cast):
    db.session.commit()
    page = signed_in(cast.teacher, reduced_motion="reduce")
    seen, address = look(page), f"/bookings/new/{slot}/{cast.school_class.id}"
    page.goto(address)
    seen.at("booking a class")
    follow(page.get_by_role("button", name="Записать класс"))
    seen.at("booking refused")
    page.goto(address)
    page.get_by_label("14", exact=True).check()
    page.get_by_label("Кто поедет с детьми").fill("Петрова Анна")
    page.get_by_label("Телефон сопровождающего").fill("8 (3952) 12-34-56")
    follow(page.get_by_role("button", name="Записать класс"))
    seen.at("a booking")
    follow(page.get_by_role("link", name="Изменить группу"))
    seen.at("changing the group")
    page.goto("/bookings")
    seen.at("bookings")


def test_the_pages_of_an_organiser_can_be_read_by_everybody(signed_in, look, slot: int, cast: Cast):
    host = db.session.get_one(Slot, slot).organisation
    organiser = make_user(Role.ORGANISER, host.scope)
    adult = Companion("Петрова Анна", "+73952123456")
    for one, people in ((cast.school_class, 22), (cast.neighbour_class, 15)):
        book(slot, Wish(one.id, people=people, companion=adult), request=one.title, actor=None)
    db.session.commit()
    with time_machine.travel(SCHOOL_DAY + 26 * HOUR, tick=True):
        page = signed_in(organiser, reduced_motion="reduce")
        seen = look(page)
        for address in ("/slots", f"/slots/{slot}", f"/slots/{slot}/list"):
            page.goto(address)
            seen.at(address)
        page.goto(f"/slots/{slot}")
        follow(page.get_by_role("button", name="Пришли все: 22"))
        expect(page.get_by_text("пришли 22 из 22")).to_be_visible()
    with time_machine.travel(SCHOOL_DAY + HOUR, tick=True):
        page = signed_in(organiser, reduced_motion="reduce")
        seen = look(page)
        page.goto(f"/slots/{slot}/edit")
        seen.at("edit")
        page.get_by_label("Мест", exact=True).fill("7")
        follow(page.get_by_role("button", name="Сохранить"))
        seen.at("edit refused")


def test_what_a_class_brings_home_can_be_read_by_everybody(signed_in, look, slot: int, cast: Cast):
    with time_machine.travel(SCHOOL_DAY):
        made = book(slot, Wish(cast.school_class.id, people=20, companion=Companion("Анна", "+73952123456")),
                    request="e2e", actor=None)  # fmt: skip
    starts, booking_id, class_id = made.slot.starts_at, made.id, cast.school_class.id
    with time_machine.travel(starts):
        mark(booking_id, Present(people=18), actor=None)
        db.session.commit()
        attest(booking_id, actor=cast.teacher.id)
        [digits] = codes.reveal(ATTESTATION, [f"{booking_id}-0"])
        db.session.commit()
    page = signed_in(cast.teacher, reduced_motion="reduce")
    seen = look(page)
    for address in (f"/bookings/{booking_id}", f"/classes/{class_id}", f"/k/{digits}"):
        page.goto(address)
        seen.at(address)
    expect(page.get_by_text("Справка действительна.")).to_be_visible()
