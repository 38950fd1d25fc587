"""Words of the screens: inside a page in the reader's language, outside of one in Russian."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, _l, plural
from orientir.web.formats import counted


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


def test_a_number_and_its_noun_stay_on_one_line():
    words = plural(5, "ученик|ученика|учеников")
    assert _("Пришли %(count)s %(people)s из %(all)s.", count=5, people=words, all=7) == "Пришли 5\xa0учеников из 7."
    assert _("Это %(name)s %(count)s", name="№", count=5) == "Это № 5"
    assert counted(1234, "ученик|ученика|учеников") == "1\xa0234\xa0ученика"


def test_a_number_and_its_noun_stay_on_one_line_in_a_template(app: Flask):
    source = '{{ _("%(count)s %(people)s — <b>%(name)s</b>", count=2, people=plural(2, "лист|листа"), name="<i>") }}'
    with app.test_request_context():
        assert render_template_string(source) == "2\xa0листа — <b>&lt;i&gt;</b>"
        assert render_template_string('{{ counted(2, "лист|листа") }}') == "2\xa0листа"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("С 1 мая по 31 октября, не короче 10 знаков", "С 1\xa0мая по 31\xa0октября, не короче 10\xa0знаков"),
        ("Найдено 5 и 11, WCAG 2.2 AA", "Найдено 5 и 11, WCAG 2.2 AA"),
    ],
)
def test_numbers_of_a_text_stay_with_their_words(app: Flask, text: str, said: str):
    assert _(text) == said
    with app.test_request_context():
        assert (_(text), str(_l(text)), render_template_string("{{ _(text) }}", text=text)) == (said,) * 3
        assert _("Не больше %(most)s знаков, %(title)s или", most=3, title="А") == "Не больше 3\xa0знаков, А или"
