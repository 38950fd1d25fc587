"""Words of the screens: inside a page in the reader's language, outside of one in Russian."""

from __future__ import annotations

import pytest
from flask import Flask

from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, _l, plural


def test_outside_of_a_page_it_speaks_russian():
    assert _("Цель %(percent)s %%", percent=80) == "Цель 80 %"
    assert _("Цель 80 %") == "Цель 80 %"


def test_inside_a_page_too(app: Flask):
    with app.test_request_context():
        assert _("Цель %(percent)s %%", percent=80) == "Цель 80 %"
        assert _("Цель 80 %") == "Цель 80 %"
        assert _("") == ""
        assert plural(2, "ученик|ученика|учеников") == "ученика"


def test_what_is_said_at_import_is_translated_when_it_is_shown():
    lazy = _l("Охват")
    assert str(lazy) == "Охват"
    assert f"{lazy}: 1" == "Охват: 1"


@pytest.mark.parametrize("text", ["100 %", "{}", "%s", "%(name)s", "«ёлочки»"])
def test_a_refusal_carries_any_text(text: str):
    assert str(InvalidInputError(text)) == text


def test_a_refusal_without_a_text_has_its_own():
    assert "изменились" in str(ConflictError())


def test_two_forms_do_for_a_language_that_has_two():
    assert plural(5, "day|days") == "days"
