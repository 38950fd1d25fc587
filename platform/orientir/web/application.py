"""Flask with some of its answers kept: they are asked dozens of times a page and never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from flask.templating import Environment
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from orientir.web.ready import hooks_for_every_answer, is_ready

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class PageTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 - Jinja's signature
        """Return what the template exports, whoever imports it.

        Jinja compares the globals of the two templates at each import, in case one was loaded with globals of its own.
        None of ours is, and the comparing took a tenth of a page.
        """
        return super()._get_default_module()


class PageEnvironment(Environment):
    template_class = PageTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of all, as long as it has none of its own.

        Jinja chains the two, and copies the chain name by name for each page.
        """
        return super().make_globals(d) if d else self.globals


class PageResponse(Response):
    """An answer whose usual headers join it as it leaves: kept as headers before, they are copied one by one, twice."""

    usual: Sequence[tuple[str, str]] = ()

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return the answer with those of its usual headers that it does not say otherwise itself."""
        content, status, headers = super().get_wsgi_response(environ)
        said = {name for name, _value in headers}
        return content, status, [*headers, *(pair for pair in self.usual if pair[0] not in said)]


class Application(Flask):
    jinja_environment = PageEnvironment
    response_class = PageResponse

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Flask's signature
        super().__init__(*arguments, **options)
        self._synced = cache(super().ensure_sync)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func` as something to call plainly; whether it is a coroutine is looked at once."""
        return self._synced(func)

    def process_response(self, response: Response) -> Response:
        """Return what is sent: what lay ready is nobody's, so neither session nor the hooks of pages are asked."""
        if not is_ready():
            return super().process_response(response)
        for hook in self._for_every_answer:
            response = hook(response)
        return response

    @cached_property
    def _for_every_answer(self) -> list[Callable[[Response], Response]]:
        return hooks_for_every_answer(self)
