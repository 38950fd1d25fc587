"""Return addresses lead into our own site only."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.web.links import safe_target

HOME = "/home"
SITE = "https://orientir.example.org/login"


@pytest.mark.parametrize(
    "target", ["/", "/classes/12", "/coverage?year=2025&grade=9", "/поиск?q=школа", "/a//b", "/a?next=//b"]
)
def test_a_path_of_this_site_is_kept(target: str):
    assert safe_target(target, HOME) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
     "javascript:alert(1)", "evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "\x00//e",
     " //evil.example", "/\x1f/evil.example", "http:evil.example", "//[", "/\x7f\\evil"],
)  # fmt: skip
def test_everything_else_leads_home(target: str | None):
    assert safe_target(target, HOME) == HOME


@given(st.text(st.sampled_from("/\\:@.?#[]\t\n\r\x00 ehttpsvil\u00a0/"), max_size=12))
def test_a_browser_never_leaves_the_site(target: str):
    # Browsers drop tabs and line ends and read a backslash as a slash before they resolve an address.
    kept = safe_target(target, HOME)
    seen = "".join(sign for sign in kept if sign not in "\t\n\r").replace("\\", "/").strip()
    assert urlsplit(urljoin(SITE, seen)).netloc == "orientir.example.org"
