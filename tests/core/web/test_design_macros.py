"""The parts pages are made of: every state said in words, every error tied to its field."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from wtforms import Form, StringField

from orientir.app import create_app
from orientir.config import Config
from orientir.coverage.shares import Share

Render = Callable[..., str]


@pytest.fixture(scope="module")
def drawing_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("look")
    return create_app(Config(env="testing", database_url="sqlite://", data_dir=folder, plugins=()))


@pytest.fixture
def render(drawing_app: Flask) -> Iterator[Render]:
    with drawing_app.test_request_context():
        yield lambda source, **words: render_template_string(source, **words).replace("\N{NO-BREAK SPACE}", " ")


def _heat(render: Render, share: Share) -> str:
    return render('{% from "macros/figures.html" import heat %}{{ heat(share) }}', share=share)


TARGET = Fraction(8, 10)
STATES = [
    (Share(80, 100, TARGET), "tone-good", "80,0 %", "достигнуто", "80 из 100"),
    (Share(72, 100, TARGET), "tone-near", "72,0 %", "близко", "72 из 100"),
    (Share(71, 100, TARGET), "tone-bad", "71,0 %", "не достигнуто", "71 из 100"),
    (Share(0, None, TARGET), "", "", "нет данных", "нет числа учеников"),
    (Share(12, 100), "", "12,0 %", "цель не задана", "12 из 100"),
    (Share(321, 308, TARGET), "tone-bad", "104,2 %", "", "ошибка: 321 из 308"),
]


@pytest.mark.parametrize(("share", "tone", "figure", "word", "base"), STATES)
def test_a_heat_cell_says_its_state_in_words_and_figures(render: Render, share, tone, figure, word, base):
    cell = _heat(render, share)
    assert f'class="heat {tone}"' in cell
    assert figure in cell
    assert word in cell
    assert base in cell


def test_a_cell_without_data_sorts_as_nothing_and_not_as_zero(render: Render):
    assert 'data-n=""' in _heat(render, Share(0, None, TARGET))
    assert 'data-n="0"' in _heat(render, Share(0, 100, TARGET))


def _bar(render: Render, value: object, goal: object = None) -> str:
    return render('{% from "macros/figures.html" import bar %}{{ bar(value, goal) }}', value=value, goal=goal)


def test_a_bar_above_the_whole_sticks_out_instead_of_being_clipped(render: Render):
    bar = _bar(render, Fraction(5, 4), Fraction(4, 5))
    assert '<rect class="bar-rail" width="80.00%"' in bar
    assert 'class="bar-over" x="80.00%" width="20.00%"' in bar
    assert 'x1="64.00%"' in bar


def test_a_bar_within_the_whole_has_nothing_sticking_out(render: Render):
    bar = _bar(render, Fraction(675, 1000), Fraction(8, 10))
    assert 'width="67.50%"' in bar
    assert 'cx="80.00%"' in bar
    assert "bar-over" not in bar


def test_a_bar_without_data_is_an_empty_rail(render: Render):
    bar = _bar(render, None)
    assert "bar-rail" in bar
    assert "bar-fill" not in bar
    assert "goal-post" not in bar


class _Form(Form):
    people = StringField("Сколько придёт", description="Числом")


@pytest.fixture
def wrong_form() -> _Form:
    form = _Form()
    form.people.errors = ["Больше, чем в классе <27>."]
    return form


def test_an_error_is_tied_to_its_field_and_read_before_it(render: Render, wrong_form: _Form):
    field = render('{% from "macros/forms.html" import field %}{{ field(form.people) }}', form=wrong_form)
    assert 'aria-describedby="people-hint people-error"' in field
    assert 'aria-invalid="true"' in field
    assert field.index('id="people-hint"') < field.index('id="people-error"') < field.index("<input")


def test_a_field_without_errors_is_not_called_invalid(render: Render):
    field = render('{% from "macros/forms.html" import field %}{{ field(form.people) }}', form=_Form())
    assert "aria-invalid" not in field
    assert 'aria-describedby="people-hint"' in field


def test_the_summary_links_to_the_field_and_escapes_what_was_typed(render: Render, wrong_form: _Form):
    source = '{% from "macros/forms.html" import error_summary %}{{ error_summary(form) }}'
    summary = render(source, form=wrong_form)
    assert "Исправьте 1 поле" in summary
    assert 'href="#people"' in summary
    assert "&lt;27&gt;" in summary
    assert render(source, form=_Form()).strip() == ""


def test_the_route_says_which_steps_are_done_and_where_one_is(render: Render):
    route = render('{% from "macros/ui.html" import route %}{{ route(["Класс", "Планы", "Учёба"], 2, "Разделы") }}')
    assert "Класс: пройден" in route
    assert "Планы: вы здесь" in route
    assert route.count('aria-current="step"') == 1


def test_the_last_crumb_is_the_page_itself_and_no_link(render: Render):
    steps = [SimpleNamespace(title="Область", url="/a"), SimpleNamespace(title="9«А»", url="")]
    crumbs = render('{% from "macros/tables.html" import breadcrumbs %}{{ breadcrumbs(steps) }}', steps=steps)
    assert '<a href="/a">Область</a>' in crumbs
    assert '<span aria-current="page">9«А»</span>' in crumbs
