"""The front page, the choice of view, health."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_municipality, make_school
from orientir_testkit.plugins import make_plugin

from orientir.accounts.models import User
from orientir.contracts import MenuLink
from orientir.db import db
from orientir.front.context import CHOICES, PageView

AsUser = Callable[[User], FlaskClient]


class TestHome:
    def test_it_stands_before_there_is_a_region(self, client: FlaskClient):
        answer = client.get("/")
        assert answer.status_code == 200
        assert "ДЕМО" not in answer.text

    def test_it_has_one_field_for_any_code_and_says_whose_it_is(self, client: FlaskClient, cast: Cast):
        page = client.get("/").text
        assert page.count('name="code"') == 1
        assert cast.region.operator_name in page
        assert "ДЕМО" in page

    @pytest.mark.parametrize("who", [None, "operator", "teacher"])
    def test_its_queries_do_not_grow_with_the_region(self, app: Flask, as_user: AsUser, cast: Cast, count_queries, who):
        def asked() -> int:
            client = as_user(getattr(cast, who)) if who else app.test_client()
            client.get("/")
            with count_queries() as seen:
                assert client.get("/").status_code == 200
            return seen.count

        few = asked()
        for number in range(3):
            school = make_school(make_municipality(cast.region, f"Посёлок {number}"), f"Школа № {40 + number}")
            make_school(cast.municipality, f"Лицей № {number}")
            for letter in "АБВ":
                make_class(school, 9, letter)
                make_class(cast.school, 10, f"{letter}{number}")
        db.session.commit()
        assert asked() == few
        assert few <= 21  # each of four plugins asks something here


class TestView:
    @pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in CHOICES.items() for word in words])
    def test_every_choice_is_kept_and_shown(self, client: FlaskClient, name: str, word: str):
        answer = client.post("/view", data={name: word, "next": "/help"})
        assert (answer.status_code, answer.location) == (303, "/help")
        page = client.get("/help").text
        assert (f'data-{name}="{word}"' in page) is bool(word)

    def test_a_strange_choice_falls_to_the_usual(self, client: FlaskClient):
        client.post("/view", data={"contrast": '"><script>', "size": "gigantic"})
        assert client.get_cookie("view").value == "..."

    @pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example"])
    def test_it_leads_back_into_our_site_only(self, client: FlaskClient, evil: str):
        assert client.post("/view", data={"next": evil}).location == "/"
        page = client.get("/view", headers={"Referer": evil}).text
        assert "evil" not in page

    @given(st.text(max_size=60))
    def test_a_cookie_of_any_sort_is_a_view(self, cookie: str):
        view = PageView.read(cookie)
        assert PageView.read(view.cookie()) == view

    def test_a_view_survives_its_cookie(self):
        view = PageView("black", "huge", "wide", "dark")
        assert PageView.read(view.cookie()) == view


class TestHealth:
    def test_it_tells_that_all_is_well_without_personal_data(self, client: FlaskClient, cast: Cast):
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json["status"] == "ok"
        assert answer.json["checks"]["database"]["ok"] is True
        assert answer.json["plugins"] == {"on": ["calendar", "plans", "practices", "trials"], "left_out": []}
        for private in (cast.teacher.email, cast.teacher.name, "postgresql", "sqlite"):
            assert private not in answer.text


class TestMenu:
    @pytest.fixture
    def plugins(self) -> dict[str, object]:
        return {"fair": make_plugin("fair", menu_links=lambda viewer: [
            MenuLink("Ярмарка", "/fair", order=15), MenuLink("Последнее", "/last", order=99)])}  # fmt: skip

    def test_lines_of_platform_and_plugins_stand_in_one_order(self, as_user: AsUser, cast: Cast):
        page = as_user(cast.operator).get("/").text
        nav = page[page.index("<nav") : page.index("</nav>")]
        places = [nav.index(f">{title}<") for title in ("Опрос", "Ярмарка", "Охват", "Организации", "Последнее")]
        assert places == sorted(places)

    def test_nobody_sees_what_asks_for_a_right(self, client: FlaskClient):
        page = client.get("/").text
        assert "Охват" not in page
        assert ">Ярмарка<" in page

    def test_the_page_in_hand_is_marked(self, as_user: AsUser, cast: Cast):
        page = as_user(cast.operator).get("/organisations").text
        assert 'href="/organisations" aria-current="page"' in page
