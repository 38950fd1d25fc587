"""Descriptions are Markdown, drawn for everybody: what could act or mislead is taken out."""

from __future__ import annotations

import html
import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote"}
SCHEMES = {"http", "https", "mailto"}
_READER = MarkdownIt("commonmark", {"html": False})
_ENDS_LINE = re.compile(r"</(?:p|li|h[1-6]|blockquote)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")
_PAGE_HEADING = re.compile(r"(</?)h[12]>")


def rich_text(text: str) -> Markup:
    """Return Markdown as safe HTML; headings begin below those of the page, links name nobody as their referrer."""
    drawn = _PAGE_HEADING.sub(r"\1h3>", _READER.render(text))
    safe = nh3.clean(drawn, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="noopener nofollow")
    return Markup(safe)  # noqa: S704 - cleaned


def plain_text(text: str) -> str:
    """Return the words of Markdown alone, for calendars of telephones."""
    bare = html.unescape(_TAG.sub("", _ENDS_LINE.sub("\n", _READER.render(text))))
    return "\n".join(line for part in bare.splitlines() if (line := part.strip()))
