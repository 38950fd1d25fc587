"""The door: a volunteer's phone that typed a PIN marks who comes, by camera, code, list or class. No account.

Only a POST marks; all of it works without scripts but the camera. The answers are the same as JSON for static/door.js.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from orientir.bookings import doors
from orientir.bookings.attendance import Present
from orientir.bookings.door_models import Door, Verdict
from orientir.bookings.door_queries import find_scan, lines_of, tally_of
from orientir.bookings.door_words import TITLES, tone_of
from orientir.bookings.doors import DOOR
from orientir.bookings.models import BookingState
from orientir.bookings.readings import Kept, Reading, read_digits, read_ticket
from orientir.codes import digits
from orientir.db import db
from orientir.documents.qr_reading import read_packed
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.web import bearers, holders
from orientir.web.access import CodeRequired, code_holder
from orientir.web.holders import Holding
from orientir.web.throttle import current_throttle
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("doors", __name__, url_prefix="/door")
TABS = ("camera", "code", "list", "class")
NONCE = re.compile(r"[0-9a-f-]{16,36}")
LARGEST_FRAME = 60 * 1024
CAMERA = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
HELD = (BookingState.PENDING, BookingState.CONFIRMED)


@blueprint.get("")
@code_holder(DOOR)
def door() -> Response:
    held, found = _door_in_hand()
    if "device" not in held.remembered:
        return make_response(render_template("bookings/door_name.html", door=found))
    tab = request.args.get("tab", "")
    page = render_template(
        "bookings/door.html",
        door=found,
        tab=tab if tab in TABS else "camera",
        scan=find_scan(found, request.args.get("scan", type=int)),
        chosen=request.args.get("booking", type=int),
        lines=lines_of(found.slot),
        tally=tally_of(found),
        titles=TITLES,
        tone_of=tone_of,
        held=HELD,
        bearer=bearers.token_for(DOOR, held.remembered),
        nonce=lambda: uuid4().hex,
    )
    answer = make_response(page)
    answer.headers["Permissions-Policy"] = CAMERA  # the one page of the site that may ask for it
    return answer


@blueprint.post("/name")
@code_holder(DOOR)
def name() -> Response | tuple[str, int]:
    held, found = _door_in_hand()
    try:
        device = doors.name_device(found, request.form.get("device", ""))
    except InvalidInputError as error:
        return render_template("bookings/door_name.html", door=found, error=str(error)), 400
    db.session.commit()
    holders.hold(DOOR, held.digits, {**held.remembered, "device": device}, person=None, until=found.ends_at)
    return redirect(url_for("doors.door"), 303)


@blueprint.post("/read")
@code_holder(DOOR, by_token=True)
def read() -> Response | tuple[Response, int]:
    """Judge a code that was scanned or typed."""
    return _act("code", code=request.form.get("code", "")[:200])


@blueprint.post("/bookings/<int:booking_id>")
@code_holder(DOOR, by_token=True)
def mark(booking_id: int) -> Response | tuple[Response, int]:
    """Mark a line of the list, or a class by who of it came."""
    is_class = "people" in request.form or "by_list" in request.form
    tab = "class" if is_class else "list"
    try:
        present = _present() if is_class else None
    except InvalidInputError as error:
        return _refused(error, tab)
    return _act(tab, booking_id=booking_id, present=present)


@blueprint.post("/bookings/<int:booking_id>/undo")
@code_holder(DOOR, by_token=True)
def undo(booking_id: int) -> Response | tuple[Response, int]:
    return _act("list", booking_id=booking_id, undo=True)


@blueprint.post("/frame")
@begins_as_reader
@code_holder(DOOR)
def frame() -> Response:
    """Return what the QR in a frame of the camera says, for a browser that cannot read it; nothing is marked."""
    _door_in_hand()
    picture = request.get_data(cache=False, parse_form_data=False)
    text = read_packed(picture, request.args.get("width", 0, type=int)) if len(picture) <= LARGEST_FRAME else ""
    return jsonify(text=text)


@blueprint.post("/leave")
@begins_as_reader
@code_holder(DOOR)
def leave() -> Response:
    """Let this phone go: the next volunteer types the PIN again."""
    holders.release(DOOR)
    return redirect(url_for("front.home"), 303)


def _door_in_hand() -> tuple[Holding, Door]:
    """Return the door of the PIN in hand, whose region the page then speaks of; a dead one is let go."""
    held = holders.holding(DOOR)
    found = doors.find_door(held.remembered["door"]) if held else None
    if held is None or found is None:
        raise CodeRequired(DOOR)
    g.region = LocalProxy(lambda: found.slot.organisation.municipality.region)
    try:
        doors.refuse_closed(found)
    except ConflictError:
        holders.release(DOOR)
        raise
    return held, found


def _act(tab: str, **said: Any) -> Response | tuple[Response, int]:  # noqa: ANN401 - the fields of a reading
    remembered = _remembered()
    door_id: int = remembered["door"]
    g.region = LocalProxy(lambda: _region_of(door_id))
    nonce = request.form.get("nonce", "")
    if not NONCE.fullmatch(nonce):
        return _refused(InvalidInputError(_("Откройте страницу заново и отметьте ещё раз.")), tab)
    reading = Reading(nonce, device=str(remembered.get("device", "")), device_at=_device_moment(), **said)
    budget: str = current_app.config["ORIENTIR"].code_attempts
    current_throttle().refuse_if_spent(budget, "door", str(door_id))
    try:
        scan = read_ticket(door_id, reading)
    except (ConflictError, InvalidInputError) as error:
        db.session.rollback()
        return _refused(error, tab)
    if scan.verdict == Verdict.UNKNOWN and digits.is_plausible(read_digits(reading.code)):
        current_throttle().charge(budget, "door", str(door_id))
    db.session.commit()
    return _answer(scan, tab)


def _remembered() -> Mapping[str, Any]:
    """Return what the token of this request, or the PIN in hand, remembers of the door."""
    if bearers.is_borne():
        found = bearers.borne(DOOR)
    else:
        held = holders.holding(DOOR)
        found = held.remembered if held else None
    if found is None:
        raise CodeRequired(DOOR)
    return found


def _region_of(door_id: int) -> Region:
    return db.session.get_one(Door, door_id).slot.organisation.municipality.region


def _answer(scan: Kept, tab: str) -> Response:
    if _wants_json():
        return jsonify(
            verdict=scan.verdict,
            tone=tone_of(scan.verdict),
            title=str(TITLES[Verdict(scan.verdict)]),
            words=scan.words,
            booking=scan.booking_id,
        )
    if scan.verdict == Verdict.GROUP:
        tab = "class"
    return redirect(url_for("doors.door", tab=tab, scan=scan.id, booking=scan.booking_id), 303)


def _refused(error: ConflictError | InvalidInputError, tab: str) -> Response | tuple[Response, int]:
    if _wants_json():
        return jsonify(tone="refused", title=_("Не отмечено"), words=str(error)), error.status
    flash(str(error), "bad")
    return redirect(url_for("doors.door", tab=tab), 303)


def _wants_json() -> bool:
    return bearers.is_borne() or request.accept_mimetypes.best == "application/json"


def _present() -> Present:
    """Return who of a class came, as the form says; raises InvalidInputError."""
    ovz = _number("ovz")
    if "by_list" not in request.form:
        return Present(people=_number("people"), ovz=ovz)
    return Present(students=tuple(request.form.getlist("students", type=int)), ovz=ovz)


def _number(field: str) -> int:
    text = digits.normalise(request.form.get(field, "")) if request.form.get(field, "").strip() else "0"
    if not text or len(text) > 4 or "-" in request.form.get(field, ""):
        raise InvalidInputError(_("Напишите число человек цифрами."), field)
    return int(text)


def _device_moment() -> datetime | None:
    """Return what the clock of the device said, or None where it said nothing that could be a moment."""
    try:
        return datetime.fromtimestamp(int(request.form.get("at", "")) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
