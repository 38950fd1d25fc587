"""Every endpoint declares who may use it; one that does not is a mistake found at start, never a page left open.

Refusals: nobody signed in → the sign-in page; a foreign object → 404, as if it did not exist; an own object without the
right → 403 with a word.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from orientir.contracts import Scope, Viewer
from orientir.errors import MissingError, NotAllowedError, OrientirError
from orientir.web import bearers, holders

View = TypeVar("View", bound=Callable[..., Any])
ScopeOf = Callable[[Mapping[str, Any]], Scope | None]


class SignInRequired(OrientirError):  # noqa: N818 - a request to sign in, not a failure
    status = 401


class CodeRequired(OrientirError):  # noqa: N818 - a request for a code, not a failure
    """`kind` is the code that opens the page in hand."""

    status = 401

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.kind = kind


class TokenRequired(OrientirError):  # noqa: N818 - a request for another token, not a failure
    status = 401


class Rule(ABC):
    @abstractmethod
    def check(self, viewer: Viewer, arguments: Mapping[str, Any]) -> None:
        """Return in peace, or raise the refusal."""

    @abstractmethod
    def describe(self) -> str:
        """Return the rule in words, for the access matrix."""


@dataclass(frozen=True)
class Public(Rule):
    def check(self, viewer: Viewer, arguments: Mapping[str, Any]) -> None:
        """Let everybody in."""

    def describe(self) -> str:
        return "public"


@dataclass(frozen=True)
class Required(Rule):
    """`permission` in the branch that `scope` finds from the URL; without `scope`, anywhere; "" is any account."""

    permission: str = ""
    scope: ScopeOf | None = None

    def check(self, viewer: Viewer, arguments: Mapping[str, Any]) -> None:
        if not viewer.is_authenticated:
            raise SignInRequired
        branch = self.scope(arguments) if self.scope else None
        if self.scope and (branch is None or not viewer.belongs(branch)):
            raise MissingError
        if self.permission and not viewer.can(self.permission, branch):
            raise NotAllowedError
        if branch is not None:
            g.branch = branch  # the page speaks of it: its region's time, its region's operator

    def describe(self) -> str:
        return f"{self.permission or 'signed in'}{' on the object' if self.scope else ''}"


@dataclass(frozen=True)
class Held(Rule):
    """The browser opened a code of `kind` and has not been idle since; `by_token`: or the request bears its token.

    A request that bears a token stands or falls by it, whatever cookie comes along.
    """

    kind: str
    by_token: bool = False

    def check(self, viewer: Viewer, arguments: Mapping[str, Any]) -> None:  # noqa: ARG002 - the shape of a rule
        if self.by_token and bearers.is_borne():
            if bearers.borne(self.kind) is None:
                raise TokenRequired
        elif holders.holding(self.kind) is None:
            raise CodeRequired(self.kind)

    def describe(self) -> str:
        return f"holder of a code «{self.kind}»{' or bearer of its token' if self.by_token else ''}"


def public(view: View) -> View:
    """Declare that anybody may use the view."""
    return _declare(view, Public())


def signed_in(view: View) -> View:
    """Declare that any account may use the view."""
    return _declare(view, Required())


def requires(permission: str, scope: ScopeOf | None = None) -> Callable[[View], View]:
    """Declare the permission a view needs, in the branch `scope` finds from the URL's arguments (None there: 404)."""
    return lambda view: _declare(view, Required(permission, scope))


def code_holder(kind: str, *, by_token: bool = False) -> Callable[[View], View]:
    """Declare that the view is for whoever opened a code of `kind` in this browser, or bears the token of one."""
    return lambda view: _declare(view, Held(kind, by_token))


def _declare(view: View, rule: Rule) -> View:
    view.__dict__["access_rule"] = rule
    return view


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """Return the declared rule of a view, if there is one."""
    rule = getattr(view, "access_rule", None)
    return rule if isinstance(rule, Rule) else None


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints of `app` without a rule; files under `static` are public by nature."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if not serves_files(app, endpoint) and rule_of(view) is None
    )


def stands_by_token() -> bool:
    """Tell whether the request in hand is judged by the token it bears, so that no cookie can authorise it."""
    rule = rule_of(current_app.view_functions[request.endpoint]) if request.endpoint else None
    return isinstance(rule, Held) and rule.by_token and bearers.is_borne()


def serves_files(app: Flask, endpoint: str | None) -> bool:
    """Tell whether `endpoint` hands out a folder of static files; a page that is merely named so does not."""
    owner, _dot, name = (endpoint or "").rpartition(".")
    holder = app.blueprints.get(owner) if owner else app
    return name == "static" and holder is not None and holder.has_static_folder


def viewer() -> Viewer:
    """Return who looks at this page."""
    return cast(Viewer, current_user)


def may_open(address: str) -> bool:
    """Tell whether the viewer may open a page of this site: a button is drawn only where it leads somewhere."""
    kept = g.get("branch")
    try:
        endpoint, arguments = current_app.url_map.bind("").match(urlsplit(address).path)
        _rule_here(endpoint).check(viewer(), arguments)
    except (HTTPException, OrientirError):
        return False
    finally:
        g.pop("branch", None)
        if kept is not None:
            g.branch = kept  # the page in hand still speaks of its own
    return True


def _rule_here(endpoint: str) -> Rule:
    rule = rule_of(current_app.view_functions[endpoint])
    if rule is None:
        raise NotAllowedError
    return rule


def enforce() -> None:
    """Check the rule of the endpoint in hand before the view runs."""
    if request.endpoint is None or serves_files(current_app, request.endpoint):
        return
    _rule_here(request.endpoint).check(viewer(), request.view_args or {})
