"""Parts of a page that say the same to everybody are drawn once: {% call kept("foot", name) %}…{% endcall %}.

What is inside may lean on the named values, the template and the language alone, never on who looks. Large parts are
drawn of something that is kept itself (`on=`), and go with it: {% call kept("rows", day, on=ranking) %}…{% endcall %}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from flask import Flask, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from orientir.i18n import current_locale

MOST = 512
MOST_ON = 16  # of one thing: its pages in two languages, before and after a change of what else they lean on
Drawn: TypeAlias = dict[tuple[object, ...], Markup]


class Keeper(Protocol):
    """Something that never changes, with the parts that were drawn of it."""

    drawn: Drawn


def init_kept_parts(app: Flask) -> None:
    """Give templates `kept(part, *values, on=None)`."""
    shared: Drawn = {}

    @pass_context
    def kept(
        context: Context, part: str, *values: object, caller: Callable[[], Markup], on: Keeper | None = None
    ) -> Markup:
        drawn, most = (shared, MOST) if on is None else (on.drawn, MOST_ON)
        key = (context.name, part, request.script_root, current_locale().language, *values)
        found = drawn.get(key)
        if found is None or app.debug:
            if len(drawn) >= most:
                drawn.clear()
            found = drawn[key] = caller()
        return found

    app.jinja_env.globals["kept"] = kept
