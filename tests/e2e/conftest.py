"""An open wave with slips for the cast's class, a student who answers as people do, and watched browsers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from orientir_testkit.browsers import follow, sign_in_by_form
from orientir_testkit.cast import PASSWORD, Cast
from orientir_testkit.keyboard import Keyboard
from playwright.sync_api import Browser, Locator, Page, Request, expect

from orientir.accounts.models import User
from orientir.codes.digits import grouped
from orientir.db import begin_writing, db
from orientir.questionnaires import Draft, document_at, save_draft
from orientir_plans.demo_answers import made_up_answers
from orientir_plans.models import Wave
from orientir_plans.queries import unused_slips
from orientir_plans.services import WavePlan, add_wave, codes_of, issue_slips, open_wave
from orientir_plans.versions import current_version

# Answers that open every branch of the ninth grade: a profession to name, a college to choose.
BRANCHES: Mapping[str, str] = {"P1_9": "col_reg", "P3": "rather", "P6": "few"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = [{}, {"theme": "dark"}, {"contrast": "black"}, {"contrast": "beige"}]  # black on white has no less contrast
NARROW = [{}, {"size": "huge", "spacing": "wide", "contrast": "white"}]
LONG_NAME = (
    "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа с углублённым изучением "
    "отдельных предметов имени Достопримечательногосударственнова»"
)
SET_VIEW = """(view) => {
    for (const name of ["theme", "contrast", "size", "spacing"]) delete document.documentElement.dataset[name];
    Object.assign(document.documentElement.dataset, view);
}"""


@pytest.fixture
def engine_name() -> str:
    """What a browser meets does not depend on the engine; the same pages are tested on both without one."""
    return "sqlite"


@pytest.fixture
def wave(cast: Cast) -> Wave:
    made = add_wave(cast.region, current_version(), WavePlan(date(2026, 5, 4), date(2026, 5, 22)), actor=None)
    open_wave(made, actor=None)
    db.session.commit()
    return made


@pytest.fixture
def codes(cast: Cast, wave: Wave) -> list[str]:
    """The digits of the 27 slips of the cast's class."""
    issue_slips(wave, cast.school_class, actor=cast.teacher.id)
    db.session.commit()
    return codes_of(unused_slips(wave, cast.school_class.id))


class Student:
    """Somebody with a phone and a slip."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, code: str) -> None:
        """Type the code into the one field of the front page."""
        self.page.goto("/")
        self.page.get_by_label("Введите код").fill(grouped(code))
        follow(self.page.get_by_role("button", name="Продолжить"))

    def begin(self) -> None:
        follow(self.page.locator("main").get_by_role("button"))
        expect(self.page.locator("form[data-draft]")).to_be_visible()

    def answer(self) -> None:
        """Answer every question of the page."""
        for question in self.page.locator("fieldset.question").all():
            self._answer(question)

    def turn(self, word: str = "Дальше") -> None:
        """Leave the page by its button; it comes again if there are gaps."""
        follow(self.page.get_by_role("button", name=word, exact=True))

    def answer_to_the_end(self) -> list[str]:
        """Answer page after page up to the review and return the titles that were met."""
        titles = []
        while self.page.url.rpartition("/")[2] != "review":
            assert len(titles) < 12, titles
            titles.append(self.page.locator("h1").inner_text())
            self.answer()
            self.turn()
            expect(self.page.locator("h1")).not_to_have_text(titles[-1])
        return titles

    def _answer(self, question: Locator) -> None:
        boxes = question.locator("input[type=radio], input[type=checkbox]")
        kinds = [(box.get_attribute("type"), box.get_attribute("name")) for box in boxes.all()]
        if question.locator(".scale").count():
            for row in question.locator(".scale").all():
                row.get_by_role("radio").nth(3).check()
        elif len(kinds) > 1:
            wish = BRANCHES.get(kinds[0][1] or "")
            (question.locator(f"input[value={wish}]") if wish else boxes.first).check()
        else:
            question.locator("input.input, textarea").first.fill("сварщик")


@pytest.fixture
def student(new_page: Callable[..., Page]) -> Callable[..., Student]:
    """Return a student with a browser of their own; options as of `new_page`."""
    return lambda **options: Student(new_page(**options))


@pytest.fixture
def complaints(live: str, browser: Browser) -> Iterator[list[str]]:
    """What watched pages complained about: console errors, broken scripts, requests to other hosts; must stay empty."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def watch(live: str, complaints: list[str]) -> Callable[[Page], Page]:
    """Return a page whose complaints fail the test."""

    def check_host(request: Request) -> None:
        if not request.url.startswith((live, "data:", "blob:")):
            complaints.append(f"another host: {request.url}")

    def watched(page: Page) -> Page:
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", check_host)
        return page

    return watched


@pytest.fixture
def signed_in(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a page of somebody who signed in by the form."""

    def open_page(user: User, **options: object) -> Page:
        email = user.email
        page = new_page(**options)
        sign_in_by_form(page, email, PASSWORD)
        return page

    return open_page


@pytest.fixture
def ready(wave: Wave) -> Callable[[str], None]:
    """Fill in the draft of a code to the end, as if the student had come to the review."""
    answers = made_up_answers(document_at(wave.version_id), random.Random(38))[9][0]
    last_day = wave.closes_on

    def fill(code: str) -> None:
        db.session.rollback()  # the browser has written since this session last read
        begin_writing()
        save_draft(code, Draft(answers=answers, section="last"), expires_on=last_day)
        db.session.commit()

    return fill


@dataclass(frozen=True)
class Look:
    """Looks at the page in hand and notes what is wrong with it."""

    page: Page
    notes: list[str]

    def at(self, what: str) -> None:
        self.page.wait_for_load_state()
        self._widths(what)
        self._axe(what)
        self.notes.extend(f"{what}: {fault}" for fault in Keyboard(self.page).faults(whole=False))

    def _widths(self, what: str) -> None:
        width = self.page.viewport_size["width"]
        self.page.set_viewport_size({"width": 320, "height": 640})
        for view in NARROW:
            self.page.evaluate(SET_VIEW, view)
            if (found := self.page.evaluate("document.documentElement.scrollWidth")) > 320:
                self.notes.append(f"{what} {view}: {found} points wide")
        self.page.set_viewport_size({"width": width, "height": 740})

    def _axe(self, what: str) -> None:
        self.page.evaluate(AXE_SCRIPT)
        for view in VIEWS:
            self.page.evaluate(SET_VIEW, view)
            run = f"axe.run({{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})"
            for found in self.page.evaluate(run)["violations"]:
                self.notes.append(f"{what} {view}: {found['id']} {found['nodes'][0]['html'][:120]}")
        self.page.evaluate(SET_VIEW, {})


@pytest.fixture
def look() -> Iterator[Callable[[Page], Look]]:
    """Return a look at a page; what was noted fails the test at its end, all at once."""
    notes: list[str] = []
    yield lambda page: Look(page, notes)
    assert notes == [], "\n".join(notes)


@pytest.fixture
def long_names(cast: Cast) -> None:
    cast.school.name = LONG_NAME
    db.session.commit()
