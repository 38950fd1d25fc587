"""Pages load nothing from elsewhere: a school's network may know no other host, and nobody else learns who looks."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = (CHECKOUT / "templates", CHECKOUT / "static", *(CHECKOUT / "plugins").glob("*/templates"),
           *(CHECKOUT / "plugins").glob("*/static"))  # fmt: skip
FILES = [path for folder in FOLDERS for path in folder.rglob("*") if path.is_file()]
FOREIGN = re.compile(rb"""(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}[^\s"'<>)]*""", re.IGNORECASE)
# Names of vocabularies; nobody asks them for anything.
NAMESPACES = (b"http://www.w3.org/",)
INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|<script(?![^>]*(?:\bsrc=|\btype="application/ld\+json"))""",
    re.IGNORECASE,
)


def test_nothing_is_loaded_from_another_host():
    found = [(path.name, hit) for path in FILES for hit in FOREIGN.findall(path.read_bytes())]
    assert [(name, hit) for name, hit in found if not hit.startswith(NAMESPACES)] == []


def test_no_template_holds_what_the_content_policy_forbids():
    templates = [path for path in FILES if path.suffix == ".html"]
    assert [path.name for path in templates if INLINE.search(path.read_text(encoding="utf-8"))] == []
