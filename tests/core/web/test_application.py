"""What the application keeps between pages: parts of templates, and which views are called as they are."""

from __future__ import annotations

from flask import render_template
from jinja2 import DictLoader

from orientir.web.application import Application


def test_parts_of_a_template_are_made_once_however_many_import_them() -> None:
    app, made = Application("trial"), []
    app.jinja_env.globals["note"] = made.append
    importing = "{% from 'parts.html' import word %}{{ word() }}"
    app.jinja_loader = DictLoader(
        {
            "parts.html": "{{ note(1) }}{% macro word() %}проба{% endmacro %}",
            "one.html": importing,
            "two.html": importing,
        }
    )
    with app.test_request_context():
        assert [render_template(name) for name in ("one.html", "two.html", "one.html")] == ["проба"] * 3
    assert made == [1]


def test_a_view_is_called_as_it_is() -> None:
    app = Application("trial")

    def view() -> str:
        return "проба"

    assert app.ensure_sync(view) is view
