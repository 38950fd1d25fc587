"""Notices of a region for those who run it: the log, the rules, a message by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import NOTICES_MANAGE, NOTICES_SEND
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, plural
from orientir.notices import messages, queries, services
from orientir.notices.forms import LogFilterForm, MessageForm
from orientir.notices.mailing import DIGEST
from orientir.notices.reminders import reminders
from orientir.notices.routes import blueprint
from orientir.notices.tables import log_table, rules_table
from orientir.organisations.models import Region
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error


@blueprint.get("/notices/log")
@requires(NOTICES_MANAGE)
def log() -> Response | str:
    regions = [scope.region_id for scope in viewer().scopes(NOTICES_MANAGE)]
    form = LogFilterForm(request.args)
    form.offer(queries.kinds_told(regions))
    file = asked_file(
        lambda: log_table(queries.log_page(regions, form.asked(), str(g.timezone), rows=EVERY_ROW).lines, form)
    )
    if file:
        return file
    page = queries.log_page(regions, form.asked(), str(g.timezone), request.args.get("page", 1, type=int))
    return render_template("notices/log.html", form=form, page=page, page_url=_log_address(form))


@blueprint.get("/notices/rules")
@requires(NOTICES_MANAGE)
def rules() -> Response | str:
    region = _own_region()
    rounds, off = queries.last_rounds(region.id), queries.rules_off(region.id)
    if file := asked_file(lambda: rules_table(reminders(), off, rounds)):
        return file
    return render_template(
        "notices/rules.html",
        rules=reminders(),
        off=off,
        rounds=rounds,
        digest=rounds.get(DIGEST),
    )


@blueprint.post("/notices/rules/<rule>")
@requires(NOTICES_MANAGE)
def switch_rule(rule: str) -> Response:
    known = {one.key: one for one in reminders()}
    if rule not in known:
        raise MissingError
    on = request.form.get("on") == "1"
    services.switch_rule(_own_region(), rule, on=on, actor=viewer().user_id)
    db.session.commit()
    title = known[rule].kind.title
    flash(_("Включено: %(title)s.", title=title) if on else _("Выключено: %(title)s.", title=title), "good")
    return redirect(url_for("notices.rules"), 303)


@blueprint.get("/notices/message")
@requires(NOTICES_SEND)
def message() -> str:
    asked = request.args.get("organisation", type=int)
    form = MessageForm(places=[f"o{asked}"] if asked else [])
    form.offer(_places(asked))
    return render_template("notices/message.html", form=form)


@blueprint.post("/notices/message")
@requires(NOTICES_SEND)
def send() -> Response | str | tuple[str, int]:
    """Show who will hear it, and only then tell them: what is told cannot be taken back."""
    form = MessageForm()
    places = _places(_asked_organisation(form))
    form.offer(places)
    if not form.validate_on_submit():
        return render_template("notices/message.html", form=form), 400
    chosen = [place for place in places if place.key in (form.places.data or ())]
    step = request.form.get("step")
    if step == "edit":
        return render_template("notices/message.html", form=form)
    if step != "send":
        heard = messages.addressees(chosen)
        return render_template("notices/message_preview.html", form=form, chosen=chosen, heard=heard)
    try:
        told = messages.send_message(
            chosen,
            form.topic.data or "",
            form.text.data or "",
            occasion=form.occasion.data or "",
            actor=viewer().user_id or 0,
        )
    except InvalidInputError as error:
        show_error(form, error)
        return render_template("notices/message.html", form=form), 400
    db.session.commit()
    people = plural(told, _("человеку|людям|людям"))
    flash(_("Сообщение ушло %(count)s %(people)s.", count=told, people=people), "good")
    return redirect(url_for("notices.index"), 303)


def _places(organisation_id: int | None) -> list[messages.Place]:
    return messages.offered_places(viewer().scopes(NOTICES_SEND), organisation_id)


def _asked_organisation(form: MessageForm) -> int | None:
    """Return the organisation the form came from, if any of its marks is one."""
    numbers = [key[1:] for key in form.places.data or () if key.startswith("o") and key[1:].isdecimal()]
    return int(numbers[0]) if numbers and len(numbers[0]) < 10 else None


def _own_region() -> Region:
    return db.session.get_one(Region, viewer().scopes(NOTICES_MANAGE)[0].region_id)


def _log_address(form: LogFilterForm) -> Callable[[int], str]:
    """Return the address of any page of the log the form narrows."""
    conditions: dict[str, Any] = {name: request.args[name] for name in form.data if request.args.get(name)}
    return lambda number: url_for("notices.log", **conditions, page=number)
