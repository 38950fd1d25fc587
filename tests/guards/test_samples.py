"""What the documentation shows runs, as it stands there; what it names is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

from orientir.config import Config

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLE = re.compile(r"<!-- sample: hello\.py -->\n```python\n(.*?)```", re.DOTALL)
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "tests").rglob("*.md")])
SAMPLES = ("README.md", "docs/hooks.md")


def _code(page: str) -> str:
    found = SAMPLE.search((CHECKOUT / page).read_text(encoding="utf-8"))
    assert found, f"{page} lost its sample"
    return found[1]


@pytest.fixture(params=SAMPLES)
def page(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def plugins(page: str) -> dict[str, object]:
    module = ModuleType("hello")
    exec(compile(_code(page), page, "exec"), module.__dict__)
    return {"hello": module}


def test_the_sample_plugin_has_a_page_with_an_access_rule(
    cast: Cast, client: FlaskClient, as_user: Callable[..., FlaskClient]
):
    assert client.get("/hello/").status_code == 302
    assert "Классный час" in as_user(cast.teacher).get("/hello/").text


@pytest.mark.parametrize("page", ["docs/hooks.md"], indirect=True)
def test_the_sample_plugin_stands_in_the_menu(cast: Cast, as_user: Callable[..., FlaskClient]):
    assert 'href="/hello/"' in as_user(cast.teacher).get("/").text


def test_the_readme_shows_a_plugin_of_about_twenty_lines():
    assert len(_code("README.md").splitlines()) <= 25


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_every_link_to_a_file_leads_somewhere(path: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not path.parent.joinpath(link).exists()] == []


def test_ci_runs_the_command_the_readme_names():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert "```\nmake test\n```" in readme
    assert re.search(r"^ORIENTIR_REQUIRE=\S+ make test\b", (CHECKOUT / ".ci" / "run").read_text(), re.MULTILINE)


def test_make_explains_every_command_the_readme_names():
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)", (CHECKOUT / "README.md").read_text(encoding="utf-8")))
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert named <= explained


def test_every_setting_is_explained():
    text = (CHECKOUT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(Config) if f"`{field.name}`" not in text] == []
