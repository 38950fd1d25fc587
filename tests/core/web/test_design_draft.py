"""Answers on a broken line: the saved line tells the truth, the tab keeps what the server has not got."""

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, Route, expect

SOURCE = """{% extends "base_phone.html" %}{% from "macros/ui.html" import saved %}{% block title %}Анкета{% endblock %}
{% block head %}<script type="module" src="{{ asset('draft.js') }}"></script>{% endblock %}
{% block main %}<h1>Анкета</h1>{{ saved("Сохраняем после каждого ответа") }}
<form method="post" action="/draft" data-draft="one slip, one section">
<label><input type="radio" name="plan" value="college">колледж</label>
<label><input type="radio" name="plan" value="work">работа</label>
<label>Почему <input class="input" name="why"></label><button class="button" name="turn" value="next">Дальше</button>
</form>{% endblock %}"""


class Line:
    """The way to the server: it can be cut, and keeps what came through."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.status = 204
        self.is_cut = self.is_slow = False
        self.sent: list[str] = []
        self.under_way: list[Route] = []

    def answer(self, route: Route) -> None:
        if self.is_cut:
            route.abort("internetdisconnected")
        elif route.request.method == "POST":
            self.sent.append(route.request.post_data or "")
            self.under_way.append(route)
            if not self.is_slow:
                self.let_through()
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")

    def let_through(self) -> None:
        """Answer the oldest send that waits."""
        self.under_way.pop(0).fulfill(status=self.status)


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here reaches the database."""
    return "sqlite"


@pytest.fixture
def line(app: Flask) -> Line:
    with app.test_request_context("/"):
        return Line(render_template_string(SOURCE))


@pytest.fixture
def survey(new_page: Callable[..., Page], line: Line) -> Page:
    page = new_page()
    page.route("**/draft", line.answer)
    page.goto("/draft")
    return page


def _kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def test_an_answer_reaches_the_server_by_itself(survey: Page, line: Line):
    survey.get_by_label("колледж").check()
    expect(survey.get_by_role("status")).to_contain_text("Сохранено в")
    assert "college" in line.sent[0]
    assert "save" in line.sent[0]
    assert _kept(survey) == "{}"


def test_what_was_touched_since_a_save_set_out_is_not_called_saved(survey: Page, line: Line):
    line.is_slow = True
    with survey.expect_request("**/draft"):
        survey.get_by_label("колледж").check()
    with survey.expect_request("**/draft"):
        survey.get_by_label("Почему").fill("деньги")
    with survey.expect_event("requestfinished"):
        line.let_through()
    survey.evaluate("new Promise(requestAnimationFrame)")  # the page has heard
    expect(survey.get_by_role("status")).not_to_contain_text("Сохранено в")
    line.let_through()
    expect(survey.get_by_role("status")).to_contain_text("Сохранено в")


def test_without_a_line_the_answers_stay_in_the_tab_and_outlive_a_reload(survey: Page, line: Line):
    line.is_cut = True
    survey.get_by_label("работа").check()
    survey.get_by_label("Почему").fill("деньги")
    expect(survey.get_by_role("status")).to_have_text("Нет связи, ответы в\N{NO-BREAK SPACE}телефоне")
    line.is_cut = False
    survey.reload()
    expect(survey.get_by_label("работа")).to_be_checked()
    expect(survey.get_by_label("Почему")).to_have_value("деньги")
    expect(survey.get_by_role("status")).to_contain_text("Сохранено в")
    assert _kept(survey) == "{}"


def test_a_failing_server_counts_as_no_line(survey: Page, line: Line):
    line.status = 503
    survey.get_by_label("колледж").check()
    expect(survey.get_by_role("status")).to_contain_text("Нет связи")
    assert "college" in _kept(survey)


def test_a_refusal_is_not_called_saved(survey: Page, line: Line):
    line.status = 409
    survey.get_by_label("колледж").check()
    expect(survey.get_by_role("status")).to_contain_text("Не\N{NO-BREAK SPACE}сохранилось")


def test_offline_the_form_is_not_sent_into_the_void(survey: Page):
    survey.context.set_offline(True)
    survey.get_by_label("колледж").check()
    survey.get_by_role("button", name="Дальше").click()
    expect(survey.get_by_role("status")).to_contain_text("Нет связи")
    expect(survey.get_by_label("колледж")).to_be_checked()


def test_a_page_that_is_no_survey_forgets_what_the_tab_kept(survey: Page, line: Line):
    line.status = 503
    survey.get_by_label("колледж").check()
    expect(survey.get_by_role("status")).to_contain_text("Нет связи")
    survey.goto("/help")
    assert _kept(survey) == "{}"
