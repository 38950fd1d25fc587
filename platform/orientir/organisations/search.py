"""Names and words as they are sorted and looked for, alike on every engine.

PostgreSQL has a Russian dictionary and SQLite has none; so that both find the same, words are looked for without their
endings (`docs/decisions/0025-words-in-all-their-forms.md`).
"""

from __future__ import annotations

import re

from orientir.db import fold

NUMBER_WIDTH = 6
KEY_LIMIT = 800
# Endings of nouns and adjectives in all cases; the longest goes that leaves four letters: «вод» would find «завод».
INFLECTED = re.compile(
    "(.{4,}?)(?:иями|ьями|ями|ами|иях|ьях|ях|ах|иям|ьям|ям|ам|ием|ьем|ем|ом|ией|ей|ой|ий|ый|ое|ее|ая|яя|ую|юю|ого|его"
    "|ому|ему|ыми|ими|ых|их|ым|им|ия|ья|ие|ье|ии|ьи|ию|ью|иев|ьев|ов|ев|а|я|о|е|и|ы|у|ю|ь|й)"
)


def search_key(*names: str) -> str:
    """Return the names folded, with numbers padded: «Школа № 3» comes before «Школа № 12» and is not found by «13».

    A name of many numbers grows by the padding, so the key is cut to what its column holds.
    """
    return fold(_pad_numbers(" ".join(names).replace("№", " ")))[:KEY_LIMIT]


def search_words(typed: str) -> list[str]:
    """Return what a name must contain, word by word, to answer the question «школа №3» or «ШКОЛА 3»."""
    printable = "".join(sign if sign.isprintable() else " " for sign in typed[:100])
    return search_key(printable).split()


def search_stems(typed: str) -> list[str]:
    """Return what a text must contain to answer a question in any form: «экскурсии» asks for «экскурс»."""
    return [_stem(word) for word in search_words(typed)]


def _stem(word: str) -> str:
    """Return the word without its ending: always a beginning of it, so nothing is lost that holds the word itself."""
    inflected = INFLECTED.fullmatch(word)
    return inflected[1] if inflected else word


def _pad_numbers(text: str) -> str:
    return re.sub(r"[0-9]+", lambda number: number[0].zfill(NUMBER_WIDTH), text)
