"""Fetch a platform page, a static file and a plugin's page from a server that is just starting.

Arguments: the address of the site, and the file with what `orientir demo` printed (the plugin's page wants a login).
"""

from __future__ import annotations

import re
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

PATIENCE_SECONDS = 120
BROWSER = build_opener(HTTPCookieProcessor(CookieJar()))


def fetch(url: str, form: dict[str, str] | None = None) -> str:
    with BROWSER.open(url, urlencode(form).encode() if form else None, timeout=PATIENCE_SECONDS) as answer:
        text: str = answer.read().decode()
        sys.stdout.write(f"{answer.status} {len(text):>7} {answer.geturl()}\n")
    return text


def wait_for(url: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fetch(url)
        except (URLError, ConnectionError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.25)
        else:
            return


def find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"nothing looks like {pattern} in:\n{text[:2000]}")
    return found[1]


def main(site: str, demo: str) -> None:
    wait_for(f"{site}/healthz")
    home = fetch(f"{site}/")
    find("(ДЕМО)", home)
    find("(@media print)", fetch(site + find(r'href="(/static/orientir\.css\?v=\w+)"', home)))
    token = find(r'name="csrf_token"[^>]*value="([^"]+)"', fetch(f"{site}/login"))
    login = {"email": find(r"(operator@\S+)", demo), "password": find(r"Пароль у всех один: (\S+)", demo)}
    find("(mast-exit)", fetch(f"{site}/login", {**login, "csrf_token": token}))
    plugin = fetch(f"{site}/plans/")
    find("(<h1)", plugin)
    if "/login" in find(r"(<main[\s\S]*?</main>)", plugin):
        sys.exit("the plugin's page asks for a login again")


main(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8"))
