"""A page gone through without a mouse, on a narrow screen and enlarged: what it hinders people in (WCAG 2.2).

Faults are lines «kind: what». Kinds: skip, order, unreached, trap, focus (it does not show), covered (2.4.11), name,
sideways and cut (1.4.10, 1.4.4), small (2.5.8 and the house's 44 points), escape.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import CDPSession, Page, ViewportSize

from orientir_testkit.browsers import PHONE

NARROW, DESK = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=900)
ENLARGED = ViewportSize(width=640, height=450)  # the desk at 200 %, on a screen of twice as many dots
TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
# A date has a stop for the day, the month, the year and its calendar, a time has as many; the page hears of none.
HIDDEN_STOPS = 4
# What takes focus by script alone: the content after the skip link, a summary of errors.
UNNAMED = {"RootWebArea", "main", "alert"}


class Keyboard:
    """A page in hand and the line to its browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.line: CDPSession = page.context.new_cdp_session(page)

    def faults(self, *, whole: bool = True) -> list[str]:
        """Return all that is wrong with the page that is open; not `whole`: Tab goes through its content only."""
        self.page.evaluate(_script())
        window = self.page.viewport_size
        # Under an open dialog the page is at rest: it is opened and left by keys where its opener is gone through.
        is_open = self.page.evaluate("Boolean(document.querySelector('dialog:modal'))")
        found = [] if is_open else [*self._at(DESK, "order"), *self.walk(whole=whole), *self._at(PHONE, "order")]
        found += [*self.nameless(), *self._at(PHONE, "targets"), *([] if is_open else self.stuck())]
        found += [*self._at(NARROW, "room"), *self._at(ENLARGED, "room")]
        if window:
            self.page.set_viewport_size(window)
        return found

    def walk(self, *, whole: bool) -> list[str]:
        """Press Tab from the first stop to beyond the last one."""
        expected = self.page.evaluate("whole => keyboard.begin(whole)", whole)
        dates = self.page.locator("input[type=date], input[type=time]").count()
        for _ in range(expected + 1 + HIDDEN_STOPS * dates):
            self.line.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **TAB})
        return list(self.page.evaluate("keyboard.end()"))

    def nameless(self) -> Iterator[str]:
        """Yield what takes focus and has no name, as the browser tells a screen reader."""
        for node in self.line.send("Accessibility.getFullAXTree")["nodes"]:
            traits = {trait["name"]: trait["value"].get("value") for trait in node.get("properties", ())}
            role = node.get("role", {}).get("value")
            if traits.get("focusable") and role not in UNNAMED and not node.get("name", {}).get("value", "").strip():
                one = self.line.send("DOM.getOuterHTML", {"backendNodeId": node["backendDOMNodeId"]})["outerHTML"]
                yield f"name: none on {one[:110]}"

    def stuck(self) -> Iterator[str]:
        """Yield what does not close by Escape, or loses the focus then."""
        for kind in ("fold", "opener"):
            for place in range(self.page.evaluate("kind => keyboard.count(kind)", kind)):
                if self.page.evaluate("([kind, place]) => keyboard.open(kind, place)", [kind, place]):
                    self.page.keyboard.press("Escape")
                    yield from self.page.evaluate("keyboard.closed()")

    def _at(self, screen: ViewportSize, question: str) -> list[str]:
        self.page.set_viewport_size(screen)
        return [f"{one} ({screen['width']} points)" for one in self.page.evaluate(f"keyboard.{question}()")]


@cache
def _script() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
