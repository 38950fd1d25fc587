"""People in a real browser: an invitation from the letter on, the second step by a decoded QR, every page by axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pyotp
import pytest
import zxingcpp
from orientir_testkit.browsers import follow
from orientir_testkit.cast import PASSWORD, Cast
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from orientir import clock
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text

STILL = {"reduced_motion": "reduce"}  # colours that fade from view to view cannot be judged
NEW = "novaya.uchitelnica.s.dlinnym.adresom@example.org"


def last_link() -> str:
    """Return the path of the link in the newest letter."""
    db.session.rollback()
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    return re.search(r"https?://[^/\s]+(/\S+)", opened_text(mail))[1]


def test_an_invitation_leads_to_the_first_page_on_a_phone(
    signed_in: Callable[..., Page], new_page: Callable[..., Page], watch, look, cast: Cast
):
    manager = watch(signed_in(cast.coordinator, **STILL))
    manager.goto("/people")
    follow(manager.get_by_role("link", name="Пригласить", exact=True))
    manager.get_by_label("Где").select_option(label="Школа № 3, Приозёрск, городской округ")
    manager.get_by_label("Роль").select_option(label="учитель")
    manager.get_by_label("Адреса почты").fill(f"Вера Новая <{NEW}>")
    follow(manager.get_by_role("button", name="Отправить приглашения"))
    expect(manager.get_by_role("status")).to_contain_text("1 приглашение отправлено")
    look(manager).at("people with an invitation")
    phone = watch(new_page(**STILL))
    phone.goto(last_link())
    expect(phone).to_have_url("/invitation")
    look(phone).at("invitation")
    phone.get_by_label("Фамилия, имя, отчество").fill("Вера Новая")
    phone.get_by_label("Придумайте пароль").fill(PASSWORD)
    phone.get_by_label("Пароль ещё раз").fill(PASSWORD)
    follow(phone.get_by_role("button", name="Открыть учётную запись"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Здравствуйте, Вера Новая")


def test_the_pages_of_those_who_look_after_people(signed_in: Callable[..., Page], look, cast: Cast):
    page = signed_in(cast.coordinator, **STILL)
    seen = look(page)
    page.goto("/people/invite")
    follow(page.get_by_role("button", name="Отправить приглашения"))
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("invite refused")
    page.goto(f"/people/{cast.teacher.id}")
    seen.at("card")
    follow(page.get_by_role("link", name="Передать дела преемнику"))
    seen.at("hand over")
    page.get_by_label("Почта преемника").fill(cast.school_admin.email)
    follow(page.get_by_role("button", name="Показать, что произойдёт"))
    expect(page.get_by_role("heading", name="Что произойдёт сегодня")).to_be_visible()
    seen.at("the plan")
    follow(page.get_by_role("button", name="Передать дела"))
    expect(page.get_by_role("status")).to_contain_text("Дела переданы")


@pytest.mark.parametrize(
    "path", ["/account", "/account/password", "/account/email", "/account/data", "/people/hand-over"]
)
def test_the_pages_of_ones_own_account(signed_in: Callable[..., Page], watch, look, cast: Cast, path: str):
    page = watch(signed_in(cast.teacher, **STILL))
    page.goto(path)
    look(page).at(path)


def test_the_second_step_from_its_picture_to_the_door(
    signed_in: Callable[..., Page], new_page: Callable[..., Page], watch, look, cast: Cast
):
    email = cast.teacher.email
    page = watch(signed_in(cast.teacher, **STILL))
    seen = look(page)
    page.goto("/account/second-factor")
    follow(page.get_by_role("button", name="Начать настройку"))
    seen.at("the picture")
    totp = pyotp.parse_uri(_decoded(page))
    assert (totp.name, totp.issuer) == (email, "Ориентир")
    page.get_by_role("textbox", name="Код").fill(totp.at(clock.now()))
    follow(page.get_by_role("button", name="Включить второй шаг"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасные коды")
    codes = page.locator(".codes .code").all_inner_texts()
    assert len(codes) == 10
    seen.at("paper codes")
    page.goto("/account/second-factor/off")
    seen.at("turning off")
    other = watch(new_page(**STILL))
    other.goto("/login")
    other.fill("[name=email]", email)
    other.fill("[name=password]", PASSWORD)
    follow(other.get_by_role("button", name="Войти", exact=True))
    expect(other).to_have_url("/login/code")
    look(other).at("second step")
    other.get_by_label("Код").fill(codes[0])
    follow(other.get_by_role("button", name="Войти", exact=True))
    expect(other.get_by_role("heading", level=1)).to_contain_text("Здравствуйте")


def test_a_forgotten_password_on_a_phone(new_page: Callable[..., Page], watch, look, cast: Cast):
    page = watch(new_page(**STILL))
    seen = look(page)
    page.goto("/login")
    follow(page.get_by_role("link", name="Забыли пароль?"))
    seen.at("forgotten")
    page.get_by_label("Электронная почта").fill(cast.teacher.email)
    follow(page.get_by_role("button", name="Прислать ссылку"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Проверьте почту")
    page.goto(last_link())
    expect(page).to_have_url("/password/new")
    seen.at("new password")
    page.get_by_label("Новый пароль", exact=True).fill("совсем другой пароль")
    page.get_by_label("Новый пароль ещё раз").fill("совсем другой пароль")
    follow(page.get_by_role("button", name="Сохранить пароль"))
    expect(page.get_by_role("status")).to_contain_text("Пароль изменён")


@pytest.mark.parametrize("path", ["/password/new", "/invitation"])
def test_dead_links_say_what_to_do(new_page: Callable[..., Page], look, cast: Cast, path: str):
    page = new_page(**STILL)
    page.goto(path)
    look(page).at(path)
    expect(page.get_by_role("heading", level=1)).to_contain_text("больше не")


def test_a_card_with_every_button(signed_in: Callable[..., Page], watch, look, cast: Cast):
    page = watch(signed_in(cast.administrator, **STILL))
    page.goto(f"/people/{cast.staff[Role.TEACHER].id}")
    look(page).at("card of a teacher")
    follow(page.get_by_role("button", name="Закрыть доступ"))
    expect(page.get_by_role("status")).to_contain_text("Доступ закрыт")
    look(page).at("closed card")


def _decoded(page: Page) -> str:
    """Return what a phone reads from the picture on the page."""
    picture = Image.open(BytesIO(page.locator(".qr").screenshot()))
    return zxingcpp.read_barcodes(picture)[0].text
