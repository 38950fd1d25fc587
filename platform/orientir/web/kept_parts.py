"""Parts of a page that say the same to everybody are drawn once: {% call kept("foot", name) %}…{% endcall %}.

What is inside may lean on the named values, the template and the language alone, never on who looks.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from orientir.i18n import current_locale

MOST = 512


def init_kept_parts(app: Flask) -> None:
    """Give templates `kept(part, *values)`."""
    drawn: dict[tuple[object, ...], Markup] = {}

    @pass_context
    def kept(context: Context, part: str, *values: object, caller: Callable[[], Markup]) -> Markup:
        key = (context.name, part, request.script_root, current_locale().language, *values)
        found = drawn.get(key)
        if found is None or app.debug:
            if len(drawn) >= MOST:
                drawn.clear()
            found = drawn[key] = caller()
        return found

    app.jinja_env.globals["kept"] = kept
