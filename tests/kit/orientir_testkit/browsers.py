"""A real server on the loopback and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright
from waitress.server import create_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
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
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    """Start a headless Chromium."""
    # Chromium's own sandbox does not work for root, which is who CI is.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


def sign_in_by_form(page: Page, email: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("main form button[type=submit], main form button:not([type])")


def follow(control: Locator) -> None:
    """Press a link or button that leads to another page and wait until that page has loaded.

    A bare click returns as soon as the browser is told to go: a look right after it sees the old page, or none.
    """
    with control.page.expect_navigation():
        control.click()
