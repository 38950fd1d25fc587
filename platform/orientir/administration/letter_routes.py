"""Letters on their way out: what waits, what failed and why, what lies in the outbox."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import ADMINISTER
from orientir.administration.letter_queries import find_letter, letters_of, may_read
from orientir.administration.sections import own_region, sections, stand_in_own_region
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, MissingError, NotAllowedError
from orientir.i18n import _
from orientir.mail import services
from orientir.mail.models import MailState, OutgoingMail
from orientir.mail.queries import opened_text
from orientir.organisations.models import Region
from orientir.organisations.queries import LARGEST_ID
from orientir.web.access import requires, viewer

blueprint = Blueprint("letters", __name__, url_prefix="/administration/mail")
blueprint.before_request(stand_in_own_region)


@blueprint.get("", strict_slashes=False)
@requires(ADMINISTER)
def index() -> str:
    region = own_region(ADMINISTER)
    asked = request.args.get("state", "")
    state = asked if asked in set(MailState) else ""
    before = request.args.get("before", type=int)
    is_number = before is not None and before <= LARGEST_ID
    page = letters_of(region.id, state=state, before=before if is_number else None)
    return render_template(
        "administration/letters.html",
        page=page,
        state=state,
        states=list(MailState),
        titles={one.value: one.title for one in MailState},
        sections=sections(),
        has_server=_has_server(),
        region=region,
    )


@blueprint.post("/<int:letter_id>/open", endpoint="open")
@requires(ADMINISTER)
def open_letter(letter_id: int) -> str:
    """Show the text of a letter that lies in the outbox; who did so stands in the log."""
    region = own_region(ADMINISTER)
    letter = _existing(letter_id, region)
    if not may_read(letter, [scope.region_id for scope in viewer().scopes(ADMINISTER)]):
        raise NotAllowedError(_("Открыть можно письмо из исходящих, если у получателя нет ролей в других регионах."))
    _note("letter.open", letter, region)
    db.session.commit()
    return render_template(
        "administration/letter.html", letter=letter, text=opened_text(letter), region=region, sections=sections()
    )


@blueprint.post("/<int:letter_id>/retry")
@requires(ADMINISTER)
def retry(letter_id: int) -> Response:
    region = own_region(ADMINISTER)
    letter = _existing(letter_id, region)
    if not _has_server():
        raise ConflictError(_("Почтовый сервер не настроен: письма остаются в исходящих."))
    services.retry(letter)
    _note("letter.retry", letter, region)
    db.session.commit()
    flash(_("Письмо уйдёт в течение минуты."), "good")
    return redirect(url_for("letters.index", region=request.args.get("region")), 303)


@blueprint.post("/<int:letter_id>/forget")
@requires(ADMINISTER)
def forget(letter_id: int) -> Response:
    region = own_region(ADMINISTER)
    letter = _existing(letter_id, region)
    _note("letter.forget", letter, region)
    services.forget(letter)
    db.session.commit()
    flash(_("Письмо удалено."), "good")
    return redirect(url_for("letters.index", region=request.args.get("region")), 303)


def _existing(letter_id: int, region: Region) -> OutgoingMail:
    letter = find_letter(letter_id, region.id)
    if letter is None:
        raise MissingError
    return letter


def _note(action: str, letter: OutgoingMail, region: Region) -> None:
    """Write the act down; the address stays out of the log, the kind of letter and the account tell enough."""
    audit.write(
        action,
        "letter",
        letter.id,
        actor=viewer().user_id,
        scope=region.scope,
        letter=letter.kind,
        account=letter.user_id,
    )


def _has_server() -> bool:
    return bool(current_app.config["ORIENTIR"].smtp_url)
