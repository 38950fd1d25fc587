"""Pages of the survey for grown-ups: waves, a school's classes, a class with its slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _, plural
from orientir.organisations.models import Organisation, Region, SchoolClass
from orientir.organisations.scopes import scope_of_class, scope_of_organisation
from orientir.web.access import requires, viewer
from orientir.web.formats import number
from orientir.web.forms import show_error
from orientir.web.links import site_address
from orientir_plans import queries, services
from orientir_plans.forms import SlipsForm, WaveForm
from orientir_plans.models import Wave
from orientir_plans.sheets import Slip as PrintedSlip
from orientir_plans.sheets import SlipSheet, slip_sheet
from orientir_plans.tables import classes_table, waves_table
from orientir_plans.versions import current_version

blueprint = Blueprint("plans", __name__, url_prefix="/plans", template_folder="templates", static_folder=None)
SEE, PRINT, RUN = "plans.view", "plans.slips", "plans.manage"


def scope_of_own_region(_arguments: Mapping[str, Any]) -> Scope | None:
    """Return the region the viewer works in: a wave is planned for all of it, so a smaller branch does not do.

    Who runs surveys in one region and looks on in another works in the first.
    """
    own = [*viewer().scopes(RUN), *viewer().scopes(SEE)]
    return Scope(own[0].region_id) if own else None


def scope_of_wave(arguments: Mapping[str, Any]) -> Scope | None:
    wave = db.session.get(Wave, arguments["wave_id"])
    return wave.region.scope if wave else None


@blueprint.get("/")
@requires(SEE)
def waves() -> Response | str:
    scopes = viewer().scopes(SEE)
    found = queries.waves_in(scopes)
    if file := asked_file(lambda: waves_table(found)):
        return file
    current = next((one for one in found if one.is_open), None)
    return render_template(
        "plans/waves.html",
        waves=found,
        current=current,
        share=queries.share_of(current.year, _nearest(current, scopes)) if current else None,
        as_of=clock.now(),
        may_run=_may_run(),
        ways=_ways,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(RUN, scope_of_own_region)
def new_wave() -> Response | str | tuple[str, int]:
    form = WaveForm()
    if form.validate_on_submit():
        try:
            wave = services.add_wave(_own_region(), current_version(), form.plan(), actor=viewer().user_id)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            return redirect(url_for(".wave", wave_id=wave.id), 303)
    return render_template("plans/new_wave.html", form=form), 400 if form.errors else 200


@blueprint.get("/<int:wave_id>")
@requires(RUN, scope_of_wave)
def wave(wave_id: int) -> str:
    found = _wave(wave_id)
    return render_template(
        "plans/wave.html",
        wave=found,
        share=queries.share_of(found.year, found.region.scope),
        facts=queries.wave_facts(found),
        as_of=clock.now(),
    )


@blueprint.post("/<int:wave_id>/open")
@requires(RUN, scope_of_wave)
def open_wave(wave_id: int) -> Response:
    try:
        services.open_wave(_wave(wave_id), actor=viewer().user_id)
        db.session.commit()
        flash(_("Опрос открыт: коды начнут действовать с первого дня."), "good")
    except InvalidInputError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
    return redirect(url_for(".wave", wave_id=wave_id), 303)


@blueprint.get("/<int:wave_id>/close")
@requires(RUN, scope_of_wave)
def confirm_close(wave_id: int) -> str:
    found = _wave(wave_id)
    return render_template("plans/close_wave.html", wave=found, facts=queries.wave_facts(found))


@blueprint.post("/<int:wave_id>/close")
@requires(RUN, scope_of_wave)
def close_wave(wave_id: int) -> Response:
    answers = services.close_wave(_wave(wave_id), actor=viewer().user_id)
    db.session.commit()
    words = plural(answers, _("анкета|анкеты|анкет"))
    flash(_("Опрос закрыт: %(count)s %(words)s.", count=number(answers), words=words), "good")
    return redirect(url_for(".wave", wave_id=wave_id), 303)


@blueprint.get("/<int:wave_id>/organisations/<int:organisation_id>")
@requires(SEE, scope_of_organisation)
def organisation(wave_id: int, organisation_id: int) -> Response | str:
    found = _visible_wave(wave_id)
    school = db.session.get_one(Organisation, organisation_id)
    progress = queries.class_progress(found, school)
    if file := asked_file(lambda: classes_table(found, school, progress)):
        return file
    return render_template(
        "plans/organisation.html",
        wave=found,
        organisation=school,
        share=queries.school_share(progress),
        classes=progress,
        as_of=clock.now(),
    )


@blueprint.get("/<int:wave_id>/classes/<int:class_id>")
@requires(SEE, scope_of_class)
def school_class(wave_id: int, class_id: int) -> str:
    return _class_page(_visible_wave(wave_id), class_id, SlipsForm())


@blueprint.post("/<int:wave_id>/classes/<int:class_id>/slips")
@requires(PRINT, scope_of_class)
def issue_slips(wave_id: int, class_id: int) -> Response | tuple[str, int]:
    """Make a slip for everybody in the class."""
    found, one = _visible_wave(wave_id), db.session.get_one(SchoolClass, class_id)
    try:
        services.issue_slips(found, one, actor=viewer().user_id)
    except InvalidInputError as error:
        db.session.rollback()
        flash(str(error.message), "bad")
    else:
        db.session.commit()
        flash(_("Коды готовы. Распечатайте лист и разрежьте по линиям."), "good")
    return redirect(url_for(".school_class", wave_id=wave_id, class_id=class_id), 303)


@blueprint.post("/<int:wave_id>/classes/<int:class_id>/spare")
@requires(PRINT, scope_of_class)
def spare_slips(wave_id: int, class_id: int) -> Response | tuple[str, int]:
    """Make a few more slips, for a lost one or a newcomer."""
    found, one, form = _visible_wave(wave_id), db.session.get_one(SchoolClass, class_id), SlipsForm()
    if form.validate_on_submit():
        try:
            services.issue_slips(found, one, **form.wish(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Добавили коды. Распечатайте лист ещё раз: на нём только неиспользованные."), "good")
            return redirect(url_for(".school_class", wave_id=wave_id, class_id=class_id), 303)
    return _class_page(found, class_id, form), 400


@blueprint.get("/<int:wave_id>/classes/<int:class_id>/slips.pdf")
@requires(PRINT, scope_of_class)
def sheet(wave_id: int, class_id: int) -> Response:
    found, one = _visible_wave(wave_id), db.session.get_one(SchoolClass, class_id)
    slips = queries.unused_slips(found, class_id)
    if not slips:
        raise ConflictError(_("Печатать нечего: кодов нет или все уже использованы."))
    printed = _printed(found, one, services.codes_of(slips))
    return send_file(BytesIO(slip_sheet(printed)), "application/pdf", download_name=_("Коды опроса.pdf"))


def _printed(found: Wave, one: SchoolClass, codes: list[str]) -> SlipSheet:
    base = site_address()
    return SlipSheet(
        title=_("Опрос выпускников"),
        school=one.organisation.name,
        class_title=one.title,
        address=base.partition("://")[2],
        expires_on=found.closes_on,
        slips=tuple(PrintedSlip(code, f"{base}/k/{code}") for code in codes),
        is_demo=found.region.is_demo,
    )


def _class_page(found: Wave, class_id: int, form: SlipsForm) -> str:
    one = db.session.get_one(SchoolClass, class_id)
    return render_template(
        "plans/class.html",
        wave=found,
        school_class=one,
        progress=queries.progress_of(found, one),
        may_print=viewer().can(PRINT, one.scope),
        limit=services.slip_limit,
        as_of=clock.now(),
        form=form,
    )


def _nearest(found: Wave, scopes: Sequence[Scope]) -> Scope:
    """Return the branch of the wave's region the viewer answers for."""
    return next(scope for scope in scopes if scope.region_id == found.region_id)


def _ways(found: Wave) -> list[tuple[str, str]]:
    """Return where the viewer goes from a wave, as (words, address): own schools, or the figures of own territory."""
    return [_way(found, scope) for scope in viewer().scopes(SEE) if scope.region_id == found.region_id]


def _way(found: Wave, scope: Scope) -> tuple[str, str]:
    if scope.organisation_id is not None:
        school = db.session.get_one(Organisation, scope.organisation_id)
        return school.name, url_for(".organisation", wave_id=found.id, organisation_id=school.id)
    figures: dict[str, Any] = {"activity": queries.ACTIVITY, "year": found.year}
    if scope.municipality_id is not None:
        return _("Участие по школам"), url_for(
            "coverage.municipality", municipality_id=scope.municipality_id, **figures
        )
    return _("Участие по муниципалитетам"), url_for("coverage.region", region_id=scope.region_id, **figures)


def _wave(wave_id: int) -> Wave:
    return db.session.get_one(Wave, wave_id)


def _visible_wave(wave_id: int) -> Wave:
    """Return the wave when it runs in a region the viewer works in; a foreign one does not exist."""
    found = db.session.get(Wave, wave_id)
    if found is None or all(scope.region_id != found.region_id for scope in viewer().scopes(SEE)):
        raise MissingError
    return found


def _own_region() -> Region:
    """Return the region the viewer runs surveys in."""
    return db.session.get_one(Region, viewer().scopes(RUN)[0].region_id)


def _may_run() -> bool:
    region = scope_of_own_region({})
    return region is not None and viewer().can(RUN, region)
