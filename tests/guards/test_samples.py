"""The plugin shown in the documentation runs, as it stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLE = re.compile(r"<!-- sample: hello\.py -->\n```python\n(.*?)```", re.DOTALL)
PAGES = {name: (CHECKOUT / name).read_text(encoding="utf-8") for name in ("docs/hooks.md", "README.md")}


@pytest.fixture
def hello() -> ModuleType:
    found = SAMPLE.search(PAGES["docs/hooks.md"])
    assert found, "the page lost its sample"
    module = ModuleType("hello")
    exec(compile(found[1], "docs/hooks.md", "exec"), module.__dict__)
    return module


@pytest.fixture
def plugins(hello: ModuleType) -> dict[str, object]:
    return {"hello": hello}


def test_the_sample_plugin_has_a_page_with_an_access_rule(
    cast: Cast, client: FlaskClient, as_user: Callable[..., FlaskClient]
):
    assert client.get("/hello/").status_code == 302
    assert "Классный час" in as_user(cast.teacher).get("/hello/").text


def test_the_sample_plugin_stands_in_the_menu(cast: Cast, as_user: Callable[..., FlaskClient]):
    assert 'href="/hello/"' in as_user(cast.teacher).get("/").text


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGES[page])
    assert [link for link in links if not (CHECKOUT / page).parent.joinpath(link).exists()] == []
