"""The door on a phone: a camera that sees a ticket, a typed code, the list, a class; with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import qrcode
from orientir_testkit.browsers import PATIENCE, find_chromium, follow, open_page
from orientir_testkit.cast import Cast, make_organisation, make_user
from orientir_testkit.occasions import fair_plugin, make_slot
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect

from orientir.accounts.roles import Role
from orientir.bookings import doors, services
from orientir.bookings.models import Booking, Slot
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Wish
from orientir.codes.digits import grouped
from orientir.db import begin_writing, db
from orientir.organisations.models import OrganisationKind
from orientir.students import services as students
from orientir.students.queries import numbers_of

WIDTH, HEIGHT = 640, 480
# A phone that reads QR by itself, looks at a ticket and counts how often.
OWN_READER = """
window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() {
        document.documentElement.dataset.looks = 1 + Number(document.documentElement.dataset.looks ?? 0);
        return Promise.resolve([{ rawValue: "TEXT" }]);
    }
};
const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d");
setInterval(() => pen.fillRect(0, 0, Math.random() * 9, 9), 100);
navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(10));
"""
SIX_OR_MORE = re.compile("^([6-9]|..+)$")


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": fair_plugin()}


@pytest.fixture
def config(config):
    return replace(config, plugins=())


@pytest.fixture
def slot(cast: Cast) -> Slot:
    college = make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE)
    return make_slot(college, starts=1.5, capacity=60, advice=())


@pytest.fixture
def own(cast: Cast, slot: Slot) -> Booking:
    """A student of the class with a ticket; the class itself and the neighbours come too."""
    students.open_numbers(cast.school_class, 27, actor=None)
    numbers = numbers_of(cast.school_class.id)
    db.session.commit()
    begin_writing()
    wishes = [
        Wish(cast.school_class.id, (numbers[6].id,), own=True),
        Wish(cast.school_class.id, tuple(one.id for one in numbers[10:20])),
        Wish(cast.neighbour_class.id, people=18, ovz=2),
    ]
    made = [services.book(slot.id, wish, request=f"r{turn}", actor=None) for turn, wish in enumerate(wishes)]
    db.session.commit()
    return made[0]


@pytest.fixture
def pin(slot: Slot) -> str:
    begin_writing()
    made = doors.open_door(slot, "Вход Б", actor=None)
    db.session.commit()
    return doors.door_digits(made)


def come_to_the_door(page: Page, pin: str) -> None:
    page.goto("/")
    page.get_by_label("Введите код").fill(grouped(pin))
    follow(page.get_by_role("button", name="Продолжить"))
    page.get_by_label("Как назвать телефон").fill("Аня")
    follow(page.get_by_role("button", name="Начать отмечать"))
    expect(page.get_by_role("navigation", name="Как отметить")).to_be_visible()


def type_ticket(page: Page, code: str, press: Callable[[Locator], None] = Locator.click) -> None:
    press(page.get_by_role("link", name="Код", exact=True))
    page.get_by_label("Код с билета").fill(grouped(code))
    press(page.get_by_role("button", name="Отметить", exact=True))


def film_of(text: str, path: Path) -> Path:
    """Write a film of one picture: a ticket held before the lens, as Y4M."""
    made = qrcode.QRCode(border=4, box_size=9)
    made.add_data(text)
    made.make(fit=True)
    rows = made.get_matrix()
    size = 9 * len(rows)
    left, top = (WIDTH - size) // 2, (HEIGHT - size) // 2
    grey = bytearray(b"\xb0" * (WIDTH * HEIGHT))
    for line in range(size):
        bright = b"".join((b"\x18" if dark else b"\xe0") * 9 for dark in rows[line // 9])
        start = (top + line) * WIDTH + left
        grey[start : start + size] = bright
    frame = b"FRAME\n" + bytes(grey) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return path


@pytest.fixture
def filming(browser: Browser, live: str, unawaited: list[str], tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Return a page of a phone whose camera, allowed once before, sees a QR of this text."""
    opened: list[Browser] = []

    def film(text: str) -> Page:
        path = film_of(text, tmp_path / "film.y4m")
        fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        arguments = ["--no-sandbox", *fake, f"--use-file-for-fake-video-capture={path}"]
        phone = browser.browser_type.launch(executable_path=find_chromium(), args=arguments, timeout=PATIENCE)
        opened.append(phone)
        return open_page(phone, live, unawaited, permissions=["camera"])

    yield film
    for one in opened:
        one.close()


def test_a_camera_that_sees_a_ticket_marks_it(filming, watch, own: Booking, pin: str):
    page = watch(filming(f"https://orientir.example.ru/k/{ticket_digits(own)}"))
    come_to_the_door(page, pin)
    verdict = page.locator(".verdict[data-tone=ok]")
    expect(verdict).to_contain_text("Принят")
    expect(verdict).to_contain_text("9«А»")
    expect(page.locator("[data-came]")).to_have_text("1")
    expect(page.locator(".verdict[data-tone=again]")).to_have_count(0)


def test_a_browser_that_reads_by_itself_sends_no_picture(new_page, own: Booking, pin: str):
    page = new_page()
    text = f"https://orientir.example.ru/k/{ticket_digits(own)}"
    page.add_init_script(OWN_READER.replace("TEXT", text))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    come_to_the_door(page, pin)
    page.get_by_role("button", name="Включить камеру").click()
    expect(page.locator(".verdict[data-tone=ok]")).to_contain_text("Принят")
    expect(page.locator("html")).to_have_attribute("data-looks", SIX_OR_MORE)  # the ticket stays before the lens
    expect(page.locator(".verdict[data-tone=ok]")).to_contain_text("Принят")
    assert [url for url in sent if "/door/frame" in url] == []
    assert len([url for url in sent if url.endswith("/door/read")]) == 1  # and is not read anew


@pytest.mark.parametrize("scripts", [True, False])
def test_code_list_class_and_undo(new_page: Callable[..., Page], own: Booking, pin: str, scripts: bool):
    page = new_page(java_script_enabled=scripts)
    press = Locator.click if scripts else follow
    code = ticket_digits(own)
    come_to_the_door(page, pin)
    type_ticket(page, code, press)
    expect(page.locator(".verdict")).to_contain_text("Принят")
    type_ticket(page, code, press)
    expect(page.locator(".verdict")).to_contain_text("Уже отмечен")
    expect(page.locator(".verdict")).to_contain_text("«Вход Б»")
    press(page.get_by_role("link", name="Список"))
    press(page.get_by_role("button", name="Снять отметку"))
    expect(page.locator(".verdict")).to_contain_text("Отметка снята")
    press(page.get_by_role("button", name="Отметить 9«А», № 7"))
    expect(page.locator(".verdict")).to_contain_text("Принят")
    press(page.get_by_role("link", name="Класс", exact=True))
    page.locator("summary", has_text="9«Б»").click()
    page.get_by_label("Пришли").fill("17")
    press(page.get_by_role("button", name="Отметить класс").last)
    expect(page.locator(".verdict")).to_contain_text("17 человек")
    expect(page.locator("[data-came]")).to_have_text("18")


def test_a_lost_line_is_told_and_the_repeat_is_the_same_reading(new_page, own: Booking, pin: str):
    page = new_page()
    come_to_the_door(page, pin)
    page.route("**/door/read", lambda route: (route.fetch(), route.abort())[1])  # heard, but the answer is lost
    type_ticket(page, ticket_digits(own))
    expect(page.locator(".verdict")).to_contain_text("Нет связи")
    page.unroute("**/door/read")
    type_ticket(page, ticket_digits(own))
    expect(page.locator(".verdict")).to_contain_text("Принят")


def test_figures_that_were_overtaken_are_not_shown(new_page, own: Booking, pin: str):
    page = new_page()
    come_to_the_door(page, pin)
    held: list[tuple[Route, APIResponse]] = []

    def overtake(route: Route) -> None:
        answer = route.fetch()
        if not held:
            held.append((route, answer))
        else:
            route.fulfill(response=answer)

    page.route("**/door", overtake)
    tally = page.locator("[data-tally]")
    for word in ("Принят", "Уже"):
        type_ticket(page, ticket_digits(own))
        expect(page.locator(".verdict")).to_contain_text(word)
    expect(tally).to_contain_text("Прочитано на этом входе: 2")
    route, answer = held[0]
    with page.expect_response("**/door"):
        route.fulfill(response=answer)
    page.evaluate("() => new Promise((done) => setTimeout(done))")  # the old answer has been looked at
    expect(tally).to_contain_text("Прочитано на этом входе: 2")


def test_the_door_can_be_read_by_everybody(new_page, look, own: Booking, pin: str):
    page = new_page(reduced_motion="reduce")
    seen = look(page)
    page.goto("/")
    page.get_by_label("Введите код").fill(grouped(pin))
    follow(page.get_by_role("button", name="Продолжить"))
    seen.at("name")
    come_to_the_door(page, pin)
    seen.at("camera")
    type_ticket(page, ticket_digits(own))
    expect(page.locator(".verdict")).to_contain_text("Принят")
    expect(page.locator("[data-tally]")).to_contain_text("Прочитано на этом входе: 1")  # all has been drawn anew
    seen.at("accepted")
    type_ticket(page, ticket_digits(own))
    expect(page.locator(".verdict")).to_contain_text("Уже")
    expect(page.locator("[data-tally]")).to_contain_text("Прочитано на этом входе: 2")
    for link, panel in (("Список", "list"), ("Класс", "class")):
        page.get_by_role("link", name=link, exact=True).click()
        expect(page.locator(f"[data-panel={panel}]")).to_be_visible()
        seen.at(panel)


def test_the_organisers_page_of_doors_can_be_read_by_everybody(signed_in, look, slot: Slot, pin: str):
    organiser = make_user(Role.ORGANISER, slot.organisation.scope)
    slot_id = slot.id
    db.session.commit()
    page = signed_in(organiser, reduced_motion="reduce")
    seen = look(page)
    page.goto(f"/slots/{slot_id}/doors")
    seen.at("doors")
    follow(page.get_by_role("link", name="Показать код"))
    seen.at("pin")
