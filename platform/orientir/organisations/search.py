"""Names as they are sorted and looked for, alike on every engine."""

from __future__ import annotations

import re

from orientir.db import fold

NUMBER_WIDTH = 6
KEY_LIMIT = 800


def search_key(*names: str) -> str:
    """Return the names folded, with numbers padded: «Школа № 3» comes before «Школа № 12» and is not found by «13».

    A name of many numbers grows by the padding, so the key is cut to what its column holds.
    """
    return fold(_pad_numbers(" ".join(names).replace("№", " ")))[:KEY_LIMIT]


def search_words(typed: str) -> list[str]:
    """Return what a name must contain, word by word, to answer the question «школа №3» or «ШКОЛА 3»."""
    printable = "".join(sign if sign.isprintable() else " " for sign in typed[:100])
    return search_key(printable).split()


def _pad_numbers(text: str) -> str:
    return re.sub(r"[0-9]+", lambda number: number[0].zfill(NUMBER_WIDTH), text)
