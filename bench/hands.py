"""How long hands take: a scripted person at a running demo (`make run`), python bench/hands.py [address].

Keys and presses are counted and turned into seconds by the keystroke-level model (Card, Moran, Newell 1980): a key of a
slow typist 0.28 s, to point and press 1.3 s, to make up one's mind at a field 1.35 s. What the machine took is added.
It leaves a card of a trial and a booking behind, and wants a demo in which that class is not booked yet.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))

from orientir_testkit.browsers import find_chromium, follow, launched, sign_in_by_form

from orientir.demo import PASSWORD

KEY, PRESS, MIND = 0.28, 1.3, 1.35  # seconds
MONDAY = 0


class Hands:
    """Does what a person does with one page and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = self.presses = self.fields = 0
        self.began = time.monotonic()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.keys, self.presses, self.fields = self.keys + len(text), self.presses + 1, self.fields + 1

    def choose(self, label: str, title: str) -> None:
        self.page.get_by_label(label).first.select_option(label=title)
        self.presses, self.fields = self.presses + 2, self.fields + 1

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).first.check()
        self.presses += 1

    def press(self, name: str, role: str = "button") -> None:
        follow(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]  # «link» or «button»
        self.presses += 1

    def said(self, what: str) -> str:
        machine = time.monotonic() - self.began
        hands = self.keys * KEY + self.presses * PRESS + self.fields * MIND
        counted = f"{self.fields} fields, {self.presses} presses, {self.keys} keys"
        return f"{what}: {counted}, machine {machine:.1f} s, all in all {hands + machine:.0f} s\n"


def publish_six(page: Page) -> str:
    """Write a new card, add six dates in one step and send it into the register."""
    page.goto("/trials/cards")
    hands, monday = Hands(page), _next(MONDAY)
    hands.press("Новая карточка", "link")
    hands.fill("Название пробы", "Токарь: деталь за час")
    hands.choose("Область", "машиностроение, авиастроение")
    hands.fill("Адрес и кабинет", f"Лесная, 5, цех {time.time():.0f}")
    hands.press("Дальше: сеансы")
    hands.fill("Первый день", monday.isoformat())
    hands.fill("Последний день", (monday + timedelta(4)).isoformat())
    for day in ("понедельник", "среда", "пятница"):
        hands.tick(day)
    hands.fill("Во сколько начинаются", "10:00, 14:30")
    hands.press("Добавить")
    hands.press("Отправить в реестр")
    page.get_by_text("Проба в реестре").wait_for()
    return hands.said("six dates of a new card")


def book_class(page: Page) -> str:
    """Find a trial with room for all, choose the class and book 27."""
    page.goto("/trials/")
    hands = Hands(page)
    hands.press("Диспетчер движения", "link")
    hands.press("Записать класс", "link")
    hands.press("9«А»", "link")
    hands.tick("весь класс")
    hands.fill("Из них с ОВЗ", "2")
    hands.fill("Кто поедет с детьми", "Иванова Анна")
    hands.fill("Телефон сопровождающего", "89140001122")
    hands.tick("Согласия родителей собраны")
    hands.press("Записать класс")
    page.get_by_text("Записано: 27").wait_for()
    return hands.said("a class of 27")


def main(address: str = "http://127.0.0.1:8000") -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("bench/hands.py: no Chromium is installed")
    with launched(chromium) as browser:
        for who, work in (("organiser", publish_six), ("teacher", book_class)):
            page = browser.new_page(base_url=address)
            sign_in_by_form(page, f"{who}@demo.example", PASSWORD)
            sys.stdout.write(work(page))


def _next(weekday: int) -> date:
    """Return that day of the week after next."""
    today = date.today()  # noqa: DTZ011 - the demo stands on this machine
    return today + timedelta(14 - today.weekday() + weekday)


if __name__ == "__main__":
    main(*sys.argv[1:])
