"""Takes the README's picture from a fresh demo: a survey page on a phone beside the teacher's page of the class.

`make screenshot`, or python docs/screenshot.py. The demo's seed and its clock are fixed, so only a change of the pages
changes the picture.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from pathlib import Path

import time_machine
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests" / "kit"))

from orientir_testkit.browsers import find_chromium, follow, launched, served, sign_in_by_form  # noqa: E402 - needs the path
from orientir_testkit.cast import SCHOOL_DAY, TIMEZONE  # noqa: E402

from orientir import migrate  # noqa: E402
from orientir.app import create_app  # noqa: E402
from orientir.codes.digits import grouped  # noqa: E402
from orientir.config import Config  # noqa: E402
from orientir.db import begin_writing, db  # noqa: E402
from orientir.demo import PASSWORD, SHOWCASE, build_demo  # noqa: E402
from orientir.organisations.models import Organisation, SchoolClass  # noqa: E402
from orientir.questionnaires import Draft, document_at, save_draft  # noqa: E402
from orientir_plans import sittings  # noqa: E402
from orientir_plans.demo_answers import made_up_answers  # noqa: E402
from orientir_plans.models import Wave  # noqa: E402
from orientir_plans.queries import unused_slips  # noqa: E402
from orientir_plans.services import codes_of  # noqa: E402

PICTURE = CHECKOUT / "docs" / "screenshot.png"
DESK, PHONE = ViewportSize(width=1060, height=760), ViewportSize(width=360, height=760)
MARGIN, CORNER = 40, 14
GROUND, EDGE = "#dfe9ea", "#a9bfc2"
COLOURS = 128
ANSWERED = 19


def main() -> None:
    """Write docs/screenshot.png."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("docs/screenshot.py: no Chromium is installed")
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(SCHOOL_DAY):
        app = create_app(Config(data_dir=Path(folder)))
        with app.app_context():
            class_page, code = _prepare(app)
        with served(app) as address, launched(chromium) as browser:
            desk = _class_page(_open(browser, address, DESK), class_page)
            phone = _survey_page(_open(browser, address, PHONE), code)
    _side_by_side(desk, phone).quantize(COLOURS).save(PICTURE, optimize=True)
    sys.stdout.write(f"{PICTURE.relative_to(CHECKOUT)}: {PICTURE.stat().st_size / 1024:.0f} KB\n")


def _prepare(app: Flask) -> tuple[str, str]:
    """Make the demo, let most of the showcase class answer; return the path of its page and a code left over."""
    migrate.upgrade(app)
    begin_writing()
    build_demo(seed=38)
    wave = db.session.scalars(select(Wave)).one()
    slips = unused_slips(wave, _showcase_class())
    codes = codes_of(slips)
    answers = made_up_answers(document_at(wave.version_id), random.Random(38))[9][0]  # noqa: S311 - repeatable
    for slip, code in zip(slips[:ANSWERED], codes, strict=False):
        draft = Draft(answers=answers)
        save_draft(code, draft, expires_on=wave.closes_on)
        sittings.send(slip.id, code, draft.send_id)
    db.session.commit()
    return f"/plans/{wave.id}/classes/{slips[0].class_id}", codes[-1]


def _showcase_class() -> int:
    wanted = select(SchoolClass.id).join(Organisation).where(Organisation.name == SHOWCASE, SchoolClass.grade == 9)
    return db.session.scalars(wanted.where(SchoolClass.letter == "А")).one()


def _open(browser: Browser, address: str, size: ViewportSize) -> Page:
    page = browser.new_page(base_url=address, viewport=size, locale="ru-RU", timezone_id=TIMEZONE)
    page.clock.set_fixed_time(SCHOOL_DAY)
    return page


def _class_page(page: Page, path: str) -> Image.Image:
    sign_in_by_form(page, "teacher@demo.example", PASSWORD)
    page.goto(path)
    return _taken(page)


def _survey_page(page: Page, code: str) -> Image.Image:
    page.goto("/")
    page.get_by_label("Введите код").fill(grouped(code))
    for name in ("Продолжить", "Начать"):
        follow(page.get_by_role("button", name=name))
    with page.expect_response(lambda answer: answer.status == 204):
        page.get_by_label("поступлю в колледж или техникум в своём городе").check()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    return _taken(page)


def _taken(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def _side_by_side(*shots: Image.Image) -> Image.Image:
    width = MARGIN + sum(shot.width + MARGIN for shot in shots)
    canvas = Image.new("RGB", (width, max(shot.height for shot in shots) + 2 * MARGIN), GROUND)
    draw, left = ImageDraw.Draw(canvas), MARGIN
    for shot in shots:
        mask = Image.new("L", shot.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, shot.width - 1, shot.height - 1), CORNER, fill=255)
        canvas.paste(shot, (left, MARGIN), mask)
        draw.rounded_rectangle((left, MARGIN, left + shot.width - 1, MARGIN + shot.height - 1), CORNER, outline=EDGE)
        left += shot.width + MARGIN
    return canvas


if __name__ == "__main__":
    main()
