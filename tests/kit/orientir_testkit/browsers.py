"""A real server on the loopback and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Request, ViewportSize, sync_playwright
from waitress.server import create_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000  # milliseconds: it ends what hangs, and nothing that only goes slowly
PHONE = ViewportSize(width=360, height=740)


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` by waitress on a free loopback port and yield its address, «http://127.0.0.1:43210»."""
    server = create_server(app, listen="127.0.0.1:0", threads=4)

    def shut() -> None:
        for channel in list(server.active_channels.values()):
            channel.close()
        server.close()

    thread = Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The loop owns its sockets; closing them under it from here would be a race.
        server.trigger.pull_trigger(shut)
        thread.join(PATIENCE / 1000)
        server.task_dispatcher.shutdown(timeout=PATIENCE / 1000)


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    """Start a headless Chromium."""
    # Chromium's own sandbox does not work for root, which is who CI is.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments, timeout=PATIENCE)
        yield browser
        browser.close()


# To how many documents a page may go just now, because somebody waits for them.
_awaited: WeakKeyDictionary[Page, int] = WeakKeyDictionary()


@contextmanager
def awaiting(page: Page, documents: int = 1) -> Iterator[None]:
    """Let the page go to as many documents: what stands inside waits until the last of them has come."""
    _awaited[page] = documents
    try:
        yield
    finally:
        del _awaited[page]


def open_page(browser: Browser, address: str, unawaited: list[str], **options: Any) -> Page:
    """Return a page of a browser on a phone that has been nowhere; options as of `Browser.new_context`."""
    context = browser.new_context(**{"base_url": address, "locale": "ru-RU", "viewport": PHONE, **options})
    context.set_default_timeout(PATIENCE)
    return attend(context.new_page(), unawaited)


def attend(page: Page, unawaited: list[str]) -> Page:
    """Note each document the page goes to while nobody waits for it, as «POST http://127.0.0.1:43210/my».

    A press returns as soon as the browser is told to go. A look, a reading or another address right after it meets the
    old page, half of the new one or none, as the machine pleases; so that is refused even where it went well.
    """

    def note(request: Request) -> None:
        if not request.is_navigation_request() or request.frame != page.main_frame or request.redirected_from:
            return
        if left := _awaited.get(page, 0):
            _awaited[page] = left - 1
        else:
            unawaited.append(f"{request.method} {request.url}")

    page.on("request", note)
    for name in ("goto", "reload", "go_back"):
        setattr(page, name, _awaited_by_itself(page, getattr(page, name)))
    return page


def _awaited_by_itself(page: Page, act: Callable[..., Any]) -> Callable[..., Any]:
    def go(*args: Any, **options: Any) -> Any:
        with awaiting(page):
            return act(*args, **options)

    return go


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """Wait until what is done inside has led the page to another document, and that one has loaded with its scripts."""
    with awaiting(page), page.expect_navigation():
        yield


def follow(control: Locator) -> None:
    """Press a link or button that leads to another page and wait until that page has loaded."""
    with arriving(control.page):
        control.click()


def sign_in_by_form(page: Page, email: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    follow(page.locator("main").get_by_role("button", name="Войти", exact=True))
