"""The base of our forms: protected against forged posts, and Russian to the last built-in message."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.i18n import translations

from orientir.i18n import LazyText, _l

# WTForms' own Russian catalogue leaves these in English.
NOT_LISTED = _l("Такого варианта в списке нет. Выберите из показанных.")
WORDS: dict[str, LazyText] = {
    "Not a valid choice.": NOT_LISTED,
    "'%(value)s' is not a valid choice for this field.": NOT_LISTED,
    "Invalid Choice: could not coerce.": NOT_LISTED,
    "Invalid choice(s): one or more data inputs could not be coerced.": NOT_LISTED,
}


class Words:
    """Built-in messages: ours where the catalogue has none, the catalogue's otherwise."""

    def gettext(self, text: str) -> str:
        return str(WORDS[text]) if text in WORDS else str(translations.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(WORDS[one]) if one in WORDS else str(translations.ngettext(one, many, count))


class PageForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        def get_translations(self, form: object) -> Words:  # noqa: ARG002 - WTForms' signature
            return Words()
