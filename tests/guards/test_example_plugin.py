"""A plugin from outside, installed as a package of its own, counts an activity the platform has never heard of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from orientir_testkit.cast import PASSWORD, Cast

SOURCE = Path(__file__).resolve().parents[1] / "example_plugin"

# Runs in a process of its own, in which the package is installed or not.
VISIT = """
import json, re, sys
from orientir.app import create_app

class Visitor:
    def __init__(self, app):
        self.browser = app.test_client()
    def post(self, url, page, **form):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.browser.get(page).text)[1]
        return self.browser.post(url, data={**form, "csrf_token": token})
    def look(self, url):
        answer = self.browser.get(url)
        return {"status": answer.status_code, "text": answer.text, "to": answer.headers.get("Location", "")}

told = json.loads(sys.argv[1])
visitor = Visitor(create_app())
if told["login"]:
    visitor.post("/login", "/login", **told["login"])
posted = [visitor.post(one["url"], one["url"], **one["form"]).status_code for one in told["posts"]]
print(json.dumps({"posted": posted, "seen": {url: visitor.look(url) for url in told["pages"]}}))
"""


@pytest.fixture(scope="module")
def site_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example installed by pip, from a built wheel."""
    folder = tmp_path_factory.mktemp("site-packages")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps",
               "--no-build-isolation", "--target", str(folder), str(SOURCE)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


class Site:
    """The platform in processes of its own, on this test's database."""

    def __init__(self, url: str, folder: Path, path: Path) -> None:
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("ORIENTIR_")} | {
            "ORIENTIR_DATABASE_URL": url,
            "ORIENTIR_DATA_DIR": str(folder),
            "ORIENTIR_SECRET_KEY": "a secret of this test and of nobody else",
            "ORIENTIR_PLUGINS": "plans,example",
            "PYTHONPATH": str(path),
        }

    def without_package(self) -> None:
        del self._environ["PYTHONPATH"]

    def switch_off(self) -> None:
        self._environ["ORIENTIR_PLUGINS"] = "plans"

    def command(self, *words: str) -> str:
        return self._run("-c", "from orientir.cli import main; main()", *words)

    def visit(self, *pages: str, login: str = "", posts: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Any]:
        credentials = {"email": login, "password": PASSWORD} if login else {}
        told = {"login": credentials, "posts": posts, "pages": pages}
        answers: dict[str, Any] = json.loads(self._run("-c", VISIT, json.dumps(told)).splitlines()[-1])
        return answers

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self._environ, cwd="/", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def site(cast: Cast, database_url: str, site_packages: Path, tmp_path: Path) -> Site:
    return Site(database_url, tmp_path, site_packages)


@pytest.fixture
def hold_hour(cast: Cast, site: Site) -> Callable[[], dict[str, Any]]:
    """Install the tables and have the teacher write one hour down."""

    def hold() -> dict[str, Any]:
        site.command("db", "upgrade")
        hour = {"class_id": cast.school_class.id, "held_on": "2026-05-14", "people": "25"}
        return site.visit("/example/", login=cast.teacher.email, posts=({"url": "/example/", "form": hour},))

    return hold


def test_it_keeps_its_own_page_and_counts_for_school_municipality_and_region(
    cast: Cast, site: Site, hold_hour: Callable[[], dict[str, Any]]
):
    outcome = hold_hour()
    assert outcome["posted"] == [303]
    assert "9«А»" in outcome["seen"]["/example/"]["text"]
    base = "/coverage/example.hour"
    pages = (
        f"{base}/regions/{cast.region.id}?year=2025",
        f"{base}/municipalities/{cast.municipality.id}?year=2025",
        f"{base}/organisations/{cast.school.id}?year=2025",
    )
    seen = site.visit(*pages, login=cast.operator.email)["seen"]
    assert [page for page in pages if "Классный час о профессиях" not in seen[page]["text"]] == []
    assert [page for page in pages if "25\N{NO-BREAK SPACE}из\N{NO-BREAK SPACE}" not in seen[page]["text"]] == []
    site.command("coverage", "verify")


def test_its_page_is_closed_to_strangers_and_other_roles(cast: Cast, site: Site):
    site.command("db", "upgrade")
    assert "/login" in site.visit("/example/")["seen"]["/example/"]["to"]
    assert site.visit("/example/", login=cast.observer.email)["seen"]["/example/"]["status"] == 403


def test_a_foreign_class_is_no_choice(cast: Cast, site: Site):
    site.command("db", "upgrade")
    hour = {"class_id": cast.neighbour_class.id, "held_on": "2026-05-14", "people": "20"}
    assert site.visit(login=cast.teacher.email, posts=({"url": "/example/", "form": hour},))["posted"] == [400]


def test_without_the_package_the_platform_runs_and_names_what_is_missing(
    cast: Cast, site: Site, hold_hour: Callable[[], dict[str, Any]]
):
    hold_hour()
    site.without_package()
    seen = site.visit("/", "/healthz", "/example/", login=cast.operator.email)["seen"]
    assert [seen[page]["status"] for page in ("/", "/healthz", "/example/")] == [200, 200, 404]
    assert json.loads(seen["/healthz"]["text"])["plugins"]["left_out"] == ["example"]
    assert "example" in site.command("plugins")
    site.command("db", "upgrade")


def test_switched_off_it_leaves_its_tables_and_downgrade_takes_them(
    cast: Cast, site: Site, hold_hour: Callable[[], dict[str, Any]]
):
    hold_hour()
    site.switch_off()
    site.command("db", "upgrade")
    assert site.visit("/example/", login=cast.teacher.email)["seen"]["/example/"]["status"] == 404
