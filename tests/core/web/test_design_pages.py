"""The front page, the sign-in page, refusals and the choice of view, as the server sends them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

from orientir.web.error_pages import page as refusal


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: the look does not depend on it."""
    return "sqlite"


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")


PUBLIC = ("/", "/login", "/view", "/accessibility", "/privacy", "/help", "/design")


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_has_a_title_one_heading_a_skip_link_and_landmarks(client: FlaskClient, cast: Cast, path: str):
    html = _text(client, path)
    assert '<html lang="ru"' in html
    assert re.search(r"<title>\s*[^<\s][^<]* — Ориентир</title>", html)
    assert html.count("<h1") == 1
    assert '<a class="skip" href="#main">' in html
    assert all(f"<{landmark}" in html for landmark in ("header", 'main id="main"', "footer"))


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_leans_on_nobody_else(client: FlaskClient, cast: Cast, path: str):
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', _text(client, path))
    assert [address for address in addresses if not re.match(r"[/#?]", address) and address] == []


def test_the_front_page_asks_for_a_code_with_a_numeric_keypad(client: FlaskClient, cast: Cast):
    html = _text(client, "/")
    assert re.search(r'<form[^>]*method="post"[^>]*action="/code"', html)
    assert re.search(r'<input[^>]*name="code"[^>]*inputmode="numeric"', html, re.DOTALL)


def test_a_refused_code_comes_back_with_its_reason_tied_to_the_field(client: FlaskClient, cast: Cast):
    answer = client.post("/code", data={"code": "1234-5678"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'value="1234-5678"' in html
    assert 'aria-describedby="code-hint code-error"' in html
    assert 'id="code-error"' in html


def test_what_was_typed_for_a_code_is_never_markup(client: FlaskClient, cast: Cast):
    html = client.post("/code", data={"code": '"><b>1'}).get_data(as_text=True)
    assert '"><b>1' not in html


def test_the_front_page_of_a_grown_up_greets_by_name(as_user: Callable[..., FlaskClient], cast: Cast):
    html = _text(as_user(cast.teacher), "/")
    assert f"Здравствуйте, {cast.teacher.name}" in html
    assert "Выйти" in html
    assert "Вход для сотрудников" not in html


def test_signing_out_takes_a_post(client: FlaskClient, cast: Cast):
    assert client.get("/logout").status_code == 405


def test_the_chosen_view_is_kept_in_a_cookie_and_stands_on_the_page(client: FlaskClient, cast: Cast):
    answer = client.post("/view", data={"contrast": "black", "size": "huge", "spacing": "wide", "next": "/help"})
    assert (answer.status_code, answer.location) == (303, "/help")
    html = _text(client, "/help")
    assert all(words in html for words in ('data-contrast="black"', 'data-size="huge"', 'data-spacing="wide"'))
    assert "data-theme" not in html
    assert re.search(r'value="black"\s+checked', _text(client, "/view"))


def test_a_strange_view_falls_to_the_usual_and_never_leads_away(client: FlaskClient, cast: Cast):
    answer = client.post("/view", data={"contrast": '"><script>', "next": "//elsewhere.example/"})
    assert answer.location == "/"
    assert "data-contrast" not in _text(client, "/")


def test_a_page_that_is_not_there_says_so_and_leads_home(client: FlaskClient, cast: Cast):
    answer = client.get("/no-such-page")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "Страница не найдена" in html
    assert 'href="/"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500])
def test_a_refusal_needs_no_database(app: Flask, count_queries: Callable[..., object], status: int):
    with app.test_request_context("/"), count_queries() as seen:
        html, answered = refusal(status)
    assert answered == status
    assert html.count("<h1") == 1
    assert 'href="/"' in html
    assert seen.count == 0


def test_the_stylesheet_and_scripts_are_kept_by_browsers_until_they_change(client: FlaskClient, cast: Cast):
    linked = re.findall(r'(?:href|src)="(/static/[^"#]+)"', _text(client, "/"))
    assert {address.partition("?")[0] for address in linked} >= {"/static/orientir.css", "/static/orientir.js"}
    for address in linked:
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
