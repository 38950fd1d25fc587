"""The look as files: what old school computers can read, what a slow line can carry, icons that exist."""

import gzip
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
STATIC = CHECKOUT / "static"
TEMPLATES = [*(CHECKOUT / "templates").rglob("*.html"), *(CHECKOUT / "plugins").glob("*/templates/**/*.html")]
STYLE = re.sub(r"/\*.*?\*/", "", (STATIC / "orientir.css").read_text(encoding="utf-8"), flags=re.DOTALL)
SPRITE = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
KILOBYTE = 1024
# Leaves 24 of the 40 KB of a first visit to the page itself.
BUDGET = 16 * KILOBYTE


def _selectors() -> list[str]:
    return [one.strip() for one in re.findall(r"([^{};]+)\{", STYLE) if not one.strip().startswith("@")]


@pytest.mark.parametrize("word", ["!important", "light-dark(", "color-mix(", "@import", "url(", "http"])
def test_the_stylesheet_does_without(word: str):
    assert word not in STYLE


def test_the_stylesheet_selects_by_class_and_never_by_id():
    assert [selector for selector in _selectors() if re.search(r"#[a-z]", selector)] == []


def test_the_stylesheet_does_not_nest_rules():
    """Firefox ESR 115 and Chrome 109 of Windows 7 drop nested rules; only at-rules may hold others."""
    depth_of_rules = 0
    for head, brace in re.findall(r"([^{}]*)([{}])", STYLE):
        name = head.rpartition(";")[2].strip()
        if brace == "}":
            depth_of_rules = max(depth_of_rules - 1, 0)
        elif not name.startswith(("@layer", "@media", "@supports")):
            depth_of_rules += 1
            assert depth_of_rules == 1, name


def test_the_look_of_a_first_visit_fits_its_budget():
    names = ("orientir.css", "orientir.js", "draft.js", "icons.svg", "logo.svg")
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names) <= BUDGET


def test_every_icon_a_template_names_is_drawn():
    calls = re.compile(r"""(?:\bicon\(|before=|after=|sign=|status\("[^"]*", |empty\([^)]*\), )["']([a-z]+)["']""")
    named = {(path.name, icon) for path in TEMPLATES for icon in calls.findall(path.read_text(encoding="utf-8"))}
    assert {(name, icon) for name, icon in named if icon not in SPRITE} == set()


def test_no_template_styles_or_scripts_in_place():
    """The security policy would drop both in silence; what a search engine reads (JSON-LD) is no script to it."""
    forbidden = re.compile(r"""\sstyle=|\son[a-z]+=["']|<script(?![^>]*\s(?:src=|type="application/ld))|<style""")
    assert [path.name for path in TEMPLATES if forbidden.search(path.read_text(encoding="utf-8"))] == []
