"""A teacher books a class: which class, who of it, what stands then; cancel, confirm."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.bookings import services
from orientir.bookings.attestations import attested_digits
from orientir.bookings.clashes import ClashError
from orientir.bookings.class_panel import class_bookings
from orientir.bookings.class_queries import (
    bookings_of_class,
    fitting_classes,
    headcount_of,
    list_bookings,
    open_numbers_of,
    queue_place,
    seat_numbers,
)
from orientir.bookings.forms import (
    FEWER,
    BookingFilterForm,
    BookingForm,
    CancelForm,
    GroupForm,
    NamesForm,
    ResizeForm,
)
from orientir.bookings.messages import messages_of
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.bookings.nearby import bookable_nearby
from orientir.bookings.passes import KEEP_SETTING, names_of, write_names
from orientir.bookings.resizing import resize
from orientir.bookings.scopes import find_booking, find_slot, scope_of_booking
from orientir.bookings.tables import bookings_table
from orientir.bookings.wishes import companion_of
from orientir.bookings.words import queue_words
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import find_class
from orientir.organisations.scopes import scope_of_class
from orientir.settings.queries import value
from orientir.students.routes import existing_class
from orientir.web.access import requires, viewer
from orientir.web.formats import counted
from orientir.web.forms import show_error

blueprint = Blueprint("bookings", __name__, url_prefix="/bookings")
blueprint.add_app_template_global(class_bookings)  # the page of a class stands below this package and shows it too
FIELDS = {"students": "numbers", "class_id": ""}  # what a service calls it, and where it stands on the page


@blueprint.get("")
@requires(BOOKINGS_MAKE)
def index() -> Response | str:
    scopes = viewer().scopes(BOOKINGS_MAKE)
    form = BookingFilterForm(request.args)
    school_class = _asked_class()
    wanted = form.wanted(school_class.id if school_class else None)
    file = asked_file(lambda: bookings_table(list_bookings(scopes, wanted, rows=EVERY_ROW).bookings, form))
    if file:
        return file
    page = list_bookings(scopes, wanted, request.args.get("page", 1, type=int))
    return render_template(
        "bookings/index.html",
        form=form,
        page=page,
        school_class=school_class,
        companions={one.id: companion_of(one.companion, one.request) for one in page.bookings},
        numbers=seat_numbers([one for one in page.bookings if one.own]),
        is_wide=any(scope.organisation_id is None for scope in scopes),
        page_url=_page_address(form, school_class),
    )


@blueprint.get("/new/<int:slot_id>")
@requires(BOOKINGS_MAKE)
def choose_class(slot_id: int) -> Response | str:
    slot = announced(slot_id)
    typed = request.args.get("q", "")
    found = fitting_classes(slot, viewer().scopes(BOOKINGS_MAKE), typed)
    if len(found.classes) == 1 and not typed:
        return redirect(url_for(".book", slot_id=slot.id, class_id=found.classes[0].id))
    return render_template("bookings/choose_class.html", slot=slot, found=found, typed=typed)


@blueprint.route("/new/<int:slot_id>/<int:class_id>", methods=["GET", "POST"])
@requires(BOOKINGS_MAKE, scope=scope_of_class)
def book(slot_id: int, class_id: int) -> Response | str | tuple[str, int]:
    slot, school_class = announced(slot_id), existing_class(class_id)
    if slot.organisation.municipality.region_id != school_class.scope.region_id:
        raise MissingError
    form = BookingForm.fresh()
    form.offer(open_numbers_of(class_id))
    if form.validate_on_submit():
        try:
            booking, wanted = _book(slot, school_class, form)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            refuse(form, error)
        else:
            db.session.commit()
            flash(_done_words(booking, wanted), "good")
            return redirect(url_for(".booking", booking_id=booking.id), 303)
    page = _booking_page(announced(slot_id), existing_class(class_id), form)
    return (page, 400) if form.errors else page


@blueprint.get("/<int:booking_id>")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def booking(booking_id: int) -> str:
    return _standing_page(existing_booking(booking_id), CancelForm(formdata=None))


@blueprint.route("/<int:booking_id>/change", methods=["GET", "POST"])
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def change(booking_id: int) -> Response | str | tuple[str, int]:
    found = existing_booking(booking_id)
    form = ResizeForm.of_booking(found)
    form.offer(open_numbers_of(found.class_id))
    if form.validate_on_submit():
        try:
            resize(booking_id, form.wish(found.class_id), actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Изменения записаны. Билет прежний."), "good")
            return redirect(url_for(".booking", booking_id=booking_id), 303)
    found = existing_booking(booking_id)
    page = render_template(
        "bookings/change.html",
        booking=found,
        slot=found.slot,
        form=form,
        headcount=headcount_of(found.slot, found.class_id),
    )
    return (page, 400) if form.errors else page


@blueprint.route("/<int:booking_id>/names", methods=["GET", "POST"])
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def names(booking_id: int) -> Response | str | tuple[str, int]:
    found = existing_booking(booking_id)
    form = NamesForm(names="\n".join(names_of([found]).get(booking_id, [])))
    if form.validate_on_submit():
        try:
            kept = write_names(booking_id, form.names.data or "", actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Список записан: %(names)s.", names=kept) if kept else _("Имена удалены."), "good")
            return redirect(url_for(".booking", booking_id=booking_id), 303)
    found = existing_booking(booking_id)
    days = value(found.school_class.scope.region_id, KEEP_SETTING)
    page = render_template("bookings/names.html", booking=found, slot=found.slot, form=form, days=days)
    return (page, 400) if form.errors else page


@blueprint.post("/<int:booking_id>/confirm")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def confirm(booking_id: int) -> Response:
    try:
        services.confirm(booking_id, actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        flash(_("Места ваши. Билет готов."), "good")
    return redirect(url_for(".booking", booking_id=booking_id), 303)


@blueprint.post("/<int:booking_id>/cancel")
@requires(BOOKINGS_MAKE, scope=scope_of_booking)
def cancel(booking_id: int) -> Response | tuple[str, int]:
    form = CancelForm()
    if form.validate():
        try:
            services.cancel(booking_id, actor=viewer().user_id, reason=form.told())
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Запись отменена, места свободны для других."), "good")
            return redirect(url_for(".booking", booking_id=booking_id), 303)
    return _standing_page(existing_booking(booking_id), form), 400


def announced(slot_id: int) -> Slot:
    """Return the slot of the address, if people may know of it; raises MissingError."""
    found = find_slot(slot_id)
    if found is None or found.state == SlotState.DRAFT:
        raise MissingError
    return found


def existing_booking(booking_id: int) -> Booking:
    """Return the booking of the address; the access rule has met it already."""
    found = find_booking(booking_id)
    if found is None:
        raise MissingError
    return found


def refuse(form: GroupForm | CancelForm | NamesForm, error: InvalidInputError | ConflictError) -> None:
    """Hang a refusal on its field: a clash belongs to whoever would be in two places."""
    field = error.field if isinstance(error, InvalidInputError) else None
    if isinstance(error, ClashError) and isinstance(form, GroupForm):
        field = "numbers" if form.numbers.data else "people"
    show_error(form, InvalidInputError(error.message, FIELDS.get(field or "", field)))


def _asked_class() -> SchoolClass | None:
    """Return the class the address narrows the list to, if it is the viewer's."""
    found = find_class(request.args.get("class", 0, type=int))
    return found if found is not None and viewer().can(BOOKINGS_MAKE, found.scope) else None


def _page_address(form: BookingFilterForm, school_class: SchoolClass | None) -> Callable[[int], str]:
    """Return the address of any page of the list the form narrows."""
    conditions = {name: value for name, value in form.data.items() if value}
    if school_class:
        conditions["class"] = str(school_class.id)
    return lambda number: url_for("bookings.index", **conditions, page=number)


def _book(slot: Slot, school_class: SchoolClass, form: BookingForm) -> tuple[Booking, int]:
    """Book, and return for how many it was asked; who did not say what to do without room is asked, not booked."""
    wish = form.wish(school_class.id, fewer=form.room.data == FEWER)
    made = services.book(slot.id, wish, request=form.request.data or "", actor=viewer().user_id)
    if made.state == BookingState.WAITING and not form.has_chosen:
        raise InvalidInputError(_("Свободно %(free)s, а нужно %(people)s. Выберите, как быть.",
                                  free=slot.free, people=wish.size), "room")  # fmt: skip
    return made, wish.size


def _done_words(booking: Booking, wanted: int) -> str:
    if booking.state == BookingState.WAITING:
        return _("Класс в листе ожидания. Место освободится\N{NO-BREAK SPACE}— запись изменится сама.")
    people = counted(booking.people, _("человек|человека|человек"))
    if booking.people < wanted:
        return _("Записано: %(people)s из %(wanted)s, на сколько хватило мест.", people=people, wanted=wanted)
    return _("Записано: %(people)s.", people=people)


def _booking_page(slot: Slot, school_class: SchoolClass, form: BookingForm) -> str:
    people = headcount_of(slot, school_class.id)
    return render_template(
        "bookings/book.html",
        slot=slot,
        school_class=school_class,
        form=form,
        headcount=people,
        standing=bookings_of_class(slot.id, school_class.id),
        asks_room=bool(form.room.errors) or slot.free < (people or len(form.seats) or slot.capacity),
        only_queue=queue_words(slot) if slot.free == 0 or (slot.strict and slot.waiting) else "",
        refusal=_refusal(slot, school_class),
        nearby=bookable_nearby(school_class, besides=slot.id),
        now=clock.now(),
    )


def _refusal(slot: Slot, school_class: SchoolClass) -> str:
    """Return why nobody of the class can be booked now, "" where somebody can; only the button itself decides."""
    try:
        services.refuse_occasion(slot, school_class)
    except (ConflictError, InvalidInputError) as error:
        return str(error)
    return ""


def _standing_page(booking: Booking, form: CancelForm) -> str:
    return render_template(
        "bookings/booking.html",
        booking=booking,
        slot=booking.slot,
        companion=companion_of(booking.companion, booking.request),
        messages=messages_of(booking.slot_id),
        has_paper=booking.state == BookingState.ATTENDED and attested_digits(booking) is not None,
        names=len(names_of([booking]).get(booking.id, ())),
        queue=queue_place(booking) if booking.state == BookingState.WAITING else None,
        form=form,
        now=clock.now(),
    )
