"""Parts of pages that are drawn once: for the values they name, and with the thing they are drawn of."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from orientir.web.kept_parts import MOST_ON

PAGE = "{% call kept('rows', day, on=ranking) %}<b>{{ ranking.draw(day) }}</b>{% endcall %}"


class Ranking:
    """Something to be drawn, which counts how often it was."""

    def __init__(self) -> None:
        self.drawn: dict[tuple[object, ...], Markup] = {}
        self.times = 0

    def draw(self, day: object) -> str:
        self.times += 1
        return f"<{day}>"


@pytest.fixture
def draw(app: Flask):
    page = app.jinja_env.from_string(PAGE)

    def drawn(ranking: Ranking | None, day: object, root: str = "") -> str:
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            return page.render(ranking=ranking, day=day)

    return drawn


def test_a_part_is_drawn_once_for_its_values(draw):
    ranking = Ranking()
    assert [draw(ranking, day) for day in (1, 2, 1)] == ["<b>&lt;1&gt;</b>", "<b>&lt;2&gt;</b>", "<b>&lt;1&gt;</b>"]
    assert ranking.times == 2
    draw(ranking, 1, "/elsewhere")
    assert ranking.times == 3, "addresses in it are others there"


def test_another_thing_has_parts_of_its_own(draw):
    one, other = Ranking(), Ranking()
    for ranking in (one, other, one):
        draw(ranking, 1)
    assert (one.times, other.times) == (1, 1)


def test_a_thing_keeps_few(draw):
    ranking = Ranking()
    for day in range(3 * MOST_ON):
        draw(ranking, day)
        assert len(ranking.drawn) <= MOST_ON
    assert draw(ranking, 0) == "<b>&lt;0&gt;</b>"
