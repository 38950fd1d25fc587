"""What a page of a school says: whether our calendar stands in it, and its visible words as a digest.

A page is a stranger's megabyte: both parsers at hand (`html.parser`, nh3) need minutes for the worst ones, so it is
read by expressions that look at each sign a fixed number of times.
"""

from __future__ import annotations

import codecs
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from orientir.db import fold
from orientir_calendar.site_fetching import FetchedPage

# Encodings pages of schools are written in; the codecs of Python hold some that a stranger should not choose.
ENCODINGS = {"utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic", "utf-16"}
DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
HEAD = 4096  # bytes in which a page says its encoding
# What nobody sees: comments, and the insides of these.
_UNSEEN = re.compile(r"<!--|<(script|style|template|noscript|svg|textarea|title)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# A frame, a link, a feed for readers of news: each is a way to our calendar.
_LEADING = re.compile(r"<(?:a|area|link|iframe|frame)\s", re.IGNORECASE)
_ADDRESS = re.compile(r"""\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class PageReading:
    """Whether the calendar was found, and a digest of the words: numbers are left out, they count visitors."""

    found: bool
    digest: str


def read_page(page: FetchedPage, calendar: frozenset[str]) -> PageReading:
    """Read a page; `calendar` are the addresses of our calendar as `bare_address` writes them."""
    shown = _without_unseen(text_of(page))
    leads = {bare_address(html.unescape(one), page.url) for one in _addresses(shown)}
    words = " ".join(_LETTERS.findall(fold(html.unescape(_TAG.sub(" ", shown)))))
    return PageReading(not calendar.isdisjoint(leads), hashlib.sha256(words.encode()).hexdigest())


def bare_address(address: str, base: str = "") -> str:
    """Return host and path of an address, in which all ways to write it are one; "" for what is none."""
    try:
        parts = urlsplit(urljoin(base, address.strip().replace("webcal://", "https://", 1)))
        port = parts.port
    except ValueError:
        return ""
    usual = port in (None, 80, 443)
    return f"{parts.hostname or ''}{'' if usual else f':{port}'}{parts.path.rstrip('/')}"


def text_of(page: FetchedPage) -> str:
    """Return the page as text: by its mark of order, the header, its own word, else UTF-8 or windows-1251."""
    if page.body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return page.body.decode("utf-8-sig" if page.body.startswith(codecs.BOM_UTF8) else "utf-16", "replace")
    declared = DECLARED.search(page.body[:HEAD])
    said = (page.content_type.lower().partition("charset=")[2].strip("\"' ;"), declared[1].decode() if declared else "")
    for name in filter(None, map(_encoding, said)):
        return page.body.decode(name, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(page.body)  # a page cut in mid-letter is still UTF-8
    except UnicodeDecodeError:
        return page.body.decode("cp1251", "replace")


def _encoding(said: str) -> str:
    try:
        name = codecs.lookup(said).name if said else ""
    except LookupError:
        return ""
    return name if name in ENCODINGS else ""


def _without_unseen(text: str) -> str:
    """Return the page without its scripts, comments and the like; what never ends takes the rest with it."""
    parts, start = [], 0
    while begins := _UNSEEN.search(text, start):
        parts.append(text[start : begins.start()])
        ends = _end_of(begins[1] or "").search(text, begins.end())
        if ends is None:
            return " ".join(parts)
        start = ends.end()
    return " ".join([*parts, text[start:]])


@lru_cache
def _end_of(name: str) -> re.Pattern[str]:
    return re.compile(f"</{name}[^<>]*>" if name else "-->", re.IGNORECASE)


def _addresses(shown: str) -> Iterator[str]:
    for tag in _TAG.finditer(shown):
        if _LEADING.match(tag[0]):
            for found in _ADDRESS.findall(tag[0]):
                yield "".join(found)
