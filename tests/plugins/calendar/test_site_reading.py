"""What counts as our calendar on a page of a school, in whatever encoding and by whatever hand it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir_calendar.site_fetching import FetchedPage
from orientir_calendar.site_reading import bare_address, read_page, text_of

HERE = "https://school3.example.org/prof/"
OWN = "https://orientir.example.org"
CALENDAR = frozenset(
    bare_address(OWN + path)
    for path in ("/calendar", "/calendar/embed", "/calendar/events.rss", "/calendar/feed/38.ics")
)


def page(text: str | bytes, content_type: str = "text/html; charset=utf-8") -> FetchedPage:
    return FetchedPage(HERE, text if isinstance(text, bytes) else text.encode(), content_type, "", False)


def found(text: str) -> bool:
    return read_page(page(text), CALENDAR).found


def digest(text: str) -> str:
    return read_page(page(text), CALENDAR).digest


@pytest.mark.parametrize(
    "text",
    [
        f'<iframe src="{OWN}/calendar/embed?place=3&amp;grade=9" title="Календарь"></iframe>',
        f"<a href='{OWN}/calendar'>Календарь</a>",
        f"<A HREF={OWN}/calendar/>Календарь</A>",
        f'<a class="x" target="_blank"\n  href = "{OWN}/calendar?view=month#top">Календарь</a>',
        f'<link rel="alternate" type="application/rss+xml" href="{OWN}/calendar/events.rss?region=38">',
        '<a href="webcal://orientir.example.org/calendar/feed/38.ics">Подписаться</a>',
        '<a href="//ORIENTIR.example.org/calendar">Календарь</a>',
        '<a href="http://orientir.example.org/calendar">Календарь</a>',
        f'<p>1 < 2 <a href="{OWN}/calendar">x',
        f'<script>var a = "<!--";</script><a href="{OWN}/calendar">x</a>',
    ],
)
def test_a_frame_a_link_and_a_feed_are_the_calendar(text: str):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>Здесь будет календарь профориентации</p>",
        f"<p>{OWN}/calendar</p>",
        f'<!-- <a href="{OWN}/calendar">x</a> -->',
        f"<script>'<a href=\"{OWN}/calendar\">'</script>",
        f'<textarea><a href="{OWN}/calendar">x</a></textarea>',
        f'<pre>&lt;a href="{OWN}/calendar"&gt;</pre>',
        f'<a href="{OWN}">Ориентир</a>',
        f'<a href="{OWN}/calendarium">x</a>',
        f'<a href="{OWN}:8443/calendar">x</a>',
        '<a href="https://orientir.example.org.evil.example/calendar">x</a>',
        '<a href="https://evil.example/?https://orientir.example.org/calendar">x</a>',
        '<a href="/calendar">Наш собственный календарь</a>',
        f'<img src="{OWN}/calendar">',
        f'<div data-href="{OWN}/calendar">x</div>',
        '<a href="http://[/calendar">x</a>',
    ],
)
def test_what_only_looks_so_is_not(text: str):
    assert not found(text)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Профориентация".encode("cp1251"), "text/html; charset=windows-1251"),
        ('<meta charset="windows-1251">Профориентация'.encode("cp1251"), "text/html"),
        ("<meta http-equiv=Content-Type content='text/html; charset=cp1251'>Профориентация".encode("cp1251"), ""),
        ("Профориентация".encode("cp1251"), ""),
        ("Профориентация".encode("cp1251"), "text/html; charset=unknown-8"),
        ("Профориентация".encode("koi8-r"), "text/html; charset=KOI8-R"),
        ("Профориентация".encode("utf-8-sig"), "text/html; charset=windows-1251"),
        ("Профориентация".encode("utf-16"), ""),
        ("Профориентация".encode(), 'text/html; charset="UTF-8"'),
        ("Профориентация".encode(), ""),
        ("Профориентация, ж".encode()[:-1], ""),
        ("Профориентация".encode(), "text/html; charset=unicode_escape"),
        ("Профориентация".encode(), "text/html; charset=zlib"),
    ],
)
def test_a_page_is_read_in_its_encoding(body: bytes, content_type: str):
    assert "Профориентация" in text_of(page(body, content_type))


def test_words_make_the_digest_and_nothing_else_does():
    before = "<p>Были на заводе</p>"
    for same in (
        '<p class="x">Были   на <b>ЗАВОДЕ</b></p>',
        "<p>Были на заводе</p><p>Посетителей: </p>".replace("Посетителей: ", "12 345"),
        "<style>p{}</style><p>Были на заводе</p><script>news()</script><!-- 14:05 -->",
    ):
        assert digest(same) == digest(before)
    assert digest("<p>Были на заводе и в музее</p>") != digest(before)


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_page_breaks_the_reader(body: bytes, content_type: str):
    assert len(read_page(page(body, content_type), CALENDAR).digest) == 64


@given(st.text(alphabet="<>!-/ahrefsc=\"' &#;:scriptiframe", max_size=200))
def test_no_knot_of_marks_breaks_the_reader(text: str):
    assert read_page(page(text), CALENDAR).found is False
