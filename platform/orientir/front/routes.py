"""The front page, the one field «Введите код», how pages look, the living page of the design, health."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import ADMINISTER
from orientir.codes import digits
from orientir.codes.services import find
from orientir.contracts import CalendarEntry, CalendarFilter, HealthCheck, HomePanel, OpenedCode
from orientir.db import db
from orientir.errors import InvalidInputError, OrientirError
from orientir.front.context import CHOICES, VIEW_COOKIE, PageView
from orientir.front.headlines import recent_headline
from orientir.front.health import upkeep_checks
from orientir.front.panels import platform_panels
from orientir.front.samples import sample_form
from orientir.i18n import _, _l
from orientir.organisations.queries import region_of
from orientir.plugins import current_plugins
from orientir.web import holders
from orientir.web.access import public, viewer
from orientir.web.links import page_before, safe_target
from orientir.web.throttle import current_throttle
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("front", __name__)
AGAIN = _l("Введите код ещё раз: перерыв был долгим. То, что вы успели ответить, сохранено.")
NEXT_EVENTS = 4
YEAR_SECONDS = 31_536_000


@blueprint.get("/")
@public
def home() -> str:
    return _home(code_error=_asked_again(request.args["again"]) if "again" in request.args else "")


@blueprint.post("/code")
@begins_as_reader
@public
def enter_code() -> Response | tuple[str, int]:
    typed = request.form.get("code", "")[:64]
    try:
        return redirect(_open(typed), 303)
    except OrientirError as error:
        db.session.rollback()
        return _home(code=typed, code_error=str(error.message)), error.status


@blueprint.get("/k/<typed>")
@public
def follow_code(typed: str) -> Response | tuple[str, int]:
    """Follow a QR code; the address with the digits is left at once, so that it stays in nobody's history."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        raise InvalidInputError(_("По этому адресу переходят, картинок и вложений здесь нет."))
    try:
        return redirect(_open(typed), 303)
    except OrientirError as error:
        return _home(code=typed[:20], code_error=str(error.message)), error.status


@blueprint.get("/view")
@public
def view_page() -> str:
    return render_template("front/view.html", choices=CHOICES, next=page_before())


@blueprint.post("/view")
@begins_as_reader
@public
def view_settings() -> Response:
    chosen = {name: word for name in CHOICES if (word := request.form.get(name, "")) in CHOICES[name]}
    response = redirect(safe_target(request.form.get("next"), url_for("front.home")), 303)
    secure = current_app.config["ORIENTIR"].is_https
    response.set_cookie(
        VIEW_COOKIE, PageView(**chosen).cookie(), max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure
    )
    return response


@blueprint.get("/design")
@public
def design() -> str:
    return render_template("front/design.html", form=sample_form())


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("front/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("front/privacy.html")


@blueprint.get("/help", endpoint="help")
@public
def help_page() -> str:
    return render_template("front/help.html")


@blueprint.get("/healthz")
@public
def health() -> tuple[Response, int]:
    """Answer whether the platform and its plugins work; 503 tells a balancer to look elsewhere.

    What is only behind (jobs, seals, letters) is told and is no reason to look elsewhere: pages work.
    """
    checks = [_database_check(), *current_plugins().health()]
    failed = current_plugins().failures
    good = all(check.ok for check in checks)
    behind = upkeep_checks() if good else []
    body = {
        "status": "failing" if not good else "ok" if all(check.ok for check in behind) else "behind",
        "checks": {check.name: {"ok": check.ok, "detail": check.detail} for check in [*checks, *behind]},
        "plugins": {"on": sorted(current_plugins().manifests), "left_out": sorted(failed)},
    }
    return jsonify(body), 200 if good else 503


def _database_check() -> HealthCheck:
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError:
        db.session.rollback()
        return HealthCheck("database", ok=False)
    return HealthCheck("database", ok=True)


def _asked_again(kind: str) -> str:
    """Return why the code is asked for; whoever was answering something by it hears that nothing is lost."""
    found = current_plugins().code_kind(kind)
    if found is None or found.keeps_answers:
        return str(AGAIN)
    return _("Чтобы открыть эту страницу, введите код: %(title)s.", title=found.title)


def _home(code: str = "", code_error: str = "") -> str:
    region = region_of(viewer())
    return render_template(
        "front/home.html",
        code=code,
        code_error=code_error,
        events=_events(),
        figure=recent_headline(region.id) if region else None,
        panels=_panels() if viewer().is_authenticated else [],
        troubles=_troubles,  # asked while the page is drawn: its own menu may be what fails
    )


def _panels() -> list[HomePanel]:
    """Return what waits for the viewer: the plugins' panels and the platform's own, in their order."""
    return sorted([*current_plugins().home_panels(viewer()), *platform_panels(viewer())], key=lambda one: one.order)


def _troubles() -> dict[str, str]:
    """Return what an administrator must know: plugins left out at start, hooks that failed since."""
    plugins = current_plugins()
    return plugins.troubles | dict.fromkeys(plugins.failures, "start") if viewer().can(ADMINISTER) else {}


def _events() -> list[CalendarEntry]:
    """Return what is next: mostly the nearest days are enough, and a month of a region is hundreds of entries."""
    now = clock.now()
    found: list[CalendarEntry] = []
    for days in (3, 30):
        found = current_plugins().calendar_entries(now, now + timedelta(days=days), CalendarFilter())
        if len(found) >= NEXT_EVENTS:
            break
    return found[:NEXT_EVENTS]


def _open(typed: str) -> str:
    """Return the page a code leads to and remember what its plugin asked for.

    Raises InvalidInputError with the reason; only guesses that could be codes are charged, typing errors are not.
    """
    plain = digits.normalise(typed)
    if len(plain) != digits.LENGTH:
        raise InvalidInputError(_("В коде 12 цифр, вы ввели %(count)s. Проверьте по листку.", count=len(plain)), "code")
    if not digits.is_plausible(plain):
        raise InvalidInputError(_("В коде опечатка: проверьте цифры по листку и введите ещё раз."), "code")
    return _ask_owner(plain)


def _ask_owner(plain: str) -> str:
    budget: str = current_app.config["ORIENTIR"].code_attempts
    address = request.remote_addr or ""
    current_throttle().refuse_if_spent(budget, "code", address)
    found = find(plain, clock.today(str(g.timezone)))
    destination = current_plugins().open_code(OpenedCode(found.kind, found.owner, plain)) if found else None
    if found is None or destination is None:
        current_throttle().charge(budget, "code", address)
        raise InvalidInputError(_("Такого кода нет или его срок прошёл. Попросите новый у того, кто его дал."), "code")
    holders.hold(found.kind, plain, destination.remember, person=destination.person, until=destination.until)
    wanted = holders.take_wanted(found.kind)
    return safe_target(wanted, destination.url) if destination.returns else destination.url
