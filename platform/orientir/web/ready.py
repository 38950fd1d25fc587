"""Answers that lie ready: what is the same for everybody is given before a page's frame is put up.

Telephones ask for feeds all day long. They have no session, account, form or language, so none is looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from orientir.web.access import Public, rule_of

View = TypeVar("View", bound=Callable[..., Any])
Hook = TypeVar("Hook", bound=Callable[[Response], Response])
Ready = Callable[..., Response | None]


def answered_by(ready: Ready) -> Callable[[View], View]:
    """Declare that a public view need not run where `ready`, called with its arguments, has the answer; None is no."""

    def declare(view: View) -> View:
        view.__dict__["ready_answer"] = ready
        return view

    return declare


def for_every_answer(hook: Hook) -> Hook:
    """Declare that a hook after requests is for ready answers too: it tells of them, or protects who reads them."""
    hook.__dict__["for_every_answer"] = True
    return hook


def init_ready(app: Flask) -> None:
    """Let ready answers of `app` be given; call it after the hooks that begin every request, before all others."""
    app.before_request(_answer)


def is_ready() -> bool:
    """Tell whether the answer in hand lay ready."""
    return "is_ready" in g


def hooks_for_every_answer(app: Flask) -> list[Callable[[Response], Response]]:
    """Return the hooks that are declared so, in the order they are called in."""
    hooks = reversed(app.after_request_funcs.get(None, ()))
    return [hook for hook in hooks if getattr(hook, "for_every_answer", False)]


def _answer() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    ready: Ready | None = getattr(view, "ready_answer", None)
    if view is None or ready is None or not isinstance(rule_of(view), Public):
        return None
    answer = ready(**(request.view_args or {}))
    if answer is not None:
        g.is_ready = True
    return answer
