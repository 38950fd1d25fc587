"""Every page of everybody without a mouse, at 320 points and at 200 %.

The pages are the addresses themselves, their arguments are `SAMPLES`: a new page enters by itself. What is behind a
code or a letter, and what a form answers, is gone through where axe looks at it (`look`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from zlib import crc32

import pytest
from flask import Flask
from orientir_testkit.clients import Client
from orientir_testkit.keyboard import Keyboard
from orientir_testkit.matrix import Verdict, attempts, find_things, promised
from orientir_testkit.objects import Person, make_stage
from playwright.sync_api import Page

from orientir.db import db

CONTROL = re.compile(r"<(a|button|input|select|textarea|summary|table|form)\b([^>]*)")
KIND = re.compile(r'\b(?:class|type)="([^"]*)"')
PARTS = 3  # so that cores share the pages
LONG_NAME = "Муниципальное бюджетное общеобразовательное учреждение имени Достопримечательногосударственнова"


@pytest.fixture
def opened(app: Flask, live: str, new_page: Callable[..., Page]) -> Callable[[Person], Page]:
    """Return a page of somebody who is signed in without the form."""
    name = app.config["SESSION_COOKIE_NAME"]

    def open_page(person: Person) -> Page:
        page, client = new_page(reduced_motion="reduce", device_scale_factor=2), app.test_client()
        assert isinstance(client, Client)
        if person.user:
            client.sign_in(person.user)
            cookie = client.get_cookie(name)
            assert cookie is not None
            page.context.add_cookies([{"name": name, "value": cookie.value, "url": live}])
        return page

    return open_page


def pages_of_everybody(app: Flask, part: int) -> Iterator[tuple[Person, str, str]]:
    """Yield who may open what of their own: the person, the endpoint, the path."""
    stage = make_stage()
    stage.own.school.name = LONG_NAME
    tried = [one for one in attempts(app, find_things(stage), {"GET"}) if one.whose == "own"]
    db.session.commit()
    for person in stage.people:
        for one in tried:
            if crc32(one.endpoint.encode()) % PARTS == part and promised(app, person, one) is Verdict.LET_IN:
                yield person, one.endpoint, one.path


def controls(text: str) -> frozenset[tuple[str, ...]]:
    """Return which kinds of things there are to press in the content of a page, however many of each."""
    content = text.partition("<main")[2].partition("</main>")[0]
    return frozenset((name, *KIND.findall(attributes)) for name, attributes in CONTROL.findall(content))


@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_needs_a_mouse_or_a_wide_screen(app: Flask, opened: Callable[[Person], Page], school_day, part: int):
    faults: list[str] = []
    seen: set[tuple[str, frozenset[tuple[str, ...]]]] = set()
    boards: dict[Person, Keyboard] = {}
    for person, endpoint, path in pages_of_everybody(app, part):
        if person not in boards:
            boards[person] = Keyboard(opened(person))
        board = boards[person]
        answer = board.page.request.get(path)
        if not answer.ok or "html" not in answer.headers.get("content-type", ""):
            continue
        if (one := (endpoint, controls(answer.text()))) not in seen:
            seen.add(one)
            board.page.goto(path)
            faults += [f"{path} for {person.title}: {fault}" for fault in board.faults(whole=path == "/")]
    assert faults == []
    assert len(seen) > 20


# A page without a fault, and what each fault looks like: one piece of it exchanged.
GOOD = """<!DOCTYPE html><html lang="ru"><title>Проба</title><style>
    :focus-visible { outline: 3px solid #000 } button, .field { min-height: 44px }
    .strip { position: fixed; inset: 0 0 auto }
    </style><a href="#main">К содержанию</a><main id="main" tabindex="-1"><h1>Проба</h1>
    <p>Слова и <a href="/one">ссылка</a> среди слов</p><p><label>Имя <input class="field"></label></p>
    <details><summary class="field">Подробнее</summary><button>Внутри</button></details>
    <button id="last">Дальше</button></main>
    <script>document.querySelector("details").addEventListener("keydown", ({ key, currentTarget }) => {
      if (key === "Escape") { currentTarget.open = false; currentTarget.firstChild.focus(); }
    });</script></html>"""
BAD = {
    "skip": ('href="#main"', 'href="/elsewhere"'),
    "order": ('id="last"', 'id="last" tabindex="1"'),
    "order by look": ('id="last"', 'id="last" style="position: absolute; top: 60px; left: 0"'),
    "unreached": ('id="last"', 'id="last" tabindex="-1"'),
    "unreached by a script": ("<h1>Проба", '<h1 onclick="alert()">Проба'),
    "trap": ('id="last"', 'id="last" onkeydown="event.preventDefault()"'),
    "focus": ("outline: 3px solid #000", "outline: 0"),
    "focus hardly to be seen": ("outline: 3px solid #000", "outline: 3px solid #eee"),
    "covered": ("<h1>", '<p class="strip" style="height: 100vh; background: #fff">Лента</p><h1>'),
    "name": ("Имя <input", "<input"),
    "sideways": ("<h1>", '<h1 style="width: 700px">'),
    "cut": ("<h1>", '<h1 style="width: 30px; overflow: hidden">'),
    "small": ("button, .field { min-height: 44px }", "button { min-height: 44px }"),
    "escape": ("currentTarget.open = false", "currentTarget.open = true"),
    "escape without the way back": ("currentTarget.firstChild.focus()", "document.activeElement.blur()"),
}


def _faults(page: Page, text: str) -> set[str]:
    page.set_content(text)
    return {fault.partition(":")[0] for fault in Keyboard(page).faults()}


def test_a_page_without_a_fault_has_none(page: Page):
    assert _faults(page, GOOD) == set()


@pytest.mark.parametrize("fault", BAD)
def test_a_page_made_bad_on_purpose_is_found(page: Page, fault: str):
    was, becomes = BAD[fault]
    assert was in GOOD
    assert fault.partition(" ")[0] in _faults(page, GOOD.replace(was, becomes))
