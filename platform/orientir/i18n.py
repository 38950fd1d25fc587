"""Words of the screens: Russian is the source language, every visible string passes through here.

Plurals: one msgid holds the three Russian forms «ученик|ученика|учеников»; a translation holds as many forms as its
language has. The form is chosen by CLDR, so no compiled catalogue is needed for the source language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context
from flask_babel import get_babel, get_domain, get_locale, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LazyText: TypeAlias = LazyString

SOURCE_LOCALE = Locale.parse("ru")
KEPT = 4096  # texts; more than there are
ONE_SPEECH = "orientir.speech"
NBSP = "\N{NO-BREAK SPACE}"
COUNTS = "capacity|count|days|free|gap|hours|last|least|left|limit|minutes|most|total|year"
NUMBER_BEFORE_WORD = re.compile(rf"(\d|%\((?:{COUNTS})\)s) (?=[а-яё]{{2}})")
CLDR_ORDER = ("one", "few", "many", "other")


class Noun(str):
    """A word that stands after a number, as of `plural`: a text that names both keeps them on one line."""

    __slots__ = ()


def _(text: str, /, **values: object) -> str:
    """Return `text` in the reader's language; outside a request (command line, jobs) in Russian.

    `%(name)s` placeholders take `values`; without values the text is used as it is, so «80 %» is safe.
    """
    words = _words_of(_speech().catalogue, text) if has_request_context() else _tied(text)
    return _glued(words, values) % values if values else words


def _glued(words: str, values: Mapping[str, object]) -> str:
    """Return the text with each of its numbers tied to the noun that follows («%(count)s %(people)s»)."""
    for name, value in values.items():
        if isinstance(value, Noun):
            words = words.replace(f")s %({name})s", f")s{NBSP}%({name})s")
    return words


class Speech(NamedTuple):
    """A language, and its catalogue."""

    locale: Locale
    catalogue: NullTranslations


def _speech() -> Speech:
    """Return the reader's language, looked for once a page, or once at all where nobody chooses one."""
    found: Speech | None = current_app.extensions.get(ONE_SPEECH) or g.get("speech")
    if found is None:
        found = g.speech = Speech(get_locale() or SOURCE_LOCALE, get_domain().get_translations())
        if get_babel().locale_selector is None:
            current_app.extensions[ONE_SPEECH] = found
    return found


@lru_cache(maxsize=KEPT)
def _words_of(catalogue: NullTranslations, text: str) -> str:
    return _tied(str(catalogue.ugettext(text)))


@lru_cache(maxsize=KEPT)
def _tied(text: str) -> str:
    """Return the text with the numbers that stand in it tied to the word that follows («10 знаков», «31 октября»)."""
    return NUMBER_BEFORE_WORD.sub(rf"\1{NBSP}", text)


@lru_cache(maxsize=KEPT)
def _markup_of(catalogue: NullTranslations, text: str) -> Markup:
    return Markup(_words_of(catalogue, text))  # noqa: S704 - msgids are our own; values are escaped


def init_translations(app: Flask) -> None:
    """Give the templates of `app` their gettext, whose values are escaped."""

    def translated(text: str, /, **values: object) -> Markup:
        speech = app.extensions.get(ONE_SPEECH) or _speech()
        words = _markup_of(speech.catalogue, text)
        return Markup(_glued(words, values)) % values if values else words  # noqa: S704 - as above

    app.jinja_env.globals.update(_=translated, gettext=translated)


def _l(text: str) -> LazyText:
    """Return a string that is translated when it is shown, for constants made at import time."""
    return LazyString(_, text)


def current_locale() -> Locale:
    """Return the reader's locale, or Russian where nobody reads a page."""
    return _speech().locale if has_request_context() else SOURCE_LOCALE


def plural(count: int, forms: str) -> Noun:
    """Return the form of `forms` («ученик|ученика|учеников») that stands after `count`."""
    words = forms.split("|")
    category = current_locale().plural_form(count)
    return Noun(words[min(CLDR_ORDER.index(category) if category in CLDR_ORDER else len(words) - 1, len(words) - 1)])


__all__ = ["NBSP", "LazyText", "_", "_l", "current_locale", "init_translations", "lazy_gettext", "plural"]
