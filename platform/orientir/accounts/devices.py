"""What a browser says it is, in the words people know: «Firefox, Windows». No version, no address: nothing to trace."""

from __future__ import annotations

import re

from orientir.i18n import LazyText, _l

# The first that fits wins: Edge and the others call themselves Chrome and Safari too.
BROWSERS: tuple[tuple[str, str | LazyText], ...] = (
    ("YaBrowser", _l("Яндекс Браузер")),
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chromium", "Chromium"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: tuple[tuple[str, str], ...] = (
    ("iPad", "iPad"),
    ("iPhone|iPod", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux|X11", "Linux"),
)
LONGEST = 400


def device_words(user_agent: str) -> str:
    """Return browser and system, as far as they are known; "" for a browser nobody knows."""
    text = user_agent[:LONGEST]
    found = (_first(BROWSERS, text), _first(SYSTEMS, text))
    return ", ".join(word for word in found if word)


def _first(known: tuple[tuple[str, str | LazyText], ...] | tuple[tuple[str, str], ...], text: str) -> str:
    return next((str(word) for pattern, word in known if re.search(rf"\b(?:{pattern})", text)), "")
