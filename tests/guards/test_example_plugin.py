"""A plugin from outside, installed as a package of its own, counts an activity the platform has never heard of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from orientir_testkit.cast import PASSWORD, Cast
from sqlalchemy import inspect

from orientir.accounts.models import User
from orientir.db import db
from orientir.organisations.models import SchoolClass

SOURCE = Path(__file__).resolve().parents[1] / "example_plugin"

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

# Runs in a process of its own, in which the package is installed or not; starting one is what costs time here.
VISIT = """
import json, re, sys
from orientir import migrate
from orientir.app import create_app

def token(browser, page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).text)[1]

def visit(login, posts, pages):
    browser = app.test_client()
    for url, form in ([["/login", login]] if login else []) + posts:
        posted = browser.post(url, data={**form, "csrf_token": token(browser, url)}).status_code
        outcome["posted"].append(posted) if url != "/login" else None
    for url in pages:
        answer = browser.get(url)
        outcome["seen"][url] = {"status": answer.status_code, "text": answer.text, **answer.headers}

app = create_app()
with app.app_context():
    migrate.upgrade(app)
outcome = {"posted": [], "seen": {}}
for one in json.loads(sys.argv[1]):
    visit(**one)
print(json.dumps(outcome))
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

    def switch_on(self) -> None:
        self._environ["ORIENTIR_PLUGINS"] = "plans,example"

    def command(self, *words: str) -> str:
        return self._run("-c", "from orientir.cli import main; main()", *words)

    def visit(self, *visits: Mapping[str, Any]) -> dict[str, Any]:
        """Upgrade the tables, then let one browser after the other post forms and look at pages."""
        answers: dict[str, Any] = json.loads(self._run("-c", VISIT, json.dumps(visits)).splitlines()[-1])
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


def by(user: User | None, *pages: str, posts: tuple[tuple[str, Mapping[str, Any]], ...] = ()) -> Mapping[str, Any]:
    login = {"email": user.email, "password": PASSWORD} if user else {}
    return {"login": login, "posts": posts, "pages": pages}


def hour_of(user: User, school_class: SchoolClass) -> Mapping[str, Any]:
    form = {"class_id": school_class.id, "held_on": "2026-05-14", "people": "25"}
    return by(user, "/example/", posts=(("/example/", form),))


def test_it_keeps_its_own_page_and_counts_for_school_municipality_and_region(cast: Cast, site: Site):
    base = "/coverage/example.hour"
    pages = (
        f"{base}/region/{cast.region.id}?year=2025",
        f"{base}/municipality/{cast.municipality.id}?year=2025",
        f"{base}/organisation/{cast.school.id}?year=2025",
    )
    outcome = site.visit(hour_of(cast.teacher, cast.school_class), by(cast.operator, *pages))
    seen = {page: " ".join(one["text"].split()) for page, one in outcome["seen"].items()}
    assert outcome["posted"] == [303]
    assert "9«А»" in seen["/example/"]
    assert [page for page in pages if "Классный час о профессиях" not in seen[page]] == []
    assert [page for page in pages if not re.search(r"25\s(?:<[^>]*>)?из\s(?:27|47)", seen[page])] == []
    site.command("coverage", "verify")


@ON_SQLITE
def test_its_page_knows_who_may_write_where(cast: Cast, site: Site):
    foreign = hour_of(cast.teacher, cast.neighbour_class)
    outcome = site.visit(foreign, by(None, "/example/?nobody"), by(cast.observer, "/example/?observer"))
    assert outcome["posted"] == [400]
    assert "/login" in outcome["seen"]["/example/?nobody"]["Location"]
    assert outcome["seen"]["/example/?observer"]["status"] == 403


@ON_SQLITE
def test_without_the_package_the_platform_runs_and_names_what_is_missing(cast: Cast, site: Site):
    site.visit(hour_of(cast.teacher, cast.school_class))
    site.without_package()
    pages = ("/", "/healthz", "/coverage/", "/example/")
    seen = site.visit(by(cast.operator, *pages))["seen"]
    assert [seen[page]["status"] for page in pages] == [200, 200, 200, 404]
    assert json.loads(seen["/healthz"]["text"])["plugins"]["left_out"] == ["example"]
    site.command("coverage", "verify")


@ON_SQLITE
def test_its_tables_stay_when_it_is_switched_off_and_go_when_told(cast: Cast, site: Site):
    site.visit(hour_of(cast.teacher, cast.school_class))
    site.switch_off()
    assert site.visit(by(cast.teacher, "/example/"))["seen"]["/example/"]["status"] == 404
    assert "example_hour" in inspect(db.engine).get_table_names()
    site.switch_on()
    site.command("db", "downgrade", "example")
    assert "example_hour" not in inspect(db.engine).get_table_names()
